"""What each client is granted."""

import pytest

from backend.logic.config import RunConfig
from backend.logic.errors import FieldError
from backend.view import ViewWish, check_unit, granted


@pytest.mark.parametrize(
    ("training", "side", "most"),
    [(0, 100, 60), (2, 100, 60), (4, 80, 30), (12, 64, 20), (40, 50, 12), (41, 40, 5), (999, 40, 5)],
)
def test_the_more_train_the_less_each_is_granted(training: int, side: int, most: int) -> None:
    view = granted(ViewWish(frames_per_second=60), training)
    assert (view.width, view.height, view.frames_per_second) == (side, side, most)


def test_a_grant_keeps_the_proportions_and_never_exceeds_the_wish() -> None:
    wide = granted(ViewWish(frames_per_second=5, width=200, height=100), 40)
    assert (wide.frames_per_second, wide.width, wide.height) == (5, 50, 25)
    small = granted(ViewWish(frames_per_second=1, width=30, height=30, tile_size=8), 40)
    assert (small.frames_per_second, small.width, small.height, small.tile_size) == (1, 30, 30, 8)


@pytest.mark.parametrize(
    ("training", "side", "tile_size", "most", "metrics"),
    [(0, 100, 24, 10, 3), (4, 80, 24, 10, 3), (5, 50, 16, 5, 2), (40, 40, 16, 3, 1), (41, 40, 16, 2, 1)],
)
def test_the_more_train_the_fewer_and_smaller_are_neuron_maps(
    training: int, side: int, tile_size: int, most: int, metrics: int
) -> None:
    view = granted(ViewWish(width=200, height=200, neurons=True), training)
    assert (view.width, view.tile_size) == (side, tile_size)
    assert (view.neurons_per_second, view.metrics_per_second) == (most, metrics)


CONFIG = RunConfig(features=("x1",), hidden_layers=(3, 100), classes=4)


@pytest.mark.parametrize("unit", [(0, 0), (1, 2), (2, 99), (3, 3)])
def test_every_unit_of_the_network_can_be_looked_at(unit: tuple[int, int]) -> None:
    check_unit(unit, CONFIG)


@pytest.mark.parametrize(
    ("unit", "path", "words"),
    [
        ((0, 1), "unit[1]", "no unit 1 in layer 0: it has units 0 to 0"),
        ((1, 3), "unit[1]", "no unit 3 in layer 1"),
        ((3, 4), "unit[1]", "no unit 4 in layer 3"),
        ((4, 0), "unit[0]", "no layer 4: the network has layers 0 to 3"),
    ],
)
def test_a_unit_that_the_network_does_not_have_is_refused(unit: tuple[int, int], path: str, words: str) -> None:
    with pytest.raises(FieldError, match=words) as refused:
        check_unit(unit, CONFIG)
    assert refused.value.path == path


def test_a_regression_has_one_output() -> None:
    config = RunConfig(problem="regression", loss="huber", classes=4)
    check_unit((3, 0), config)
    with pytest.raises(FieldError):
        check_unit((3, 1), config)
