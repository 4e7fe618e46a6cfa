"""What each client is granted."""

import pytest

from backend.logic.config import RunConfig
from backend.logic.errors import FieldError
from backend.view import ViewWish, check_unit, granted


@pytest.mark.parametrize(
    ("training", "side", "most"),
    [(0, 100, 60), (2, 100, 60), (4, 80, 30), (12, 64, 24), (40, 50, 15), (41, 40, 6), (999, 40, 6)],
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


def test_what_is_dear_is_granted_no_finer_than_it_may_be_and_keeps_its_proportions() -> None:
    view = granted(ViewWish(width=100, height=50), 1, finest_side=40)
    assert (view.width, view.height, view.frames_per_second) == (40, 20, 30)


def test_the_maps_of_all_sessions_together_may_take_the_same_share_of_the_time() -> None:
    for sessions in (1, 10, 30):
        view = granted(ViewWish(frames_per_second=60), sessions)
        assert view.map_cost_s * view.frames_per_second * sessions == pytest.approx(0.4)


@pytest.mark.parametrize(("training", "most", "tick_s"), [(1, 10, 0), (10, 8, 0.01), (30, 4, 0.02), (100, 2, 0.02)])
def test_the_more_train_the_fewer_statuses_and_the_more_maps_begin_at_once(
    training: int, most: int, tick_s: float
) -> None:
    view = granted(ViewWish(), training)
    assert (view.statuses_per_second, view.tick_s) == (most, tick_s)


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
