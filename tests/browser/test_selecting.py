"""The tool Move: a point is dragged, a rectangle selects, and what is selected is deleted, relabelled and moved."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab
from tests.browser.network_lab import feature, show_network

pytestmark = pytest.mark.browser

PLACES = [(-4.0, 3.0), (-3.0, 3.0), (3.0, -3.0), (4.0, -3.0)]


@pytest.fixture
def drawn(lab: Lab) -> Lab:
    """Two points at the top left, two at the bottom right, and the tool Move."""
    lab.draw([(x, y, 0) for x, y in PLACES])
    lab.until_settled()
    lab.choose_tool("Move")
    return lab


def bar(lab: Lab, text: str) -> None:
    expect(lab.page.locator(".selection-bar")).to_contain_text(text)


def test_a_dragged_point_moves_keeps_its_id_and_goes_back_by_one_undo(drawn: Lab) -> None:
    ids = [row[0] for row in drawn.remembered_points()]
    drawn.drag((-4, 3), (-2, 1), (0, 0))
    drawn.until_settled()
    assert [row[0] for row in drawn.remembered_points()] == ids
    moved = drawn.reload()["state"]["points"]
    assert [row[0] for row in moved] == ids
    assert moved[0][1:3] == pytest.approx([0, 0], abs=0.06)


def test_undo_takes_a_whole_drag_back(drawn: Lab) -> None:
    drawn.drag((-4, 3), (-2, 1), (0, 0))
    drawn.button("Undo").click()
    assert [(x, y) for x, y, _ in drawn.rows_on_server()] == [pytest.approx(place, abs=0.06) for place in PLACES]


def test_a_point_moves_while_training_goes_on(drawn: Lab) -> None:
    drawn.choose_dataset("Gauss")
    drawn.choose_tool("Point")
    drawn.click(-5, 5)
    drawn.choose_tool("Move")
    drawn.start()
    drawn.drag((-5, 5), (5, -5))
    step = drawn.frames[-1].step
    drawn.until(lambda: drawn.frames[-1].step > step)
    drawn.stop()
    assert drawn.rows_on_server()[-1][:2] == pytest.approx((5, -5), abs=0.06)


def test_a_rectangle_selects_what_is_in_it_and_delete_removes_that_and_undo_brings_it_back(drawn: Lab) -> None:
    drawn.drag((-5, 4), (-2, 2))
    bar(drawn, "2 selected")
    drawn.page.keyboard.press("Delete")
    drawn.expect_points(2)
    expect(drawn.page.locator(".selection-bar")).to_be_hidden()
    drawn.button("Undo").click()
    drawn.expect_points(4)
    assert len(drawn.rows_on_server()) == 4


def test_selected_points_are_relabelled_by_bar_and_by_key_and_undo_takes_it_back(drawn: Lab) -> None:
    drawn.drag((-5, 4), (-2, 2))
    drawn.page.keyboard.press("2")
    drawn.until_settled()
    assert [row[3] for row in drawn.remembered_points()] == [1, 1, 0, 0]
    drawn.button("Undo").click()
    drawn.drag((2, -2), (5, -4))
    drawn.class_choice(1).click()
    drawn.until_settled()
    assert [row[3] for row in drawn.remembered_points()] == [0, 0, 1, 1]
    drawn.drag((-5, 4), (-2, 2))
    drawn.button("Make class 1").click()
    expect(drawn.button("Make class 0")).to_be_visible()
    expect(drawn.button("Make class 1")).to_have_count(0)
    assert [label for _, _, label in drawn.rows_on_server()] == [1, 1, 1, 1]


def test_a_key_for_a_class_that_is_missing_makes_it_for_the_selected_points(drawn: Lab) -> None:
    drawn.drag((-5, 4), (-2, 2))
    drawn.page.keyboard.press("3")
    drawn.until_settled()
    state = drawn.reload()["state"]
    assert state["config"]["classes"] == 3
    assert [row[3] for row in state["points"]] == [2, 2, 0, 0]


def test_a_group_is_dragged_as_one_and_stops_at_the_edge(drawn: Lab) -> None:
    drawn.drag((-5, 4), (-2, 2))
    drawn.drag((-3, 3), (-5.9, 3))
    rows = drawn.rows_on_server()
    assert rows[0][0] == pytest.approx(-6)
    assert rows[1][0] == pytest.approx(-5, abs=0.06)


def test_arrows_move_the_selected_points_and_escape_forgets_them(drawn: Lab) -> None:
    drawn.click(-4, 3)
    bar(drawn, "1 selected")
    for _ in range(5):
        drawn.page.keyboard.press("ArrowDown")
    drawn.page.keyboard.press("Escape")
    expect(drawn.page.locator(".selection-bar")).to_be_hidden()
    drawn.page.keyboard.press("ArrowDown")
    assert drawn.rows_on_server()[0][:2] == pytest.approx((-4, 2.5), abs=0.06)


def test_keys_alone_select_move_relabel_and_delete(drawn: Lab) -> None:
    drawn.page.keyboard.press("m")
    drawn.page.keyboard.press("m")
    expect(drawn.page.get_by_role("radio", name="Move", exact=True)).to_be_checked()
    drawn.page.evaluate("document.activeElement.blur()")
    drawn.canvas.focus()
    for key, times in (("ArrowLeft", 10), ("ArrowUp", 16), ("Shift+ArrowLeft", 8), ("Shift+ArrowDown", 8)):
        for _ in range(times):
            drawn.page.keyboard.press(key)
    bar(drawn, "2 selected")
    drawn.page.keyboard.press("2")
    drawn.page.keyboard.press("ArrowRight")
    drawn.until_settled()
    rows = drawn.remembered_points()
    assert [row[3] for row in rows] == [1, 1, 0, 0]
    assert rows[0][1] == pytest.approx(-3.9, abs=0.06)
    drawn.page.keyboard.press("Delete")
    drawn.expect_points(2)


def test_a_finger_moves_a_point(open_lab: OpenLab) -> None:
    phone = open_lab(viewport={"width": 800, "height": 900}, has_touch=True)
    phone.click(0, 0)
    phone.until_settled()
    phone.choose_tool("Move")
    phone.canvas.scroll_into_view_if_needed()
    fingers = phone.page.context.new_cdp_session(phone.page)
    left, top = phone.place(0, 0)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": left, "y": top}]})
    for way in range(1, 11):
        point = {"x": left + way * 8, "y": top}
        fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    phone.until(lambda: phone.remembered_points()[0][1] > 0.5)
    phone.expect_points(1)


def test_arrow_keys_in_the_diagram_leave_what_is_selected_where_it_is(drawn: Lab) -> None:
    drawn.drag((-5, 4), (-2, 2))
    bar(drawn, "2 selected")
    show_network(drawn)
    feature(drawn, "x1").focus()
    drawn.page.keyboard.press("ArrowDown")
    expect(feature(drawn, "x2")).to_be_focused()
    assert [(x, y) for x, y, _ in drawn.rows_on_server()] == PLACES
