"""The step alone: our Learner against the plain loop of the same network and optimizer, in turn in this process."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch

from backend.logic.batches import steps_per_epoch
from backend.logic.config import OptimizerName, RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.logic.training import Learner, MakeLearner
from tests.bench.figures import Goal
from tests.bench.plain import POINTS, Layers, PlainLoop, rate
from tests.bench.report import Report
from tests.support.native import native_learner

_SHAPES: dict[str, Layers] = {
    "4-2": (4, 2),
    "10-5": (10, 5),
    "8-8-8": (8, 8, 8),
    "8x6": (8,) * 6,
    "64-64-64": (64,) * 3,
    "100x5": (100,) * 5,
}
_ALONE_S = 0.02
_QUICK_SHAPES = ("10-5", "8-8-8")
_GOALS = {"10-5, batch 10, adam": Goal("≥", 7)}
_alone_rates: dict[Layers, float] = {}
_LEARNING_RATES: dict[OptimizerName, float] = {"adam": 0.01, "sgd": 0.03}


@dataclass(frozen=True)
class _Duel:
    name: str
    plain: Callable[[], int]
    ours: Callable[[], int]


def passes(config: RunConfig, dataset: Dataset, make_learner: MakeLearner = Learner) -> Callable[[], int]:
    """What trains a new model for one pass over its points, and returns how many steps that took."""
    learner = make_learner(config, dataset)
    steps = steps_per_epoch(len(dataset.train_labels), config.batch_size)

    def one_pass() -> int:
        last_step = learner.step_count + steps
        while learner.step_count < last_step:
            learner.advance(last_step - learner.step_count)
        return steps

    return one_pass


def _ours(
    layers: Layers, optimizer: OptimizerName, batch_size: int, make_learner: MakeLearner = Learner
) -> Callable[[], int]:
    config = RunConfig(
        hidden_layers=layers, optimizer=optimizer, learning_rate=_LEARNING_RATES[optimizer], batch_size=batch_size
    )
    dataset = Dataset.empty(config.train_fraction, config.seed).adding(generate("xor", POINTS, 0.0, 2, 0))
    return passes(config, dataset, make_learner)


def measure(report: Report, pairs: int, slice_s: float, *, is_quick: bool, is_native: bool) -> None:
    """Report steps per second over plain, by the time of this thread; with `is_native` of compiled steps as well."""
    torch.set_num_threads(1)
    kinds: tuple[OptimizerName, ...] = ("adam", "sgd")
    makers: dict[str, MakeLearner] = {"": Learner, ", compiled": native_learner} if is_native else {"": Learner}
    duels = [
        _Duel(
            f"{name}, batch {size}, {optimizer}{how}",
            plain.epoch,
            _ours(_SHAPES[name], optimizer, batch_size, make_learner),
        )
        for name in (_QUICK_SHAPES if is_quick else _SHAPES)
        for size, batch_size in (("10", 10), ("full", POINTS))
        for optimizer in kinds
        for plain in [PlainLoop(_SHAPES[name], optimizer, batch_size)]
        for how, make_learner in makers.items()
    ]
    ratios: dict[str, list[float]] = {duel.name: [] for duel in duels}
    microseconds: dict[str, list[float]] = {duel.name: [] for duel in duels}
    for duel in duels:
        duel.plain()
        duel.ours()
    for _ in range(pairs):
        for duel in duels:
            plain = rate(duel.plain, slice_s, time.thread_time)
            ours = rate(duel.ours, slice_s, time.thread_time)
            ratios[duel.name].append(ours / plain)
            microseconds[duel.name].append(1e6 / ours)
    for name, values in ratios.items():
        report.ratios(
            f"{name}: steps/s over plain ({statistics.median(microseconds[name]):.0f} us a step)",
            values,
            goal=_GOALS.get(name),
        )


def look_at_alone(shapes: Iterable[Layers]) -> None:
    """Take some turns of each of these networks by itself, Adam and batches of 10, for `alone_rate`."""
    torch.set_num_threads(1)
    for layers in sorted(set(shapes)):
        run = _ours(layers, "adam", 10)
        run()
        rates = [rate(run, _ALONE_S, time.thread_time) for _ in range(2)]
        _alone_rates[layers] = max(_alone_rates.get(layers, 0.0), *rates)


def alone_rate(layers: Layers) -> float:
    """Steps per second of thread time of a network by itself.

    The best of all turns that were taken: what else the machine does can only make one slower.
    """
    return _alone_rates[layers]
