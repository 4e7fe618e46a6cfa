"""DatasetDifference: what makes one Dataset of another, as small as the edit was."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.logic.dataset import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class DatasetDifference:
    """Points that go, then points that are to be as told here: those that are there are changed, others are added.

    Attributes:
        removed: (R,) int64, the ids of the points that go.
        ids: (M,) int64, rising, of the points that are changed or added.
        positions: (M, 2) float64, x and y of these.
        labels: (M,) int64.
        values: (M,) float64, NaN for none.
        is_train: (M,) bool.
        first_id: see Dataset, as all below.
        next_id: of the next point to be added.
        train_fraction: the share of points that is trained on.
        seed: decides which they are.
    """

    removed: NDArray[np.int64]
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
    def between(cls, before: Dataset, after: Dataset) -> "DatasetDifference":
        """What makes `after` of `before`."""
        _, places, places_before = np.intersect1d(after.ids, before.ids, assume_unique=True, return_indices=True)
        is_put = np.ones(len(after), np.bool_)
        is_put[places] = ~_same(after, places, before, places_before)
        return cls(
            removed=np.setdiff1d(before.ids, after.ids, assume_unique=True),
            ids=after.ids[is_put],
            positions=after.positions[is_put],
            labels=after.labels[is_put],
            values=after.values[is_put],
            is_train=after.is_train[is_put],
            first_id=after.first_id,
            next_id=after.next_id,
            train_fraction=after.train_fraction,
            seed=after.seed,
        )

    @property
    def size_bytes(self) -> int:
        """What its arrays take."""
        arrays = self.removed, self.ids, self.positions, self.labels, self.values, self.is_train
        return sum(array.nbytes for array in arrays)

    def applied_to(self, before: Dataset) -> Dataset:
        """The dataset that it makes of `before`."""
        stays = ~np.isin(before.ids, np.concatenate([self.removed, self.ids]))
        ids = np.concatenate([before.ids[stays], self.ids])
        # Ids only ever grow, so the points are in the order of their ids.
        order = np.argsort(ids)
        return Dataset(
            ids=ids[order],
            positions=np.concatenate([before.positions[stays], self.positions])[order],
            labels=np.concatenate([before.labels[stays], self.labels])[order],
            values=np.concatenate([before.values[stays], self.values])[order],
            is_train=np.concatenate([before.is_train[stays], self.is_train])[order],
            first_id=self.first_id,
            next_id=self.next_id,
            train_fraction=self.train_fraction,
            seed=self.seed,
        )


def _same(
    after: Dataset, places: NDArray[np.intp], before: Dataset, places_before: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Which of the points at these places of two datasets, id by id, are the same: (n,) bool."""
    values, values_before = after.values[places], before.values[places_before]
    same: NDArray[np.bool_] = (
        (after.positions[places] == before.positions[places_before]).all(axis=1)
        & (after.labels[places] == before.labels[places_before])
        & ((values == values_before) | (np.isnan(values) & np.isnan(values_before)))
        & (after.is_train[places] == before.is_train[places_before])
    )
    return same
