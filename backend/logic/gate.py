"""ComputeGate: who may compute now. Small torch operations of two threads side by side cost more than they bring."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

_CYCLE_S: Final = 0.06
"""In about this time every trainer should have had a turn."""
_LONGEST_SLICE_S: Final = 0.005
_SHORTEST_SLICE_S: Final = 0.001


def compute_single_threaded() -> None:
    """Keep this thread's torch operations in this thread; every computing thread calls it first."""
    torch.set_num_threads(1)


class ComputeGate:
    """Permits to compute, handed out first come, first served; what a person is waiting for goes before training.

    Args:
        permits: how many may compute at the same time.
    """

    def __init__(self, permits: int = 1) -> None:
        self._lock = threading.Lock()
        self._free = permits
        self._urgent: deque[threading.Lock] = deque()
        self._waiting: deque[threading.Lock] = deque()

    @property
    def slice_s(self) -> float:
        """How long a trainer that holds a permit may keep it: shorter, the more others wait."""
        return min(_LONGEST_SLICE_S, max(_SHORTEST_SLICE_S, _CYCLE_S / (1 + len(self._waiting))))

    @property
    def waiting_count(self) -> int:
        """How many wait for a permit now."""
        return len(self._urgent) + len(self._waiting)

    @contextmanager
    def turn(self, *, urgent: bool = False) -> Iterator[None]:
        """Wait for a permit, and hold it inside the block."""
        self._acquire(urgent=urgent)
        try:
            yield
        finally:
            self._release()

    def _acquire(self, *, urgent: bool) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            # Each waiter sleeps on a lock of its own, so that a release wakes exactly the one whose turn it is.
            handed_over = threading.Lock()
            handed_over.acquire()
            (self._urgent if urgent else self._waiting).append(handed_over)
        handed_over.acquire()

    def _release(self) -> None:
        with self._lock:
            queue = self._urgent or self._waiting
            if queue:
                queue.popleft().release()
            else:
                self._free += 1
