"""ComputeGate: who may compute now. Small torch operations of two threads side by side cost more than they bring."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import torch


def compute_single_threaded() -> None:
    """Keep this thread's torch operations in this thread; every computing thread calls it first."""
    torch.set_num_threads(1)


class ComputeGate:
    """One at a time may compute, in the order in which they came: who ends a turn cannot overtake who waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting_count(self) -> int:
        """How many wait for their turn now."""
        return len(self._waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, and keep it inside the block."""
        self._acquire()
        try:
            yield
        finally:
            self._release()

    def _acquire(self) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            # Each waiter sleeps on a lock of its own, so that a release wakes exactly the one whose turn it is.
            handed_over = threading.Lock()
            handed_over.acquire()
            self._waiting.append(handed_over)
        handed_over.acquire()

    def _release(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
