"""The catalogue of ready data sets, and `generate`, which makes the points of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from backend.logic import classification_generators as labelled
from backend.logic import regression_generators as valued
from backend.logic.config import MAX_CLASSES, Problem, RunConfig, Seed
from backend.logic.errors import FieldError
from backend.logic.points import PLANE, TrainingExample

DatasetName = Literal[
    "circle",
    "xor",
    "gauss",
    "spiral",
    "moons",
    "rings",
    "blobs",
    "anisotropic",
    "checkerboard",
    "sine",
    "cubic",
    "absolute",
    "plane",
    "multi_gauss",
    "sine_surface",
]


@dataclass(frozen=True, slots=True)
class DatasetKind:
    """A ready data set.

    Attributes:
        problem: what it is for.
        draw: draws so many points with so much noise, of so many classes, by these random numbers.
        most_classes: how many classes it can have; the least is 2 for all. In regression two: below 0, and not.
    """

    problem: Problem
    draw: Callable[[int, float, int, np.random.Generator], list[TrainingExample]]
    most_classes: int = 2


LEAST_CLASSES: Final = 2


def _folded(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions beyond the edge of the plane, mirrored back into it."""
    return np.abs(np.mod(positions - PLANE, 4 * PLANE) - 2 * PLANE) - PLANE


def _classification(
    formula: Callable[[int, float, int, np.random.Generator], labelled.Labelled], most_classes: int = LEAST_CLASSES
) -> DatasetKind:
    def draw(count: int, noise: float, classes: int, numbers: np.random.Generator) -> list[TrainingExample]:
        positions, labels = formula(count, noise, classes, numbers)
        rows = zip(_folded(positions).tolist(), labels.tolist(), strict=True)
        return [TrainingExample(x, y, label) for (x, y), label in rows]

    return DatasetKind("classification", draw, most_classes)


def _regression(surface: valued.Surface) -> DatasetKind:
    def draw(count: int, noise: float, classes: int, numbers: np.random.Generator) -> list[TrainingExample]:
        del classes
        positions, values = valued.sampled(surface, count, noise, numbers)
        rows = zip(positions.tolist(), values.tolist(), strict=True)
        return [TrainingExample(x, y, int(value >= 0), value) for (x, y), value in rows]

    return DatasetKind("regression", draw)


CATALOGUE: Final[dict[DatasetName, DatasetKind]] = {
    "circle": _classification(labelled.circle),
    "xor": _classification(labelled.xor),
    "gauss": _classification(labelled.gauss),
    "spiral": _classification(labelled.spiral, MAX_CLASSES),
    "moons": _classification(labelled.moons),
    "rings": _classification(labelled.rings, MAX_CLASSES),
    "blobs": _classification(labelled.blobs, MAX_CLASSES),
    "anisotropic": _classification(labelled.anisotropic, MAX_CLASSES),
    "checkerboard": _classification(labelled.checkerboard),
    "sine": _classification(labelled.sine),
    "cubic": _classification(labelled.cubic),
    "absolute": _classification(labelled.absolute),
    "plane": _regression(valued.plane),
    "multi_gauss": _regression(valued.multi_gauss),
    "sine_surface": _regression(valued.sine_surface),
}


def generate(name: DatasetName, count: int, noise: float, classes: int, seed: int) -> list[TrainingExample]:
    """Examples of a ready data set, all of them in the plane: what noise carries off it is mirrored back.

    Args:
        name: which.
        count: how many, 2 to MAX_POINTS.
        noise: 0 to 0.5.
        classes: how many classes are wanted; with fewer points than classes the last ones have none.
        seed: the same seed gives the same points.

    Raises:
        FieldError: another number of classes than the data set can have.
    """
    kind = CATALOGUE[name]
    if not LEAST_CLASSES <= classes <= kind.most_classes:
        has = "2 classes" if kind.most_classes == LEAST_CLASSES else f"2 to {kind.most_classes} classes"
        raise FieldError(f"The data set {name} has {has}, not {classes}.", "classes")
    return kind.draw(count, noise, classes, np.random.default_rng(seed))


def generate_for(
    config: RunConfig, name: DatasetName, *, count: int, noise: float, classes: int | None, seed: Seed | None
) -> list[TrainingExample]:
    """Examples of a ready data set that a run of this config can train on; see `generate`.

    Args:
        config: of the run.
        name: which.
        count: how many, 2 to MAX_POINTS.
        noise: 0 to 0.5.
        classes: how many classes; None for the most that both the data set and the config have.
        seed: of the points; None for the config's.

    Raises:
        FieldError: the data set is for the other problem, or the data set or the config has fewer classes.
    """
    kind = CATALOGUE[name]
    if kind.problem != config.problem:
        raise FieldError(f"The data set {name} is for {kind.problem}, and the problem is {config.problem}.", "dataset")
    if classes is None:
        classes = min(kind.most_classes, config.classes)
    if classes > config.classes:
        raise FieldError(f"The run has {config.classes} classes: a data set of {classes} does not fit.", "classes")
    return generate(name, count, noise, classes, config.seed if seed is None else seed)
