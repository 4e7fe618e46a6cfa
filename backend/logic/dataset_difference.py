"""DatasetDifference: what makes one Dataset of another, as small as the edit was."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from backend.logic.dataset import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class DatasetDifference:
    """Points that go, then points that are to be as told here: those that are there are changed, others are added.

    Attributes:
        removed: (R,) int64, the ids of the points that go.
        put: the points that are changed or added, with all that the dataset is to say beside its points.
    """

    removed: NDArray[np.int64]
    put: Dataset

    @classmethod
    def between(cls, before: Dataset, after: Dataset) -> "DatasetDifference":
        """What makes `after` of `before`."""
        _, places, places_before = np.intersect1d(after.ids, before.ids, assume_unique=True, return_indices=True)
        is_put = np.ones(len(after), np.bool_)
        is_put[places] = ~_same(after.at(places), before.at(places_before))
        return cls(np.setdiff1d(before.ids, after.ids, assume_unique=True), after.at(is_put))

    @property
    def size_bytes(self) -> int:
        """What its arrays take."""
        put = self.put
        arrays = self.removed, put.ids, put.positions, put.labels, put.values, put.is_train
        return sum(array.nbytes for array in arrays)

    def applied_to(self, before: Dataset) -> Dataset:
        """The dataset that it makes of `before`."""
        put = self.put
        stays = before.at(~np.isin(before.ids, np.concatenate([self.removed, put.ids])))
        whole = replace(
            put,
            ids=np.concatenate([stays.ids, put.ids]),
            positions=np.concatenate([stays.positions, put.positions]),
            labels=np.concatenate([stays.labels, put.labels]),
            values=np.concatenate([stays.values, put.values]),
            is_train=np.concatenate([stays.is_train, put.is_train]),
        )
        # Ids only ever grow, so the points are in the order of their ids.
        return whole.at(np.argsort(whole.ids))


def _same(some: Dataset, others: Dataset) -> NDArray[np.bool_]:
    """Which of the points of two datasets, one by one, are the same: (n,) bool."""
    same: NDArray[np.bool_] = (
        (some.positions == others.positions).all(axis=1)
        & (some.labels == others.labels)
        & ((some.values == others.values) | (np.isnan(some.values) & np.isnan(others.values)))
        & (some.is_train == others.is_train)
    )
    return same
