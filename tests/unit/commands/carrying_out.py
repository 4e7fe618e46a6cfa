"""What the tests of the commands carry out, and on what."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate

CONFIG = RunConfig(hidden_layers=(4,), train_fraction=0.7, seed=5)
DATASET = Dataset.empty(0.7, 5).adding(generate("xor", 40, 0.1, 2, 5))
QUICK = ["--verify-timeout-s", "0.1"]
"""To try out a train.py is another start of PyTorch: what comes of that is tested where it is done."""


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, str]:
        """Its results, when they are lines."""
        return dict(line.split(": ", 1) for line in self.out.splitlines())


Run = Callable[..., Ended]


def folder_in(outputs: Path) -> Path:
    """The folder of its only run."""
    (folder,) = (path.parent for path in outputs.glob("*/*/*/config.json"))
    return folder


def train(files: Path, steps: int = 30, *more: object) -> Sequence[object]:
    """The arguments of a training."""
    place = ("--out", files / "outputs") if "--out" not in more else ()
    return ("train", files / "config.json", files / "points.csv", "--steps", steps, *place, *QUICK, *more)
