"""ComputeGate: who may compute now. Small torch operations of two threads side by side cost more than they bring."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from backend.logic.observer import NOBODY, ComputeObserver, Contender


def compute_single_threaded() -> None:
    """Keep this thread's torch operations in this thread; every computing thread calls it first."""
    torch.set_num_threads(1)


class TurnLostError(BaseException):
    """A thread hung in its turn, which has been taken away: it must touch nothing that others use any more, and end.

    It is no Exception, so that nothing that goes on after those goes on after this.
    """


class Turn:
    """A turn at a gate; the gate alone makes one.

    Args:
        gate: where.
        on_lost: called, by whoever takes it away, when it has been.

    Attributes:
        on_lost: the same.
        renewals: how often it has been renewed.
        handed_over: what its thread sleeps on until then.
    """

    __slots__ = ("_gate", "handed_over", "on_lost", "renewals")

    def __init__(self, gate: "ComputeGate", on_lost: Callable[[], None]) -> None:
        self.on_lost = on_lost
        self.renewals = 0
        self._gate = gate
        # Each has its own, so that the end of a turn wakes exactly the one whose turn it is.
        self.handed_over = threading.Lock()
        self.handed_over.acquire()

    def renew(self) -> None:
        """Say that something has come to its end, and something else begins.

        Raises:
            TurnLostError: it has been taken away.
        """
        self._gate.renew(self)

    def give_way(self) -> None:
        """Let in who waits, and wait for the rest of it; this renews it.

        Raises:
            TurnLostError: it has been taken away.
        """
        self._gate.renew(self, gives_way=True)


class ComputeGate:
    """One at a time may compute, in the order in which they came: who ends a turn cannot overtake who waits.

    Args:
        observer: is told how long each has waited.
    """

    def __init__(self, observer: ComputeObserver = NOBODY) -> None:
        self._observer = observer
        self._lock = threading.Lock()
        self._present: Turn | None = None
        self._waiting: deque[Turn] = deque()
        self._on_turn: Callable[[], object] | None = None

    @property
    def waiting_count(self) -> int:
        """How many wait for their turn now."""
        return len(self._waiting)

    @contextmanager
    def turn(self, contender: Contender, on_lost: Callable[[], None] = lambda: None) -> Iterator[Turn]:
        """Wait for the turn, and keep it inside the block.

        Args:
            contender: who takes it.
            on_lost: called, in another thread, if it has been taken away because nothing came to its end in it.
        """
        turn = Turn(self, on_lost)
        came_s = time.perf_counter()
        self._begin(turn)
        self._observer.waited(contender, time.perf_counter() - came_s)
        try:
            yield turn
        finally:
            self._end(turn)

    def renew(self, turn: Turn, *, gives_way: bool = False) -> None:
        """See `Turn`."""
        with self._lock:
            if self._present is not turn:
                raise TurnLostError
            turn.renewals += 1
            if not gives_way or not self._waiting:
                return
            self._waiting.append(turn)
            self._pass_on()
        turn.handed_over.acquire()

    def present(self) -> tuple[Turn, int] | None:
        """Whose turn it is, and how often it has been renewed."""
        with self._lock:
            return None if self._present is None else (self._present, self._present.renewals)

    def take_away(self, turn: Turn, renewals: int) -> bool:
        """End this turn for the thread that hangs in it, unless it has been renewed more often than that, or ended."""
        with self._lock:
            if self._present is not turn or turn.renewals != renewals:
                return False
            self._pass_on()
        turn.on_lost()
        return True

    def at_next_turn(self, call: Callable[[], object]) -> None:
        """Call this once when a turn begins; now, if there is one."""
        with self._lock:
            if self._present is None:
                self._on_turn = call
                return
        call()

    def _begin(self, turn: Turn) -> None:
        with self._lock:
            is_free = self._present is None
            if is_free:
                self._present = turn
            else:
                self._waiting.append(turn)
            on_turn, self._on_turn = self._on_turn, None
        if on_turn is not None:
            on_turn()
        if not is_free:
            turn.handed_over.acquire()

    def _end(self, turn: Turn) -> None:
        with self._lock:
            if self._present is turn:
                self._pass_on()

    def _pass_on(self) -> None:
        """Let the next one in; the lock is held."""
        self._present = self._waiting.popleft() if self._waiting else None
        if self._present is not None:
            self._present.handed_over.release()
