"""The points of a session: an immutable Dataset, and the generators that make ready ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backend.logic.config import MAX_POINTS
from backend.logic.errors import FieldError, LimitError, UnknownPointError

PLANE: Final = 6.0
"""The plane is [-PLANE, PLANE] in both directions."""

DatasetName = Literal["circle", "xor", "gauss", "spiral"]
Split = Literal["train", "test"]


class TrainingExample(NamedTuple):
    """One point of the plane and its class."""

    x: float
    y: float
    label: int


class Point(NamedTuple):
    """A training example as the session keeps it, with its id and the split it belongs to."""

    point_id: int
    x: float
    y: float
    label: int
    split: Split


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Points that never change; every edit makes a new Dataset. Ids count up from 1 and are never used again.

    Attributes:
        ids: (N,) int64.
        positions: (N, 2) float64, x and y.
        labels: (N,) int64, from 0.
        is_train: (N,) bool; the others are test points.
        next_id: the id of the next point to be added.
        train_fraction: the share of points that is trained on.
        seed: decides which they are.
    """

    ids: NDArray[np.int64]
    positions: NDArray[np.float64]
    labels: NDArray[np.int64]
    is_train: NDArray[np.bool_]
    next_id: int
    train_fraction: float
    seed: int

    @classmethod
    def empty(cls, train_fraction: float, seed: int) -> "Dataset":
        """A dataset without points."""
        return cls(
            ids=np.empty(0, np.int64),
            positions=np.empty((0, 2), np.float64),
            labels=np.empty(0, np.int64),
            is_train=np.empty(0, np.bool_),
            next_id=1,
            train_fraction=train_fraction,
            seed=seed,
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def train_labels(self) -> NDArray[np.int64]:
        """(N_train,) int64."""
        return self.labels[self.is_train]

    def adding(self, examples: Sequence[TrainingExample]) -> "Dataset":
        """With the examples behind the points there are, under the next ids.

        Raises:
            LimitError: there would be more than MAX_POINTS.
        """
        if len(self) + len(examples) > MAX_POINTS:
            raise LimitError(
                f"There can be {MAX_POINTS:,} points at most: {len(self):,} are there, {len(examples):,} would come.",
                "points",
            )
        rows = np.array(examples, np.float64).reshape(-1, 3)
        ids = np.arange(self.next_id, self.next_id + len(examples), dtype=np.int64)
        return replace(
            self,
            ids=np.concatenate([self.ids, ids]),
            positions=np.concatenate([self.positions, rows[:, :2]]),
            labels=np.concatenate([self.labels, rows[:, 2].astype(np.int64)]),
            is_train=np.concatenate([self.is_train, in_train_split(ids, self.train_fraction, self.seed)]),
            next_id=self.next_id + len(examples),
        )

    def removing(self, ids: Sequence[int]) -> "Dataset":
        """Without the points of these ids.

        Raises:
            UnknownPointError: one of them is not there.
        """
        known = np.isin(ids, self.ids)
        if not known.all():
            index = int(np.argmin(known))
            raise UnknownPointError(f"There is no point {ids[index]}.", f"ids[{index}]")
        keep = ~np.isin(self.ids, ids)
        return replace(
            self,
            ids=self.ids[keep],
            positions=self.positions[keep],
            labels=self.labels[keep],
            is_train=self.is_train[keep],
        )

    def cleared(self) -> "Dataset":
        """Without any point; the ids go on counting."""
        return replace(Dataset.empty(self.train_fraction, self.seed), next_id=self.next_id)

    def split(self, train_fraction: float, seed: int) -> "Dataset":
        """The same points, divided anew into train and test."""
        is_train = in_train_split(self.ids, train_fraction, seed)
        return replace(self, is_train=is_train, train_fraction=train_fraction, seed=seed)

    def split_of(self, index: int) -> Split:
        """The split of the point at an index."""
        return "train" if self.is_train[index] else "test"

    def points(self) -> list[Point]:
        """The points as plain values, in the order in which they were added."""
        rows = zip(
            self.ids.tolist(), self.positions.tolist(), self.labels.tolist(), self.is_train.tolist(), strict=True
        )
        return [Point(i, x, y, label, "train" if train else "test") for i, (x, y), label, train in rows]


def in_train_split(ids: NDArray[np.int64], train_fraction: float, seed: int) -> NDArray[np.bool_]:
    """Which points are trained on: (N,) bool, of the ids and the seed alone, so that adding one moves no other.

    The ids are spread over [0, 1) by the Weyl sequence of the golden ratio, started at a place that the seed decides:
    so every run of consecutive ids is divided close to the wanted share, where a coin for each would leave small sets
    lopsided.
    Source: H. Weyl, "Über die Gleichverteilung von Zahlen mod. Eins", Math. Ann. 77 (1916).
    """
    start = np.random.default_rng(seed).random()
    golden = (5**0.5 - 1) / 2
    place: NDArray[np.float64] = np.mod(ids * golden + start, 1.0)
    return np.asarray(place < train_fraction)


def _folded(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions beyond the edge of the plane, mirrored back into it."""
    return np.abs(np.mod(positions - PLANE, 4 * PLANE) - 2 * PLANE) - PLANE


def _examples(positions: NDArray[np.float64], labels: NDArray[np.int64]) -> list[TrainingExample]:
    return [
        TrainingExample(x, y, label) for (x, y), label in zip(_folded(positions).tolist(), labels.tolist(), strict=True)
    ]


def _halves(count: int) -> NDArray[np.int64]:
    """(count,) labels: class 0, then class 1, as equal as can be."""
    return (np.arange(count) >= (count + 1) // 2).astype(np.int64)


def circle(count: int, noise: float, generator: np.random.Generator) -> list[TrainingExample]:
    """Class 0 in a disc of radius 2.5, class 1 in a ring from 3.5 to 5; noise mixes the labels near the border."""
    radius = 5.0
    outer = _halves(count)
    r = np.where(outer, generator.uniform(0.7 * radius, radius, count), generator.uniform(0, 0.5 * radius, count))
    angle = generator.uniform(0, 2 * np.pi, count)
    positions = np.stack([r * np.sin(angle), r * np.cos(angle)], axis=1)
    moved = positions + generator.uniform(-radius, radius, (count, 2)) * noise
    return _examples(positions, (np.hypot(*moved.T) >= 0.5 * radius).astype(np.int64))


def xor(count: int, noise: float, generator: np.random.Generator) -> list[TrainingExample]:
    """Class 0 where x and y have one sign, class 1 elsewhere, 0.3 off the axes; noise mixes the labels there."""
    positions = generator.uniform(-5, 5, (count, 2))
    positions += np.where(positions > 0, 0.3, -0.3)
    moved = positions + generator.uniform(-5, 5, (count, 2)) * noise
    return _examples(positions, (moved[:, 0] * moved[:, 1] < 0).astype(np.int64))


def gauss(count: int, noise: float, generator: np.random.Generator) -> list[TrainingExample]:
    """Class 0 around (2, 2), class 1 around (-2, -2); the variance grows from 0.5 to 4 with the noise."""
    labels = _halves(count)
    centre = np.where(labels[:, None] == 0, 2.0, -2.0)
    deviation = (0.5 + 7 * noise) ** 0.5
    return _examples(centre + deviation * generator.standard_normal((count, 2)), labels)


def spiral(count: int, noise: float, generator: np.random.Generator) -> list[TrainingExample]:
    """Two arms of 1.75 turns and radius 5, half a turn apart; noise moves points by up to `noise` in x and y."""
    labels = _halves(count)
    along = np.concatenate([np.arange(n) / n for n in (np.sum(labels == 0), np.sum(labels == 1))])
    angle = 1.75 * along * 2 * np.pi + labels * np.pi
    positions = 5 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return _examples(positions + generator.uniform(-1, 1, (count, 2)) * noise, labels)


_GENERATORS: Final[dict[DatasetName, Callable[[int, float, np.random.Generator], list[TrainingExample]]]] = {
    "circle": circle,
    "xor": xor,
    "gauss": gauss,
    "spiral": spiral,
}


def generate(name: DatasetName, count: int, noise: float, classes: int, seed: int) -> list[TrainingExample]:
    """Examples with the geometry of TensorFlow Playground's data sets of the same names.

    Args:
        name: which.
        count: how many, 2 to MAX_POINTS.
        noise: 0 to 0.5.
        classes: how many classes are wanted; these four have 2.
        seed: the same seed gives the same points.

    Raises:
        FieldError: another number of classes than the data set has.

    Points that noise carries off the plane are mirrored back.

    Source: the formulas of playground.tensorflow.org, `dataset.ts`.
    """
    if classes != 2:  # noqa: PLR2004
        raise FieldError(f"The data set {name} has 2 classes, not {classes}.", "classes")
    return _GENERATORS[name](count, noise, np.random.default_rng(seed))
