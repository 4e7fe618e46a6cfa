"""GateThread: one thread for all runs that are opened or packed; it takes turns with who trains and who looks on."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from backend.gate_pace import GatePace, GivenUpError
from backend.logic.gate import ComputeGate, compute_single_threaded

T = TypeVar("T")

_LONGEST_S: Final = 60.0
"""For one work: the largest takes 1 s where nobody waits."""
_SERVER_ENDS: Final = "The server ends. Please try again when the page is connected again."


class GateThread:
    """Does one work after another. It belongs to the loop.

    Args:
        gate: where it takes turns.
        longest_s: after so long a work is broken off.
    """

    def __init__(self, gate: ComputeGate, longest_s: float = _LONGEST_S) -> None:
        self._gate = gate
        self._longest_s = longest_s
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="runs", initializer=compute_single_threaded)
        self._paces: set[GatePace] = set()
        self._is_ending = False

    async def run(self, doing: str, work: Callable[[GatePace], T]) -> T:
        """What comes of a work, done in the thread when it is its turn.

        Args:
            doing: what it is, as a word that begins a sentence.
            work: gives way by the pace it is called with.

        Raises:
            GivenUpError: it was broken off.
        """
        if self._is_ending:
            raise GivenUpError(_SERVER_ENDS)
        pace = GatePace(self._gate, self._longest_s, doing, "files")

        def carry_out() -> T:
            with pace.computing():
                return work(pace)

        self._paces.add(pace)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, carry_out)
        finally:
            self._paces.discard(pace)

    def break_off(self) -> None:
        """Have all that is under way or waits end as soon as it can; nothing new is begun."""
        self._is_ending = True
        for pace in self._paces:
            pace.break_off(_SERVER_ENDS)

    def close(self) -> None:
        """End the thread, when all has been broken off; called in one that may wait."""
        self._executor.shutdown()
