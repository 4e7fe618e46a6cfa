"""Datasets and generators."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.logic.config import MAX_POINTS, MAX_SEED
from backend.logic.data import PLANE, Dataset, DatasetName, TrainingExample, generate, in_train_split
from backend.logic.errors import FieldError, LimitError, UnknownPointError

NAMES = get_args(DatasetName)


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


def test_there_is_room_for_exactly_the_limit() -> None:
    full = dataset_of(MAX_POINTS)
    with pytest.raises(LimitError, match="5,000"):
        full.adding([TrainingExample(0, 0, 0)])


def test_positions_come_back_as_they_were_given() -> None:
    assert Dataset.empty(1.0, 0).adding([TrainingExample(1.2, -3.4, 0)]).points()[0][1:3] == (1.2, -3.4)


@given(st.integers(0, MAX_SEED), st.floats(0.1, 1), st.integers(10, 300))
def test_the_split_holds_its_share_and_depends_on_ids_and_seed_alone(seed: int, fraction: float, count: int) -> None:
    ids = np.arange(1, count + 1)
    split = in_train_split(ids, fraction, seed)
    assert abs(split.mean() - fraction) <= 2 / count + 0.03
    assert split[:5].tolist() == in_train_split(ids[:5], fraction, seed).tolist()


def test_another_seed_gives_another_split() -> None:
    ids = np.arange(1, 101)
    assert in_train_split(ids, 0.5, 1).tolist() != in_train_split(ids, 0.5, 2).tolist()


@pytest.mark.parametrize("name", NAMES)
@given(st.integers(2, 500), st.floats(0, 0.5), st.integers(0, MAX_SEED))
def test_generators_keep_count_and_plane_and_labels(name: DatasetName, count: int, noise: float, seed: int) -> None:
    examples = generate(name, count, noise, 2, seed)
    assert len(examples) == count
    assert all(-PLANE <= e.x <= PLANE and -PLANE <= e.y <= PLANE and e.label in {0, 1} for e in examples)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_points(name: DatasetName) -> None:
    assert generate(name, 50, 0.2, 2, 3) == generate(name, 50, 0.2, 2, 3)
    assert generate(name, 50, 0.2, 2, 3) != generate(name, 50, 0.2, 2, 4)


def test_a_dataset_of_two_classes_refuses_to_have_nine() -> None:
    with pytest.raises(FieldError, match="2 classes"):
        generate("gauss", 10, 0.0, 9, 0)


def test_the_classes_lie_where_the_well_known_playground_puts_them() -> None:
    for x, y, label in generate("circle", 400, 0.0, 2, 0):
        radius = np.hypot(x, y)
        assert radius <= 2.5 if label == 0 else 3.5 <= radius <= 5
    for x, y, label in generate("xor", 400, 0.0, 2, 0):
        assert label == (x * y < 0)
        assert min(abs(x), abs(y)) >= 0.3
    gauss = np.array(generate("gauss", 2000, 0.0, 2, 0))
    assert gauss[gauss[:, 2] == 0][:, :2].mean(axis=0) == pytest.approx([2, 2], abs=0.1)
    assert gauss[gauss[:, 2] == 1][:, :2].var(axis=0) == pytest.approx([0.5, 0.5], abs=0.08)
    arm = generate("spiral", 400, 0.0, 2, 0)[100]
    turned = 1.75 * 2 * np.pi * 100 / 200
    assert (arm.x, arm.y) == pytest.approx((2.5 * np.sin(turned), 2.5 * np.cos(turned)))
