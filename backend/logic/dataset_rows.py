"""Datasets of points that have been points before: with the ids and splits that they had."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from backend.logic.config import MAX_CLASSES, MAX_POINTS
from backend.logic.dataset import Dataset
from backend.logic.errors import FieldError, LimitError
from backend.logic.points import PLANE, ValuedPoint
from backend.logic.stretches import GiveWay, in_stretches, nobody_waits

MAX_ID: Final = 2**53 - 1
"""The largest number that a page can count to."""


def dataset_of(
    points: Sequence[ValuedPoint],
    *,
    first_id: int,
    next_id: int,
    train_fraction: float,
    seed: int,
    give_way: GiveWay = nobody_waits,
) -> Dataset:
    """The dataset of points that have their ids and splits.

    Args:
        points: the points.
        first_id: see Dataset, as for the rest.
        next_id: see there.
        train_fraction: see there.
        seed: see there.
        give_way: called among the points.

    Raises:
        LimitError: these are more than there can be.
        FieldError: there can be no such points; `path` names the first that cannot be, counted from 0.
    """
    if len(points) > MAX_POINTS:
        raise LimitError(f"There can be {MAX_POINTS:,} points at most: these are {len(points):,}.", "points")
    if not 1 <= first_id <= next_id <= MAX_ID:
        raise FieldError("The first id and the next one do not fit each other.", "next_id")
    least = first_id
    for index, point in enumerate(in_stretches(points, give_way)):
        if why_not := _why_not(point, least, next_id):
            raise FieldError(why_not, f"points[{index}]")
        least = point.point_id + 1
    give_way()
    return Dataset(
        ids=np.array([point.point_id for point in points], np.int64),
        positions=np.array([(point.x, point.y) for point in points], np.float64).reshape(-1, 2),
        labels=np.array([point.label for point in points], np.int64),
        # A value that is None becomes NaN.
        values=np.array([point.value for point in points], np.float64),
        is_train=np.array([point.split == "train" for point in points], np.bool_),
        first_id=first_id,
        next_id=next_id,
        train_fraction=train_fraction,
        seed=seed,
    )


def _why_not(point: ValuedPoint, least: int, next_id: int) -> str | None:
    """Why there cannot be such a point, as a sentence; None if there can."""
    if not least <= point.point_id < next_id:
        return f"Point {point.point_id} is out of order: the ids of points rise, from {least} on and below {next_id}."
    if not (abs(point.x) <= PLANE and abs(point.y) <= PLANE):
        return f"Point {point.point_id} is not on the plane: x and y are from {-PLANE:g} to {PLANE:g}."
    if not 0 <= point.label < MAX_CLASSES:
        return f"Point {point.point_id} is of class {point.label}: classes are 0 to {MAX_CLASSES - 1}."
    if point.value is not None and not abs(point.value) <= 1:
        return f"Point {point.point_id} has the value {point.value:g}: values are from -1 to 1."
    return None
