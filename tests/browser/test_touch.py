"""Fingers: a tap adds a point, a finger that scrolls or pinches draws nothing beside the plane."""

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

Places = list[tuple[float, float]]
LONG_PRESS_MS = 600


@pytest.fixture
def phone(open_lab: OpenLab) -> Lab:
    return open_lab(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)


def test_a_tap_adds_a_point_where_it_was(phone: Lab) -> None:
    phone.page.touchscreen.tap(*phone.place(-3.5, 4.25))
    phone.expect_points(1)
    assert [row[:2] for row in phone.rows_on_server()] == [pytest.approx((-3.5, 4.25), abs=0.05)]


def test_a_finger_draws_on_the_plane_and_does_not_scroll_the_page(phone: Lab) -> None:
    fingers = phone.page.context.new_cdp_session(phone.page)
    swipe(fingers, phone.place(2, 5), phone.place(2, -5))
    phone.until(lambda: phone.count > 10)
    assert phone.page.evaluate("scrollY") == 0
    assert all(abs(x - 2) < 0.1 for x, _, _ in phone.rows_on_server())


def test_a_finger_with_the_eraser_removes(phone: Lab) -> None:
    phone.page.touchscreen.tap(*phone.place(2, 2))
    phone.choose_tool("Erase")
    phone.canvas.scroll_into_view_if_needed()
    phone.page.touchscreen.tap(*phone.place(2.3, 2.3))
    phone.expect_points(0)


def test_scrolling_the_controls_draws_nothing(phone: Lab) -> None:
    fingers = phone.page.context.new_cdp_session(phone.page)
    left, top = phone.place(0, -6)
    swipe(fingers, (left, top + 300), (left, top - 100))
    phone.until(lambda: phone.page.evaluate("scrollY") > 100)
    phone.expect_points(0)
    assert phone.sent_of_type("ADD_POINTS") == []


def test_a_second_finger_takes_back_what_the_first_has_drawn(phone: Lab) -> None:
    fingers = phone.page.context.new_cdp_session(phone.page)
    phone.button("Circle").tap()
    phone.expect_points(200)
    phone.page.evaluate("scrollTo(0, 0)")
    first, second = phone.place(3, 3), phone.place(-3, -3)
    touch(fingers, "touchStart", [first])
    touch(fingers, "touchMove", [phone.place(3, -1)])
    phone.until(lambda: phone.count > 200)
    touch(fingers, "touchStart", [phone.place(3, -1), second])
    phone.expect_points(200)
    touch(fingers, "touchMove", [phone.place(3, -2), phone.place(-3, -4)])
    touch(fingers, "touchEnd", [])
    assert len(phone.rows_on_server()) == 200
    expect(phone.button("Circle")).to_have_attribute("aria-pressed", "true")


def test_a_long_press_shows_the_probabilities_and_adds_nothing(phone: Lab) -> None:
    fingers = phone.page.context.new_cdp_session(phone.page)
    phone.button("Circle").tap()
    phone.start()
    phone.until_further()
    phone.page.evaluate("scrollTo(0, 0)")
    touch(fingers, "touchStart", [phone.place(3, 3)])
    start: float = phone.page.evaluate("performance.now()")
    expect(phone.page.locator("#probe")).to_be_visible()
    phone.until(lambda: phone.page.evaluate("performance.now()") - start > LONG_PRESS_MS)
    touch(fingers, "touchEnd", [])
    expect(phone.page.locator("#probe")).to_be_hidden()
    phone.expect_points(200)


def touch(fingers: CDPSession, kind: str, places: Places) -> None:
    points = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(places)]
    fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def swipe(fingers: CDPSession, start: tuple[float, float], end: tuple[float, float]) -> None:
    touch(fingers, "touchStart", [start])
    for part in range(1, 11):
        share = part / 10
        touch(fingers, "touchMove", [(start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)])
    touch(fingers, "touchEnd", [])
