"""Points are removed with shift, the other mouse button, the eraser and Clear points."""

import pytest

from tests.browser.lab import Lab
from tests.browser.pixels import is_bare

pytestmark = pytest.mark.browser

PLACES = [(-4.0, 3.0), (-1.0, 3.0), (2.0, 3.0), (5.0, 3.0)]


@pytest.fixture
def drawn(lab: Lab) -> Lab:
    """Four points in a row."""
    for x, y in PLACES:
        lab.click(x, y)
    lab.expect_points(4)
    return lab


def test_a_shift_click_removes_the_point_under_it_and_no_other(drawn: Lab) -> None:
    drawn.click(-1, 3, key="Shift")
    drawn.expect_points(3)
    assert is_bare(drawn.pixels([(-1, 3)])[0])
    assert [x for x, _, _ in drawn.rows_on_server()] == pytest.approx([-4, 2, 5], abs=0.04)


def test_a_right_click_removes_a_point(drawn: Lab) -> None:
    drawn.click(5, 3, button="right")
    drawn.expect_points(3)
    assert [x for x, _, _ in drawn.rows_on_server()] == pytest.approx([-4, -1, 2], abs=0.04)


def test_a_shift_click_beside_all_points_changes_nothing(drawn: Lab) -> None:
    drawn.click(0.5, -3, key="Shift")
    drawn.click(0.5, -3, button="right")
    drawn.until_settled()
    drawn.expect_points(4)


def test_the_eraser_removes_what_it_is_dragged_over(drawn: Lab) -> None:
    drawn.choose_tool("Erase")
    drawn.drag((-2, 3), (3, 3))
    drawn.expect_points(2)
    assert [x for x, _, _ in drawn.rows_on_server()] == pytest.approx([-4, 5], abs=0.04)


def test_the_key_e_takes_the_eraser_and_lays_it_down(drawn: Lab) -> None:
    drawn.page.keyboard.press("e")
    drawn.click(2, 3)
    drawn.expect_points(3)
    drawn.page.keyboard.press("e")
    drawn.click(2, 3)
    drawn.expect_points(4)


def test_clear_points_removes_all_points_and_can_be_undone(drawn: Lab) -> None:
    drawn.button("Clear points").click()
    drawn.expect_points(0)
    drawn.until_settled()
    assert drawn.button("Clear points").is_disabled()
    drawn.button("Undo").click()
    drawn.expect_points(4)
    assert len(drawn.rows_on_server()) == 4
