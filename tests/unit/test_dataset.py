"""Datasets: what edits keep, and what they refuse."""

import pytest

from backend.logic.config import MAX_POINTS
from backend.logic.dataset import Dataset
from backend.logic.errors import FieldError, LimitError, RefusedError, UnknownPointError
from backend.logic.points import PointChange, TrainingExample, ValuedPoint


def dataset_of(count: int) -> Dataset:
    return Dataset.empty(1.0, 0).adding([TrainingExample(0.1 * i, -0.1 * i, i % 2) for i in range(count)])


def test_an_edit_makes_a_new_dataset_and_leaves_the_old_one() -> None:
    before = dataset_of(3)
    after = before.adding([TrainingExample(1.5, 2.5, 1)])
    assert (len(before), len(after)) == (3, 4)
    assert after.points()[-1] == (4, 1.5, 2.5, 1, "train")


def test_ids_are_never_used_again() -> None:
    after = dataset_of(3).removing([2, 3]).adding([TrainingExample(0, 0, 0)])
    assert after.ids.tolist() == [1, 4]
    assert after.cleared().adding([TrainingExample(0, 0, 0)]).ids.tolist() == [5]


def test_removing_an_unknown_point_names_it_and_its_place() -> None:
    with pytest.raises(UnknownPointError, match="no point 9") as refused:
        dataset_of(3).removing([1, 9])
    assert refused.value.path == "ids[1]"


def test_a_change_keeps_ids_splits_and_order_and_the_dataset_before() -> None:
    before = Dataset.empty(0.5, 3).adding([TrainingExample(0.1 * i, 0, i % 2, 0.5) for i in range(20)]).removing([4])
    rows = before.valued_points()
    after = before.changing([PointChange(17, 5, -5, 1, -0.25), PointChange(2, 1, 2, 0)])
    assert before.valued_points() == rows
    expected = {17: (5, -5, 1, -0.25), 2: (1, 2, 0, None)}
    for old, new in zip(rows, after.valued_points(), strict=True):
        x, y, label, value = expected.get(old.point_id, (old.x, old.y, old.label, old.value))
        assert new == ValuedPoint(old.point_id, x, y, label, old.split, value)


@pytest.mark.parametrize(
    ("ids", "error", "path"),
    [((1, 9), UnknownPointError, "points[1][0]"), ((1, 2, 1), FieldError, "points[2][0]")],
)
def test_a_change_of_an_unknown_point_or_of_one_twice_is_refused(
    ids: tuple[int, ...], error: type[RefusedError], path: str
) -> None:
    with pytest.raises(error) as refused:
        dataset_of(3).changing([PointChange(i, 0, 0, 0) for i in ids])
    assert refused.value.path == path


def test_regression_takes_values_and_derives_them_from_labels_where_there_are_none() -> None:
    examples = [
        TrainingExample(0, 0, 0),
        TrainingExample(0, 0, 1),
        TrainingExample(0, 0, 2),
        TrainingExample(0, 0, 2, 0.25),
    ]
    dataset = Dataset.empty(1.0, 0).adding(examples)
    assert dataset.targets(3).tolist() == [-1, 0, 1, 0.25]
    assert dataset.targets(5).tolist() == [-1, -0.5, 0, 0.25]
    assert dataset.removing([1, 2]).targets(3).tolist() == [1, 0.25]


def test_there_is_room_for_exactly_the_limit() -> None:
    full = dataset_of(MAX_POINTS)
    with pytest.raises(LimitError, match="5,000"):
        full.adding([TrainingExample(0, 0, 0)])


def test_positions_come_back_as_they_were_given() -> None:
    assert Dataset.empty(1.0, 0).adding([TrainingExample(1.2, -3.4, 0)]).points()[0][1:3] == (1.2, -3.4)


def test_the_same_points_are_divided_alike_in_a_dataset_that_had_others_before() -> None:
    rows = [TrainingExample(x / 10, 0.0, 0) for x in range(50)]
    fresh = Dataset.empty(0.5, 3).adding(rows)
    later = Dataset.empty(0.5, 3).adding(rows[:7]).cleared().adding(rows)
    emptied = fresh.removing(fresh.ids.tolist()).adding(rows)
    assert later.ids.tolist() != fresh.ids.tolist()
    assert fresh.is_train.tolist() == later.is_train.tolist() == emptied.is_train.tolist()
    assert fresh.split(0.3, 9).is_train.tolist() == later.split(0.3, 9).is_train.tolist()
