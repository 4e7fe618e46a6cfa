"""GatePace: how a thread that works on runs computes without anybody noticing, and how it is broken off."""

import logging
import math
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from backend.logic.gate import ComputeGate, Turn, TurnLostError
from backend.logic.observer import Contender

_log = logging.getLogger(__name__)

_LONGEST_TURN_S: Final = 0.002
"""After so long whoever waits is let in; what has been begun is done first."""


class GivenUpError(Exception):
    """Work on a run has been broken off, or took too long; the text is a sentence for a person."""


class GatePace:
    """One work's turns at the gate. After each in which somebody waited it rests as long as it took.

    So it takes no more from those who train and those who look on than each of them takes. `break_off` may be called in
    any thread, all else in the one that works.

    Args:
        gate: where it takes turns.
        longest_s: after so long it is broken off.
        doing: what the work is, as a word that begins a sentence, such as Saving.
        contender: who takes the turns.
    """

    def __init__(self, gate: ComputeGate, longest_s: float, doing: str, contender: Contender) -> None:
        self._gate = gate
        self._doing = doing
        self._contender = contender
        self._longest_s = longest_s
        self._ends_s = math.inf
        self._why_not: str | None = None
        self._turn: Turn | None = None
        self._turns = ExitStack()
        self._began_s = 0.0
        self._computed_s = 0.0

    def break_off(self, why: str) -> None:
        """Have the work end where it is, with this sentence."""
        self._why_not = why

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Take turns inside the block, from now on no longer than it may.

        Raises:
            GivenUpError: the work has been broken off.
        """
        self._ends_s = time.perf_counter() + self._longest_s
        self.give_way()
        self._begin()
        try:
            yield
        finally:
            self._end()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Take no turn inside the block, in which nothing is computed, if there is one outside."""
        was_computing = self._turn is not None
        self._end()
        try:
            yield
        finally:
            if was_computing:
                self._begin()

    def give_way(self) -> None:
        """Let others compute; called every few milliseconds, and again and again while something is waited for.

        Raises:
            GivenUpError: the work has been broken off.
        """
        if self._why_not is not None:
            raise GivenUpError(self._why_not)
        if time.perf_counter() > self._ends_s:
            raise GivenUpError(f"{self._doing} took too long, and was given up. Please try again later.")
        if self._turn is None:
            return
        try:
            self._turn.renew()
        except TurnLostError as lost:
            raise GivenUpError(f"{self._doing} stood still for too long, and was given up.") from lost
        if time.perf_counter() - self._began_s < _LONGEST_TURN_S or not self._gate.waiting_count:
            return
        # While the machine does something else this thread takes no time from anybody.
        used_s = time.thread_time() - self._computed_s
        self._end()
        time.sleep(used_s)
        self._begin()

    def _begin(self) -> None:
        self._turn = self._turns.enter_context(self._gate.turn(self._contender, self._tell_that_it_hangs))
        self._began_s, self._computed_s = time.perf_counter(), time.thread_time()

    def _end(self) -> None:
        self._turn = None
        self._turns.close()

    def _tell_that_it_hangs(self) -> None:
        _log.error("%s hangs: it is given up, training goes on.", self._doing, extra={"event": "work_hangs"})
