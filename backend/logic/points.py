"""Points as values: what is given to be one, how one changes, and how one is told."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from backend.logic.errors import FieldError

PLANE: Final = 6.0
"""The plane is [-PLANE, PLANE] in both directions."""

Split = Literal["train", "test"]


class TrainingExample(NamedTuple):
    """One point of the plane, its class, and its value from -1 to 1 if it has one of its own."""

    x: float
    y: float
    label: int
    value: float | None = None


class PointChange(NamedTuple):
    """All that a point is to be from now on; its id and its split stay."""

    point_id: int
    x: float
    y: float
    label: int
    value: float | None = None


class Point(NamedTuple):
    """A training example as the session keeps it, with its id and the split it belongs to."""

    point_id: int
    x: float
    y: float
    label: int
    split: Split


class ValuedPoint(NamedTuple):
    """A point as regression tells it: with its value, None if it has none of its own."""

    point_id: int
    x: float
    y: float
    label: int
    split: Split
    value: float | None


def check_labels(rows: Sequence[TrainingExample | PointChange], classes: int, path: str) -> None:
    """See that every label is one of the classes.

    Args:
        rows: whose labels.
        classes: how many there are.
        path: where in the request a label is; {} stands for the index of its row.

    Raises:
        FieldError: one is not.
    """
    for index, row in enumerate(rows):
        if row.label >= classes:
            raise FieldError(f"There is no class {row.label}: the classes are 0 to {classes - 1}.", path.format(index))
