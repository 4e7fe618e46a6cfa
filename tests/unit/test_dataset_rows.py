"""Datasets of points that have been points before."""

from typing import Any

import pytest

from backend.logic.config import MAX_POINTS
from backend.logic.dataset import Dataset
from backend.logic.dataset_rows import MAX_ID, dataset_of
from backend.logic.errors import FieldError, LimitError, RefusedError
from backend.logic.generators import generate
from backend.logic.points import TrainingExample, ValuedPoint

FACTS: dict[str, Any] = {"first_id": 2, "next_id": 9, "train_fraction": 0.5, "seed": 3}


def point(**fields: Any) -> ValuedPoint:
    return ValuedPoint(3, 1.0, -2.0, 1, "test", None)._replace(**fields)


def test_points_come_back_with_ids_splits_and_values_and_the_next_ones_as_if_they_had_never_gone() -> None:
    before = Dataset.empty(0.6, 4).adding(generate("blobs", 40, 0.1, 3, 1)).removing([2, 40])
    before = before.adding([TrainingExample(0.1, -6, 2, -1.0)])
    facts = {name: getattr(before, name) for name in ("first_id", "next_id", "train_fraction", "seed")}
    after = dataset_of(before.valued_points(), **facts)
    assert after.valued_points() == before.valued_points()
    more = [TrainingExample(1, 1, 0)] * 5
    assert after.adding(more).valued_points() == before.adding(more).valued_points()
    assert after.split(0.3, 9).valued_points() == before.split(0.3, 9).valued_points()


def test_there_can_be_none() -> None:
    assert len(dataset_of([], **FACTS)) == 0


@pytest.mark.parametrize(
    ("points", "word"),
    [
        ([point(point_id=1)], "out of order"),
        ([point(point_id=9)], "out of order"),
        ([point(), point()], "out of order"),
        ([point(point_id=5), point(point_id=4)], "out of order"),
        ([point(x=6.1)], "plane"),
        ([point(y=float("nan"))], "plane"),
        ([point(x=float("-inf"))], "plane"),
        ([point(label=8)], "class"),
        ([point(label=-1)], "class"),
        ([point(value=1.5)], "value"),
        ([point(value=float("nan"))], "value"),
    ],
)
def test_points_that_cannot_be_are_told_by_a_sentence_and_their_place(points: list[ValuedPoint], word: str) -> None:
    with pytest.raises(FieldError, match=word) as refused:
        dataset_of(points, **FACTS)
    assert refused.value.path == f"points[{len(points) - 1}]"


@pytest.mark.parametrize("facts", [{"first_id": 0}, {"first_id": 10}, {"next_id": MAX_ID + 1}])
def test_ids_that_cannot_be_are_told(facts: dict[str, int]) -> None:
    with pytest.raises(RefusedError, match="do not fit each other"):
        dataset_of([], **FACTS | facts)


def test_there_are_no_more_points_than_there_can_be() -> None:
    with pytest.raises(LimitError, match="5,000 points at most: these are 5,001"):
        dataset_of([point()] * (MAX_POINTS + 1), **FACTS)
