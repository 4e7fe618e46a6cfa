"""The four classic experiments of the well-known playground, over the wire: how long, and how many epochs, to 98 %."""

import statistics
import time
from collections.abc import Sequence
from typing import Any, Final

from tests.bench.client import opened
from tests.bench.figures import spread
from tests.bench.plain import Layers
from tests.bench.report import Report

CLASSICS: Final[tuple[tuple[str, Layers], ...]] = (
    ("circle", (4, 2)),
    ("xor", (4, 2)),
    ("gauss", (4, 2)),
    ("spiral", (8, 8, 8)),
)
_GOAL_ACCURACY: Final = 0.98
_MOST_EPOCHS: Final = 2000
_DEADLINE_S: Final = 120.0
_POINTS: Final = 500


def classic_config(layers: Layers, seed: int) -> dict[str, Any]:
    """The settings that playground opens with: tanh, sgd 0.03, batches of 10, squared error, half of the points."""
    return {
        "hidden_layers": list(layers),
        "activation": "tanh",
        "loss": "squared_error",
        "optimizer": "sgd",
        "learning_rate": 0.03,
        "batch_size": 10,
        "train_fraction": 0.5,
        "seed": seed,
        "stop_accuracy": _GOAL_ACCURACY,
        "stop_epochs": _MOST_EPOCHS,
    }


async def race(address: str, dataset: str, layers: Layers, seed: int) -> tuple[float, float, bool]:
    """Seconds and epochs from START_TRAINING until it has stopped, and whether 98 % was reached."""
    async with opened(address) as client:
        await client.request("CONFIGURE", **classic_config(layers, seed))
        await client.request("LOAD_DATASET", dataset=dataset, count=_POINTS)
        began_s = time.perf_counter()
        client.ask("START_TRAINING")
        await client.until_state("PAUSED", _DEADLINE_S)
        took_s = time.perf_counter() - began_s
        return took_s, float(client.status["epoch"]), client.status["train_accuracy"] >= _GOAL_ACCURACY


async def measure(report: Report, address: str, seeds: Sequence[int], datasets: Sequence[str]) -> None:
    """Report them, over some seeds."""
    for dataset, layers in CLASSICS:
        if dataset not in datasets:
            continue
        races = [await race(address, dataset, layers, seed) for seed in seeds]
        reached = [(seconds, epochs) for seconds, epochs, has_reached in races if has_reached]
        name = f"{dataset}, {'-'.join(map(str, layers))}, to 98 % ({len(reached)} of {len(races)} seeds)"
        if not reached:
            report.say(f"{name}: not in {_MOST_EPOCHS} epochs")
            continue
        epochs_text = spread([epochs for _, epochs in reached], 0)
        report.ratios(f"{name}: s", [seconds for seconds, _ in reached])
        report.value(f"{name}: epochs, {epochs_text}", statistics.median(epochs for _, epochs in reached), digits=0)
