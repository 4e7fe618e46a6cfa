"""Brush and eraser reach as far as the ring around the pointer shows; label noise."""

import math

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser


def reach(lab: Lab, radius: float, density: int = 3) -> None:
    lab.open_drawer("draw")
    lab.page.locator("#brush-radius").fill(str(radius))
    lab.page.locator("#brush-density").fill(str(density))


def test_the_brush_sprays_its_number_of_points_within_its_radius(lab: Lab) -> None:
    lab.choose_tool("Brush")
    reach(lab, 2, 20)
    lab.click(0, 0)
    lab.expect_points(20)
    far = [math.hypot(x, y) for x, y, _ in lab.rows_on_server()]
    assert max(far) <= 2.05
    assert max(far) > 1
    expect(lab.page.locator("#brush-radius-value")).to_have_text("2.0")
    expect(lab.page.locator("#brush-density-value")).to_have_text("20")


def test_the_eraser_removes_all_within_its_radius_and_nothing_else(lab: Lab) -> None:
    lab.draw([(0, 0, 0), (0.9, 0, 0), (1.2, 0, 0)])
    lab.choose_tool("Erase")
    reach(lab, 1)
    lab.click(0, 0)
    lab.expect_points(1)
    assert lab.rows_on_server()[0][0] == pytest.approx(1.2, abs=0.06)


def test_a_ring_around_the_pointer_shows_the_radius(lab: Lab) -> None:
    ring = lab.page.locator(".brush-ring")
    reach(lab, 1)
    lab.page.mouse.move(*lab.place(2, 2))
    expect(ring).to_be_hidden()
    lab.choose_tool("Brush")
    lab.page.mouse.move(*lab.place(2, 2))
    expect(ring).to_be_visible()
    box, plane = ring.bounding_box(), lab.canvas.bounding_box()
    assert box is not None
    assert plane is not None
    assert box["width"] == pytest.approx(plane["width"] / 6, abs=1.5)
    assert box["x"] + box["width"] / 2 == pytest.approx(lab.place(2, 2)[0], abs=1.5)


def test_label_noise_flips_its_share_in_one_step_and_undo_takes_it_back(lab: Lab) -> None:
    lab.choose_dataset("Circle")
    lab.until_settled()
    before = lab.remembered_points()
    lab.open_drawer("data")
    lab.page.locator("#label-noise").fill("25")
    lab.button("Flip labels").click()
    lab.until_settled()
    after = lab.remembered_points()
    assert [row[:3] for row in after] == [row[:3] for row in before]
    assert sum(now[3] != then[3] for now, then in zip(after, before, strict=True)) == 50
    assert len(lab.sent_of_type("CHANGE_POINTS")) == 1
    lab.button("Undo").click()
    lab.until_settled()
    assert lab.remembered_points() == before
    assert [row[3] for row in lab.reload()["state"]["points"]] == [row[3] for row in before]
