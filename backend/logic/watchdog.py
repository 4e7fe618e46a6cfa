"""Watchdog: takes the turn away from a thread that hangs in it, so that the others can go on."""

import logging
import threading
from typing import Final

from backend.logic.gate import ComputeGate, Turn

_log = logging.getLogger(__name__)

_LOOKS: Final = 10
"""So often at least it has seen the same before it says that it hangs."""
_LONGEST_PAUSE_S: Final = 1.0


class Watchdog:
    """A thread that looks every second at whose turn it is, and sleeps while nobody computes.

    It counts its looks, not the time of a clock: while the process is stopped, or the machine sleeps, nothing hangs.
    A thread cannot be ended from outside: it is left behind, and ends by itself if it ever wakes. One that holds the
    interpreter lock stops this thread too.

    Args:
        gate: where turns are taken.
        slow_step_s: a turn in which nothing has come to its end for so long, and at most two looks more, is taken away.
    """

    def __init__(self, gate: ComputeGate, slow_step_s: float) -> None:
        self._gate = gate
        self._pause_s = min(_LONGEST_PAUSE_S, slow_step_s / _LOOKS)
        self._most_looks = slow_step_s / self._pause_s
        self._is_closed = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread, and wait for that."""
        self._is_closed.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        seen, looks = None, 0
        while not self._is_closed.wait(self._pause_s):
            present = self._gate.present()
            looks = looks + 1 if present == seen else 0
            seen = present
            if present is None:
                self._sleep()
            elif looks >= self._most_looks:
                self._take_away(*present)

    def _sleep(self) -> None:
        """Until there is something to look at."""
        self._woken.clear()
        self._gate.at_next_turn(self._woken.set)
        if not self._is_closed.is_set():
            self._woken.wait()

    def _take_away(self, turn: Turn, renewals: int) -> None:
        try:
            self._gate.take_away(turn, renewals)
        except Exception:  # noqa: BLE001 - whoever lost the turn could not go on; the next turns are to be watched all the same
            _log.exception("Nobody took over from a thread that hangs.", extra={"event": "take_over_failed"})
