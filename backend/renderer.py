"""The Renderer: evaluates snapshots for whoever wants to see them, in a thread of its own."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, NamedTuple, TypeVar

from backend import metrics
from backend.logic.classification_map import Answer, answer_at
from backend.logic.evaluation import Scores, evaluate
from backend.logic.gate import ComputeGate, compute_single_threaded
from backend.logic.insight import Insight, insight_into
from backend.logic.observation import Observation, observe
from backend.logic.snapshot import Snapshot

T = TypeVar("T")


class Computed(NamedTuple, Generic[T]):
    """What came out, and for how many seconds nobody else could compute meanwhile: waiting for the gate left out."""

    result: T
    cost_s: float


class Renderer:
    """Evaluates snapshots in one thread, which takes turns with the training thread.

    Args:
        gate: where it takes them.
    """

    def __init__(self, gate: ComputeGate) -> None:
        self._gate = gate
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="render", initializer=compute_single_threaded)

    async def observe(
        self,
        snapshot: Snapshot,
        width: int,
        height: int,
        *,
        unit: tuple[int, int] | None = None,
        tile_size: int | None = None,
    ) -> Computed[Observation]:
        """The map of a snapshot, how well it does, and neuron maps if there is a tile size."""
        began = time.perf_counter()
        computed = await self._run(lambda: observe(snapshot, width, height, unit=unit, tile_size=tile_size))
        metrics.render_seconds.observe(time.perf_counter() - began)
        return computed

    async def evaluate(self, snapshot: Snapshot) -> Scores:
        """How well a snapshot does."""
        return (await self._run(lambda: evaluate(snapshot))).result

    async def look_into(self, snapshot: Snapshot) -> Computed[Insight]:
        """How a snapshot learns."""
        return await self._run(lambda: insight_into(snapshot))

    async def answer(self, snapshot: Snapshot, x: float, y: float) -> Answer:
        """What a snapshot answers at one place."""
        return (await self._run(lambda: answer_at(snapshot, x, y))).result

    def close(self) -> None:
        """End the thread."""
        self._executor.shutdown(cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> Computed[T]:
        def in_turn() -> Computed[T]:
            with self._gate.turn():
                began = time.perf_counter()
                result = work()
                return Computed(result, time.perf_counter() - began)

        return await asyncio.get_running_loop().run_in_executor(self._executor, in_turn)
