"""The Renderer: evaluates snapshots for whoever wants to see them, in a thread of its own."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from backend import metrics
from backend.logic.classification_map import ClassificationMap, Metrics, evaluate, probabilities_at, render
from backend.logic.gate import ComputeGate, compute_single_threaded
from backend.logic.snapshot import Snapshot

T = TypeVar("T")


class Renderer:
    """Evaluates snapshots in one thread, at the front of the gate's queue: a person is waiting.

    Args:
        gate: where it takes turns with the trainers.
    """

    def __init__(self, gate: ComputeGate) -> None:
        self._gate = gate
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="render", initializer=compute_single_threaded)

    async def observe(self, snapshot: Snapshot, width: int, height: int) -> tuple[ClassificationMap, Metrics]:
        """The map of a snapshot and how well it does."""
        began = time.perf_counter()
        result = await self._run(lambda: (render(snapshot, width, height), evaluate(snapshot)))
        metrics.render_seconds.observe(time.perf_counter() - began)
        return result

    async def evaluate(self, snapshot: Snapshot) -> Metrics:
        """How well a snapshot does."""
        return await self._run(lambda: evaluate(snapshot))

    async def probabilities(self, snapshot: Snapshot, x: float, y: float) -> list[float]:
        """The class probabilities at one place."""
        return await self._run(lambda: probabilities_at(snapshot, x, y))

    def close(self) -> None:
        """End the thread."""
        self._executor.shutdown(cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        def in_turn() -> T:
            with self._gate.turn(urgent=True):
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._executor, in_turn)
