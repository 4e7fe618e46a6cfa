"""Our step against a scalar engine in JavaScript, of the kind that the well-known playground has, in turn."""

import json
import statistics
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import torch

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from tests.bench.figures import Goal
from tests.bench.plain import Layers, rate
from tests.bench.report import Report
from tests.bench.steps import passes
from tests.support.tools import find_node

_SCRIPT: Final = Path(__file__).with_name("scalar_engine.js")
_SHAPES: Final[dict[str, Layers]] = {"4-2": (4, 2), "8-8-8": (8, 8, 8), "8x6": (8,) * 6}
_GOALS: Final = {"8-8-8": Goal("≥", 0.7), "8x6": Goal("≥", 1)}
_POINTS, _BATCH_SIZE = 250, 10
_TOLD: Final = (
    "The well-known playground's own engine has been seen at 3,000-3,500, 560-720 and 280-340 epochs/s on another "
    "machine of 2 cores, on which the plain loop made 1,570 steps/s."
)


class ScalarEngine:
    """The engine in a process of its own; it computes only while it is asked."""

    def __init__(self, node: Path) -> None:
        self._node = node

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [self._node, _SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def epochs_per_second(self, hidden_layers: Layers, duration_s: float, *, with_losses: bool) -> float:
        """By processor time: 250 points of a spiral in batches of 10; with both losses after each epoch, or without."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = json.dumps({"hiddenLayers": hidden_layers, "seconds": duration_s, "losses": with_losses})
        print(request, file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())


def measure(report: Report, pairs: int, slice_s: float) -> None:
    """Report our epochs per second over its own, sgd 0.03, batches of 10, squared error.

    That playground takes the loss over its training points and its test points after each epoch: what is compared is
    its epoch as a whole, and beside it the training alone.
    """
    node = find_node()
    if node is None:
        report.say("left out: there is no Node")
        return
    torch.set_num_threads(1)
    ours: dict[str, list[float]] = {name: [] for name in _SHAPES}
    whole: dict[str, list[float]] = {name: [] for name in _SHAPES}
    bare: dict[str, list[float]] = {name: [] for name in _SHAPES}
    with ScalarEngine(node) as engine:
        runs = {name: passes(_config(layers), _dataset()) for name, layers in _SHAPES.items()}
        for run in runs.values():
            run()
        for _ in range(pairs):
            for name, layers in _SHAPES.items():
                whole[name].append(engine.epochs_per_second(layers, slice_s, with_losses=True))
                ours[name].append(rate(runs[name], slice_s, time.thread_time) * _BATCH_SIZE / _POINTS)
                bare[name].append(engine.epochs_per_second(layers, slice_s, with_losses=False))
    for kind, theirs, goals in (("epochs/s over its own", whole, _GOALS), ("over its training alone", bare, {})):
        for name in _SHAPES:
            epochs = f"{statistics.median(ours[name]):,.0f} of {statistics.median(theirs[name]):,.0f}"
            ratios = [mine / other for mine, other in zip(ours[name], theirs[name], strict=True)]
            report.ratios(f"{name}: {kind} ({epochs})", ratios, goal=goals.get(name))
    report.say(_TOLD)


def _config(layers: Layers) -> RunConfig:
    return RunConfig(
        hidden_layers=layers, optimizer="sgd", learning_rate=0.03, batch_size=_BATCH_SIZE, loss="squared_error"
    )


def _dataset() -> Dataset:
    return Dataset.empty(1.0, 0).adding(generate("spiral", _POINTS, 0.0, 2, 0))
