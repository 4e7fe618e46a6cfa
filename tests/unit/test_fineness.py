"""How fine maps become by what they cost."""

import numpy as np
import pytest

from backend.fineness import FINEST_SIDE, Fineness

ALLOWED_S = 0.01


def shown(fineness: Fineness, cell_cost_s: float, seconds: float, *, began_s: float = 0.0, noise: float = 0.0) -> int:
    """Show 25 maps a second of at most 100 x 100 cells that cost so much, and return how often the side changed."""
    chance = np.random.default_rng(1)
    changes, now_s = 0, began_s
    while now_s < began_s + seconds:
        before, side = fineness.side, min(100, fineness.side)
        cost_s = cell_cost_s * side**2 * (1 + noise * chance.random())
        fineness.note(side, side, cost_s, ALLOWED_S, now_s)
        changes += fineness.side != before
        now_s += 0.04
    return changes


@pytest.mark.parametrize(
    ("cost_of_100_s", "side"), [(0.001, 200), (0.004, 150), (0.011, 80), (0.02, 64), (0.03, 50), (0.06, 40), (5.0, 40)]
)
def test_a_map_is_as_fine_as_it_may_cost_and_never_coarser_than_40(cost_of_100_s: float, side: int) -> None:
    fineness = Fineness()
    shown(fineness, cost_of_100_s / 100**2, 5)
    assert fineness.side == side


def test_when_the_load_is_gone_maps_become_fine_again() -> None:
    fineness = Fineness()
    shown(fineness, 0.06 / 100**2, 5)
    assert fineness.side == 40
    shown(fineness, 0.001 / 100**2, 5, began_s=5)
    assert fineness.side == FINEST_SIDE


@pytest.mark.parametrize("cost_of_100_s", [0.0099, 0.0101, 0.0156, 0.0244, 0.04])
def test_near_the_limit_the_side_does_not_flap(cost_of_100_s: float) -> None:
    fineness = Fineness()
    shown(fineness, cost_of_100_s / 100**2, 5, noise=0.5)
    assert shown(fineness, cost_of_100_s / 100**2, 60, began_s=5, noise=0.5) <= 1


def test_one_map_that_was_interrupted_changes_nothing() -> None:
    fineness = Fineness()
    shown(fineness, 0.0001 / 100**2, 1)
    for _ in range(4):
        fineness.note(100, 100, 3.0, ALLOWED_S, 1.0)
    assert fineness.side == FINEST_SIDE


def test_of_a_map_that_is_no_square_the_longer_side_counts() -> None:
    square, wide = Fineness(), Fineness()
    for count in range(20):
        square.note(100, 100, 0.02, ALLOWED_S, count)
        wide.note(100, 25, 0.02 / 4, ALLOWED_S, count)
    assert (square.side, wide.side) == (64, 100)
