"""`make reproduce`: twelve runs, each as the page has it, by the command line and by its train.py. Do they agree?"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.client import Client, Message
from tests.support.server import ROOT, server_process

STEPS: Final = 400
_SAVE_S: Final = 180.0

_ALL_FEATURES: Final = ["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"]


@dataclass(frozen=True)
class Case:
    """A run.

    Attributes:
        dataset: what it is trained on, 200 points of it.
        config: its settings where they are not those that the page opens with.
    """

    dataset: str
    config: dict[str, Any]

    @property
    def words(self) -> str:
        """The settings, in a line."""
        told = (f"{name} {_plain(value)}" for name, value in self.config.items())
        return ", ".join([self.dataset, *told])


CASES: Final = (
    Case("xor", {}),
    Case("circle", {"activation": "relu", "optimizer": "sgd", "learning_rate": 0.03, "initialisation": "he"}),
    Case("spiral", {"classes": 3, "activation": "leaky_relu", "optimizer": "momentum", "layer_norm": True}),
    Case("gauss", {"activation": "gelu", "optimizer": "nesterov", "initialisation": "small", "l1": 1e-3, "l2": 1e-2}),
    Case("moons", {"activation": "silu", "optimizer": "adamw", "dropout": 0.2, "train_fraction": 0.7}),
    Case(
        "rings",
        {"classes": 4, "activation": "elu", "optimizer": "rmsprop", "learning_rate": 0.003, "schedule": "cosine"},
    ),
    Case(
        "blobs",
        {
            "classes": 8,
            "loss": "squared_error",
            "activation": "sigmoid",
            "optimizer": "adagrad",
            "learning_rate": 0.1,
            "initialisation": "xavier",
            "batch_size": 32,
        },
    ),
    Case(
        "checkerboard",
        {
            "hidden_layers": [],
            "features": _ALL_FEATURES,
            "optimizer": "momentum",
            "learning_rate": 0.001,
            "initialisation": "zeros",
            "schedule": "step",
            "schedule_epochs": 5,
        },
    ),
    Case(
        "plane",
        {
            "problem": "regression",
            "activation": "selu",
            "optimizer": "sgd",
            "schedule": "warm_up",
            "schedule_epochs": 10,
            "train_fraction": 0.6,
        },
    ),
    Case(
        "multi_gauss",
        {"problem": "regression", "loss": "huber", "activation": "softplus", "weight_decay": 0.01, "batch_size": 7},
    ),
    Case(
        "sine_surface",
        {
            "problem": "regression",
            "activation": "mish",
            "layer_norm": True,
            "optimizer": "adamw",
            "schedule": "exponential",
            "gradient_clip": 0.1,
            "hidden_layers": [8, 8, 8, 8],
        },
    ),
    Case(
        "anisotropic",
        {
            "activation": "linear",
            "layer_activations": ["sine", None, "tanh"],
            "hidden_layers": [8, 4, 8],
            "initialisation": "large",
            "learning_rate": 0.001,
            "batch_size": 5000,
            "dropout": 0.1,
        },
    ),
)


@dataclass(frozen=True)
class Comparison:
    """How a run came out.

    Attributes:
        case: which.
        page: the checkpoint_id of the session that the page has.
        command_line: that of `python -m backend train`.
        verified_steps: of how many steps the losses of its train.py were compared.
        largest_difference: of a loss of train.py from ours; None if there is none.
        is_same_curve: whether they differ by rounding alone.
    """

    case: Case
    page: str
    command_line: str
    verified_steps: int
    largest_difference: float | None
    is_same_curve: bool | None

    @property
    def is_right(self) -> bool:
        """Whether all three agree."""
        return self.page == self.command_line and self.is_same_curve is True

    @property
    def row(self) -> str:
        """As a row of a table."""
        same = "the same" if self.page == self.command_line else "ANOTHER"
        difference = "none" if self.largest_difference is None else f"{self.largest_difference:.1e}"
        curve = "the same" if self.is_same_curve else "ANOTHER"
        return (
            f"| {self.case.words} | {self.page[:12]} | {self.command_line[:12]} | {same} "
            f"| {difference} in {self.verified_steps} steps: {curve} |"
        )


def compare(cases: Sequence[Case], *, is_native: bool = False) -> list[Comparison]:
    """Train each of the cases as a page has it trained, then by the command line; both try out their train.py."""
    engine = ["--native"] if is_native else []
    found = []
    with tempfile.TemporaryDirectory() as folder:
        page_runs, other_runs = Path(folder, "page"), Path(folder, "command line")
        with server_process("--runs-dir", str(page_runs), *engine) as server:
            for case in cases:
                saved = asyncio.run(_saved_by_a_page(server.address, case))
                (run,) = page_runs.glob(f"*/{saved['config_hash']}/{saved['checkpoint_id']}")
                command = ["train", str(run / "config.json"), str(run / "points.csv"), "--steps", str(STEPS)]
                told = subprocess.run(
                    [sys.executable, "-m", "backend", *command, "--out", str(other_runs), "--json", "--quiet", *engine],
                    cwd=ROOT,
                    check=True,
                    capture_output=True,
                    text=True,
                )
                other = json.loads(told.stdout)["checkpoint_id"]
                found.append(
                    Comparison(
                        case,
                        saved["checkpoint_id"],
                        other,
                        saved["verified_steps"] or 0,
                        saved["largest_difference"],
                        saved["is_same_curve"],
                    )
                )
    return found


async def _saved_by_a_page(address: str, case: Case) -> Message:
    """What a client is told that configures, trains and saves."""
    async with Client(address) as client:
        if case.config:
            await client.request("CONFIGURE", **case.config)
        await client.request("LOAD_DATASET", dataset=case.dataset, classes=case.config.get("classes"))
        await client.request("STEP_TRAINING", count=STEPS, unit="step")
        await client.until_state("PAUSED")
        await client.request("SAVE_RUN")
        await client.until(lambda: bool(client.of_type("RUN_SAVED") or client.of_type("ERROR")), _SAVE_S)
        return client.last("RUN_SAVED")


def _plain(value: Any) -> str:
    return "-".join(map(_plain, value)) or "none" if isinstance(value, list) else str(value)


def main() -> None:
    """Compare all cases, print a table, and end with 1 if one of them is not right."""
    parser = argparse.ArgumentParser(prog="make reproduce", description=__doc__)
    parser.add_argument("--native", action="store_true", help="train by compiled steps")
    found = compare(CASES, is_native=parser.parse_args().native)
    print(
        f"{STEPS} steps of each, 200 points, seed 7; settings are those that the page opens with where none is named.\n"
    )
    print("| run | page | command line | checkpoint_id | train.py: largest difference of a loss |")
    print("|---|---|---|---|---|")
    for comparison in found:
        print(comparison.row)
    wrong = sum(not comparison.is_right for comparison in found)
    print(f"\n{len(found) - wrong} of {len(found)} agree.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
