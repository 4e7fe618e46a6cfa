"""What each client is granted."""

import pytest

from backend.view import ViewWish, granted


@pytest.mark.parametrize(
    ("training", "side", "most"),
    [(0, 100, 60), (2, 100, 60), (4, 80, 30), (12, 64, 20), (40, 50, 12), (41, 40, 5), (999, 40, 5)],
)
def test_the_more_train_the_less_each_is_granted(training: int, side: int, most: int) -> None:
    view = granted(ViewWish(frames_per_second=60), training)
    assert (view.width, view.height, view.frames_per_second) == (side, side, most)


def test_a_grant_keeps_the_proportions_and_never_exceeds_the_wish() -> None:
    assert granted(ViewWish(frames_per_second=5, width=200, height=100), 40) == ViewWish(5, 50, 25)
    assert granted(ViewWish(frames_per_second=1, width=30, height=30), 40) == ViewWish(1, 30, 30)
