"""Points come where they are drawn, and the server holds what the plane shows."""

import itertools
import json
import math

import pytest
from playwright.sync_api import Page, WebSocketRoute

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab
from tests.browser.pixels import is_blue, is_orange

pytestmark = pytest.mark.browser


def test_an_empty_plane_says_what_to_do_until_there_is_a_point(lab: Lab) -> None:
    assert "Click" in lab.page.locator("#invite").inner_text()
    lab.click(1, 1)
    lab.page.locator("#invite").wait_for(state="hidden")


def test_a_click_adds_a_point_where_it_was_clicked(lab: Lab) -> None:
    places = [(-5.5, 5.5), (3.25, 1.75), (-2.0, -4.5), (5.5, -5.5)]
    for x, y in places:
        lab.click(x, y)
    lab.expect_points(4)
    rows = lab.rows_on_server()
    assert [row[:2] for row in rows] == [pytest.approx(place, abs=0.04) for place in places]
    assert {label for _, _, label in rows} == {0}
    assert all(is_blue(pixel) for pixel in lab.pixels(places))


def test_a_point_gets_the_chosen_class_and_its_colour(lab: Lab) -> None:
    lab.draw([(2, 2, 0), (-2, 2, 1)])
    assert sorted(label for _, _, label in lab.rows_on_server()) == [0, 1]
    blue, orange = lab.pixels([(2, 2), (-2, 2)])
    assert is_blue(blue)
    assert is_orange(orange)


def test_a_drag_draws_a_line_of_points(lab: Lab) -> None:
    lab.drag((-4, -3), (4, -3))
    rows = lab.rows_on_server()
    assert len(rows) > 10
    assert all(y == pytest.approx(-3, abs=0.04) for _, y, _ in rows)
    gaps = [b - a for (a, _, _), (b, _, _) in itertools.pairwise(rows)]
    assert gaps == [pytest.approx(gaps[0], abs=0.03)] * len(gaps)


def test_the_brush_sprays_points_around_the_pointer(lab: Lab) -> None:
    lab.choose_tool("Brush")
    lab.drag((-3, 2), (3, 2))
    rows = lab.rows_on_server()
    assert len(rows) > 20
    assert len({y for _, y, _ in rows}) > 10
    assert all(abs(y - 2) < 1 and abs(x) < 4 for x, y, _ in rows)


def test_a_drag_over_the_edge_leaves_no_points_outside(lab: Lab) -> None:
    lab.drag((4, 5), (9, 8), (5, 5))
    rows = lab.rows_on_server()
    assert rows
    assert all(abs(x) <= 6 and abs(y) <= 6 for x, y, _ in rows)


def test_a_point_shows_before_the_server_has_answered(lab: Lab) -> None:
    held = hold_answers(lab.page)
    lab.reload()
    lab.click(2, 3)
    lab.expect_points(1)
    (waiting,) = lab.pixels([(2, 3)])
    lab.until(lambda: bool(held))
    held.release()
    lab.until(lambda: lab.pixels([(2, 3)]) != [waiting])
    (known,) = lab.pixels([(2, 3)])
    assert waiting[3] < known[3], "a point that nobody has confirmed yet is fainter"


def test_the_point_that_the_server_has_no_room_for_is_taken_back_with_a_message(make_lab: OpenLab) -> None:
    lab = make_lab()
    lab.page.add_init_script(f"sessionStorage.setItem('boundary-lab/document', {json.dumps(full_document())});")
    lab.open()
    lab.expect_points(5000)
    lab.click(5.5, 5.5)
    lab.expect_notice("5,000")
    lab.expect_points(5000)
    assert lab.pixels([(5.5, 5.5)])[0][3] == 0
    assert lab.page.get_by_role("alert").inner_text() == lab.notice().inner_text()
    lab.click(0.02, 0.02, key="Shift")
    lab.expect_points(4999)
    lab.click(5.5, 5.5)
    lab.expect_points(5000)
    lab.until_settled()


class HeldAnswers:
    """The server's answers to commands, held back until they are let go."""

    def __init__(self) -> None:
        self._held: list[tuple[WebSocketRoute, str]] = []

    def __bool__(self) -> bool:
        return bool(self._held)

    def hold(self, page_side: WebSocketRoute, message: str) -> None:
        self._held.append((page_side, message))

    def release(self) -> None:
        for page_side, message in self._held:
            page_side.send(message)


def hold_answers(page: Page) -> HeldAnswers:
    """From the next load on."""
    held = HeldAnswers()

    def connect(page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if isinstance(message, str) and '"type":"OK"' in message:
                held.hold(page_side, message)
            else:
                page_side.send(message)

        server_side.on_message(pass_on)

    page.route_web_socket("**/ws/*", connect)
    return held


def full_document() -> str:
    """What a tab with 5,000 points remembers: a sunflower around the middle."""
    turns = [(0.05 * math.sqrt(index), 2.4 * index) for index in range(5000)]
    points = [
        [0, round(r * math.sin(a), 3), round(r * math.cos(a), 3), index % 2] for index, (r, a) in enumerate(turns)
    ]
    return json.dumps({"config": {}, "points": points, "removed": [], "trained": False})
