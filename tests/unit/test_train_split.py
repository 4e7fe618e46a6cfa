"""The split: whose it is, and how close it comes to the share that is wanted."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backend.logic.config import MAX_SEED
from backend.logic.train_split import in_train_split


@given(st.integers(0, MAX_SEED), st.floats(0.1, 1), st.integers(10, 300))
def test_the_split_holds_its_share_and_depends_on_ids_and_seed_alone(seed: int, fraction: float, count: int) -> None:
    ids = np.arange(1, count + 1)
    split = in_train_split(ids, fraction, seed)
    assert abs(split.mean() - fraction) <= 2 / count + 0.03
    assert split[:5].tolist() == in_train_split(ids[:5], fraction, seed).tolist()


def test_another_seed_gives_another_split() -> None:
    ids = np.arange(1, 101)
    assert in_train_split(ids, 0.5, 1).tolist() != in_train_split(ids, 0.5, 2).tolist()
