"""ComputeGate: who may compute now. Small torch operations of two threads side by side cost more than they bring."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from backend.logic.observer import NOBODY, ComputeObserver, Contender


def compute_single_threaded() -> None:
    """Keep this thread's torch operations in this thread; every computing thread calls it first."""
    torch.set_num_threads(1)


class ComputeGate:
    """One at a time may compute, in the order in which they came: who ends a turn cannot overtake who waits.

    Args:
        observer: is told how long each has waited.
    """

    def __init__(self, observer: ComputeObserver = NOBODY) -> None:
        self._observer = observer
        self._lock = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting_count(self) -> int:
        """How many wait for their turn now."""
        return len(self._waiting)

    @contextmanager
    def turn(self, contender: Contender) -> Iterator[None]:
        """Wait for the turn, and keep it inside the block.

        Args:
            contender: who takes it.
        """
        came_s = time.perf_counter()
        self._acquire()
        self._observer.waited(contender, time.perf_counter() - came_s)
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
