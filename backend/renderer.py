"""The Renderer: evaluates snapshots for whoever wants to see them, in a thread of its own."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from backend import metrics
from backend.logic.classification_map import Answer, answer_at
from backend.logic.evaluation import Scores
from backend.logic.gate import ComputeGate, Turn, TurnLostError, compute_single_threaded
from backend.logic.insight import Insight, insight_into
from backend.logic.observation import Look, Observation, Observer
from backend.logic.snapshot import Snapshot

T = TypeVar("T")
_log = logging.getLogger(__name__)

_LONGEST_TURN_S: Final = 0.002
"""After so long the training thread is let in, even if more waits; what has been begun is done first."""


@dataclass(slots=True, eq=False)
class _Request:
    """What somebody waits for.

    Attributes:
        snapshot: of what.
        look: what of it is to be seen; what has none goes alone.
        compute: makes it of snapshots of one kinship, in their order.
        answer: where it goes. Only the loop touches it, but for a look at whether it is cancelled.
    """

    snapshot: Snapshot
    look: Look | None
    compute: Callable[[Sequence[Snapshot]], Sequence[Any]]
    answer: asyncio.Future[Any]


_Outcome = tuple[_Request, Any, Exception | None]


class Renderer:
    """Evaluates snapshots in one thread, which takes turns with the training thread.

    What is asked for while the thread works, or waits for its turn, gathers; maps of equal networks are then made
    together. After each turn it rests as long as the turn took, so that all who look on together never take more than
    half of the time from those who train. A look that takes long lets them in. If it hangs its turn is taken away,
    so that they train on; nobody is shown anything until it wakes.

    Args:
        gate: where it takes them.
    """

    def __init__(self, gate: ComputeGate) -> None:
        self._gate = gate
        self._loop = asyncio.get_running_loop()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="render", initializer=compute_single_threaded)
        self._asked: deque[_Request] = deque()
        self._has_turn = False
        # The render thread's own.
        self._turn: Turn | None = None
        self._observer = Observer(self._give_way)
        self._waiting: list[_Request] = []
        self._rests_until_s = 0.0

    async def observe(self, snapshot: Snapshot, look: Look) -> tuple[Observation, float]:
        """The map of a snapshot, how well it does, and neuron maps if there is a tile size; and its cost in seconds.

        The cost is time in which the thread computed, and of what was made together an equal share.
        """
        began_s = time.perf_counter()
        seen: tuple[Observation, float] = await self._ask(snapshot, partial(self._observe, look=look), look)
        metrics.render_seconds.observe(time.perf_counter() - began_s)
        return seen

    async def evaluate(self, snapshot: Snapshot) -> Scores:
        """How well a snapshot does."""
        scores: Scores = await self._ask(snapshot, lambda alone: [self._observer.evaluate(alone[0])])
        return scores

    async def look_into(self, snapshot: Snapshot) -> Insight:
        """How a snapshot learns."""
        insight: Insight = await self._ask(snapshot, lambda alone: [insight_into(alone[0])])
        return insight

    async def answer(self, snapshot: Snapshot, x: float, y: float) -> Answer:
        """What a snapshot answers at one place."""
        answer: Answer = await self._ask(snapshot, lambda alone: [answer_at(alone[0], x, y)])
        return answer

    def close(self) -> None:
        """End the thread."""
        self._executor.shutdown(cancel_futures=True)

    def _ask(
        self, snapshot: Snapshot, compute: Callable[[Sequence[Snapshot]], Sequence[Any]], look: Look | None = None
    ) -> asyncio.Future[Any]:
        request = _Request(snapshot, look, compute, self._loop.create_future())
        self._asked.append(request)
        if not self._has_turn:
            self._begin_turn()
        return request.answer

    def _begin_turn(self) -> None:
        self._has_turn = True
        self._executor.submit(self._take_turn)

    def _end_turn(self, outcomes: list[_Outcome], *, is_more_waiting: bool) -> None:
        """Called in the loop, once for all that was made in a turn."""
        self._has_turn = False
        if self._asked or is_more_waiting:
            self._begin_turn()
        for request, result, error in outcomes:
            if request.answer.done():
                # Cancelled meanwhile: whoever asked has gone.
                continue
            if error is None:
                request.answer.set_result(result)
            else:
                request.answer.set_exception(error)

    # In the render thread

    def _observe(self, together: Sequence[Snapshot], look: Look) -> list[tuple[Observation, float]]:
        began_s = time.thread_time()
        seen = self._observer.observe(together, look)
        cost_s = (time.thread_time() - began_s) / len(together)
        return [(each, cost_s) for each in seen]

    def _take_turn(self) -> None:
        """Answer who waits for as long as a turn lasts; however it ends, the loop is told."""
        outcomes: list[_Outcome] = []
        try:
            self._answer_into(outcomes)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits is told
            _log.exception("A turn of the render thread failed.", extra={"event": "render_failed"})
            outcomes += [(request, None, error) for request in self._all_waiting()]
            self._waiting = []
        finally:
            is_more_waiting = bool(self._waiting)
            self._loop.call_soon_threadsafe(lambda: self._end_turn(outcomes, is_more_waiting=is_more_waiting))

    def _answer_into(self, outcomes: list[_Outcome]) -> None:
        """Compute what is waited for, after the rest that is due, and add what has come out."""
        time.sleep(max(0.0, self._rests_until_s - time.perf_counter()))
        with self._gate.turn("render", _tell_that_it_hangs) as turn:
            self._turn = turn
            # While the machine does something else this thread takes no time from anybody.
            began_s = time.thread_time()
            used_s = 0.0
            while used_s < _LONGEST_TURN_S and (together := self._next_together()):
                outcomes += _computed(together)
                used_s = time.thread_time() - began_s
                try:
                    turn.renew()
                except TurnLostError:
                    # Whoever waits beside what hung is answered in a turn of their own.
                    break
        self._rests_until_s = time.perf_counter() + used_s

    def _give_way(self) -> None:
        """Let others compute in the middle of a look that takes long.

        Raises:
            TimeoutError: it has taken so long that they did not wait for it.
        """
        if self._turn is not None:
            try:
                self._turn.give_way()
            except TurnLostError as lost:
                raise TimeoutError from lost

    def _next_together(self) -> list[_Request]:
        """Who has waited longest, and those whose maps can be made with theirs, in the order in which they asked."""
        self._waiting = [request for request in self._all_waiting() if not request.answer.cancelled()]
        if not self._waiting:
            return []
        first = self._waiting[0]
        kinship = self._kinship(first)
        if first.look is None or kinship is None:
            return [self._waiting.pop(0)]
        most = self._observer.most_together(first.snapshot, first.look)
        together: list[_Request] = []
        others: list[_Request] = []
        for request in self._waiting:
            is_kin = self._kinship(request) == kinship
            (together if is_kin and len(together) < most else others).append(request)
        self._waiting = others
        return together

    def _all_waiting(self) -> list[_Request]:
        """All who wait, those included who have asked meanwhile."""
        while self._asked:
            self._waiting.append(self._asked.popleft())
        return self._waiting

    def _kinship(self, request: _Request) -> Hashable | None:
        """What requests have in common that are answered together; None for one that goes alone."""
        if request.look is None:
            return None
        try:
            return self._observer.kinship(request.snapshot, request.look)
        except Exception:  # noqa: BLE001 - alone it fails again, and whoever asked is told
            return None


def _tell_that_it_hangs() -> None:
    _log.error("The render thread hangs: training goes on, but nothing is shown.", extra={"event": "render_hangs"})


def _computed(together: Sequence[_Request]) -> list[_Outcome]:
    """What comes out for each; if that fails for several together, each is on its own."""
    try:
        results = together[0].compute([request.snapshot for request in together])
        return [(request, result, None) for request, result in zip(together, results, strict=True)]
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked is told
        if len(together) == 1:
            return [(together[0], None, error)]
        return [outcome for request in together for outcome in _computed([request])]
