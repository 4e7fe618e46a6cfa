"""The ready data sets."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.logic.config import MAX_SEED
from backend.logic.dataset import PLANE
from backend.logic.errors import FieldError
from backend.logic.generators import DatasetName, generate

NAMES = get_args(DatasetName)


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
    for x, y, label, _ in generate("circle", 400, 0.0, 2, 0):
        radius = np.hypot(x, y)
        assert radius <= 2.5 if label == 0 else 3.5 <= radius <= 5
    for x, y, label, _ in generate("xor", 400, 0.0, 2, 0):
        assert label == (x * y < 0)
        assert min(abs(x), abs(y)) >= 0.3
    gauss = np.array(generate("gauss", 2000, 0.0, 2, 0))
    assert gauss[gauss[:, 2] == 0][:, :2].mean(axis=0) == pytest.approx([2, 2], abs=0.1)
    assert gauss[gauss[:, 2] == 1][:, :2].var(axis=0) == pytest.approx([0.5, 0.5], abs=0.08)
    arm = generate("spiral", 400, 0.0, 2, 0)[100]
    turned = 1.75 * 2 * np.pi * 100 / 200
    assert (arm.x, arm.y) == pytest.approx((2.5 * np.sin(turned), 2.5 * np.cos(turned)))
