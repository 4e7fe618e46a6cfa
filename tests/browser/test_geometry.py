"""What is drawn and what is hit agree to the pixel: on sharp screens, and after the window has changed its size."""

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

PLACES = [(-4.4, 4.7), (3.3, 1.9), (4.8, -5.2), (-1.7, -3.1)]
_INK_BOX = """(canvas, [x, y]) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const reach = Math.round(canvas.width / 40);
  const [left, top] = [Math.round(x * canvas.width) - reach, Math.round(y * canvas.height) - reach];
  const { data, width } = context.getImageData(left, top, 2 * reach, 2 * reach);
  const columns = [], rows = [];
  for (let index = 3; index < data.length; index += 4) {
    if (data[index] < 40) continue;
    columns.push(left + ((index - 3) / 4) % width);
    rows.push(top + Math.floor((index - 3) / 4 / width));
  }
  return [Math.min(...columns), Math.max(...columns) + 1, Math.min(...rows), Math.max(...rows) + 1];
}"""


def ink_centre(lab: Lab, x: float, y: float) -> tuple[float, float]:
    """The middle of the marker near a place of the plane, in device pixels."""
    left, right, top, bottom = lab.canvas.evaluate(_INK_BOX, [(x + 6) / 12, (6 - y) / 12])
    return (left + right) / 2, (top + bottom) / 2


def assert_drawn_where_hit(lab: Lab) -> None:
    """The markers are drawn at the places, and removed by what is pressed there."""
    side = lab.canvas.evaluate("(canvas) => canvas.width")
    lab.expect_points(len(PLACES))
    lab.until_settled()
    for x, y in PLACES:
        assert ink_centre(lab, x, y) == pytest.approx(((x + 6) / 12 * side, (6 - y) / 12 * side), abs=1.5)
    for left, (x, y) in reversed(list(enumerate(PLACES))):
        lab.click(x, y, key="Shift")
        lab.expect_points(left)


@pytest.mark.parametrize("pixel_ratio", [1.5, 2])
def test_on_every_screen_a_marker_lies_where_it_was_clicked(open_lab: OpenLab, pixel_ratio: float) -> None:
    lab = open_lab(device_scale_factor=pixel_ratio)
    css_side = lab.canvas.evaluate("(canvas) => canvas.getBoundingClientRect().width")
    lab.until(lambda: lab.canvas.evaluate("(canvas) => canvas.width") == pytest.approx(css_side * pixel_ratio, abs=1))
    for x, y in PLACES:
        lab.click(x, y)
    assert_drawn_where_hit(lab)


@pytest.mark.parametrize("size", [(1600, 1000), (390, 844)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_after_the_window_has_changed_its_size_markers_lie_where_they_are_hit(lab: Lab, size: tuple[int, int]) -> None:
    for x, y in PLACES:
        lab.click(x, y)
    lab.page.set_viewport_size(ViewportSize(width=size[0], height=size[1]))
    ratio_of_sides = "(canvas) => canvas.width / canvas.getBoundingClientRect().width"
    lab.until(lambda: lab.canvas.evaluate(ratio_of_sides) == pytest.approx(1, abs=0.005))
    assert_drawn_where_hit(lab)


def test_after_scrolling_a_click_hits_what_is_under_it(open_lab: OpenLab) -> None:
    lab = open_lab(viewport={"width": 390, "height": 600})
    lab.page.mouse.wheel(0, 120)
    lab.until(lambda: lab.page.evaluate("scrollY") > 50)
    for x, y in PLACES[2:]:
        lab.click(x, y)
    assert [row[:2] for row in lab.rows_on_server()] == [pytest.approx(place, abs=0.04) for place in PLACES[2:]]
