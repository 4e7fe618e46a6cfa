"""The points of a session: an immutable Dataset, and what can be said of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan

import numpy as np
from numpy.typing import NDArray

from backend.logic.config import MAX_POINTS, Problem
from backend.logic.errors import FieldError, LimitError, UnknownPointError
from backend.logic.points import Point, PointChange, Split, TrainingExample, ValuedPoint
from backend.logic.train_split import in_train_split


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Points that never change; every edit makes a new Dataset. Ids count up from 1 and are never used again.

    Attributes:
        ids: (N,) int64.
        positions: (N, 2) float64, x and y.
        labels: (N,) int64, from 0.
        values: (N,) float64, -1 to 1; NaN for a point without a value of its own.
        is_train: (N,) bool; the others are test points.
        first_id: the id of the first point since there were none: the split counts from it.
        next_id: the id of the next point to be added.
        train_fraction: the share of points that is trained on.
        seed: decides which they are.
    """

    ids: NDArray[np.int64]
    positions: NDArray[np.float64]
    labels: NDArray[np.int64]
    values: NDArray[np.float64]
    is_train: NDArray[np.bool_]
    first_id: int
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
            values=np.empty(0, np.float64),
            is_train=np.empty(0, np.bool_),
            first_id=1,
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

    def adding(self, examples: Sequence[TrainingExample], most: int = MAX_POINTS) -> "Dataset":
        """With the examples behind the points there are, under the next ids.

        Args:
            examples: the points to be.
            most: how many points there can be.

        Raises:
            LimitError: there would be more.
        """
        if len(self) + len(examples) > most:
            raise LimitError(
                f"There can be {most:,} points at most: {len(self):,} are there, {len(examples):,} would come.",
                "points",
            )
        # A value that is None becomes NaN.
        rows = np.array(examples, np.float64).reshape(-1, 4)
        ids = np.arange(self.next_id, self.next_id + len(examples), dtype=np.int64)
        first_id = self.first_id if len(self) else self.next_id
        is_train = in_train_split(ids - first_id + 1, self.train_fraction, self.seed)
        return replace(
            self,
            first_id=first_id,
            ids=np.concatenate([self.ids, ids]),
            positions=np.concatenate([self.positions, rows[:, :2]]),
            labels=np.concatenate([self.labels, rows[:, 2].astype(np.int64)]),
            values=np.concatenate([self.values, rows[:, 3]]),
            is_train=np.concatenate([self.is_train, is_train]),
            next_id=self.next_id + len(examples),
        )

    def changing(self, changes: Sequence[PointChange]) -> "Dataset":
        """With these points moved, relabelled or revalued; ids, splits and the order of the points stay.

        Raises:
            UnknownPointError: one of them is not there.
            FieldError: one of them is changed twice.
        """
        ids = [change.point_id for change in changes]
        if (unknown := self._first_unknown(ids)) is not None:
            raise UnknownPointError(f"There is no point {ids[unknown]}.", f"points[{unknown}][0]")
        (twice, times), *_ = Counter(ids).most_common(1)
        if times > 1:
            last = len(ids) - 1 - ids[::-1].index(twice)
            raise FieldError(f"The points to change name {twice} more than once.", f"points[{last}][0]")
        rows = np.array(changes, np.float64)
        # Ids only ever grow, so they are in order.
        places = np.searchsorted(self.ids, ids)
        positions, labels, values = self.positions.copy(), self.labels.copy(), self.values.copy()
        positions[places] = rows[:, 1:3]
        labels[places] = rows[:, 3].astype(np.int64)
        values[places] = rows[:, 4]
        return replace(self, positions=positions, labels=labels, values=values)

    def removing(self, ids: Sequence[int]) -> "Dataset":
        """Without the points of these ids.

        Raises:
            UnknownPointError: one of them is not there.
        """
        if (unknown := self._first_unknown(ids)) is not None:
            raise UnknownPointError(f"There is no point {ids[unknown]}.", f"ids[{unknown}]")
        return self.at(~np.isin(self.ids, ids))

    def at(self, places: NDArray[np.intp] | NDArray[np.bool_]) -> "Dataset":
        """The points at these places alone, in this order; or those for which it is true."""
        return replace(
            self,
            ids=self.ids[places],
            positions=self.positions[places],
            labels=self.labels[places],
            values=self.values[places],
            is_train=self.is_train[places],
        )

    def cleared(self) -> "Dataset":
        """Without any point; the ids go on counting."""
        return replace(Dataset.empty(self.train_fraction, self.seed), next_id=self.next_id)

    def split(self, train_fraction: float, seed: int) -> "Dataset":
        """The same points, divided anew into train and test."""
        is_train = in_train_split(self.ids - self.first_id + 1, train_fraction, seed)
        return replace(self, is_train=is_train, train_fraction=train_fraction, seed=seed)

    def split_of(self, index: int) -> Split:
        """The split of the point at an index."""
        return "train" if self.is_train[index] else "test"

    def targets(self, classes: int) -> NDArray[np.float64]:
        """What regression trains on: (N,) float64, the values, and where there is none -1 + 2 label / (classes - 1)."""
        return np.where(np.isnan(self.values), 2 * self.labels / (classes - 1) - 1, self.values)

    def points(self) -> list[Point]:
        """The points as plain values, in the order in which they were added."""
        return [Point(*row) for row in self._rows()]

    def valued_points(self) -> list[ValuedPoint]:
        """The points with their values, in the same order."""
        return list(self.each_valued_point())

    def each_valued_point(self) -> Iterator[ValuedPoint]:
        """The same, one after the other."""
        for row, value in zip(self._rows(), self.values.tolist(), strict=True):
            yield ValuedPoint(*row, None if isnan(value) else value)

    def _rows(self) -> Iterator[tuple[int, float, float, int, Split]]:
        columns = self.ids.tolist(), *self.positions.T.tolist(), self.labels.tolist(), self.is_train.tolist()
        for point_id, x, y, label, is_train in zip(*columns, strict=True):
            yield point_id, x, y, label, "train" if is_train else "test"

    def _first_unknown(self, ids: Sequence[int]) -> int | None:
        """The place in `ids` of the first that is no point's, None if all are."""
        known = np.isin(ids, self.ids)
        return None if known.all() else int(np.argmin(known))


def why_not_trainable(dataset: Dataset, problem: Problem) -> str | None:
    """Why these points cannot be trained on, as a sentence; None if they can."""
    present = np.unique(dataset.train_labels)
    match problem, len(present):
        case "regression", 0:
            return "Add a point to train on."
        case "classification", 0:
            return "Add points of at least two classes to train on."
        case "classification", 1:
            return f"Add points of a second class: all training points are of class {present[0]}."
        case _:
            return None
