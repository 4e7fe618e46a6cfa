"""How the page looks as its user wants it: two views, drawers, what the map shows, presentation, picture."""

import io
import struct

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab
from tests.browser.pixels import Rgba

pytestmark = pytest.mark.browser

CORNERS = [(3, 3, 0), (-3, 3, 1), (3, -3, 0), (-3, -3, 1)]


def choose_view(lab: Lab, name: str) -> None:
    lab.page.get_by_role("radio", name=name, exact=True).check()


def box(lab: Lab, selector: str) -> tuple[float, float, float, float]:
    found = lab.page.locator(selector).bounding_box()
    assert found is not None
    return found["x"], found["y"], found["width"], found["height"]


def colourfulness(pixel: Rgba) -> int:
    return max(pixel[:3]) - min(pixel[:3])


def test_in_the_network_view_the_diagram_is_large_and_the_plane_lies_beside_it(lab: Lab) -> None:
    lab.draw([(1, 1, 0)])
    expect(lab.page.locator("#diagram")).to_be_hidden()
    canvas = lab.canvas.element_handle()
    choose_view(lab, "Network")
    expect(lab.page.locator("#diagram")).to_be_visible()
    assert lab.page.evaluate("(canvas) => canvas === document.querySelector('[data-testid=canvas]')", canvas)
    left, _, width, height = box(lab, "#diagram")
    plane_left, _, side, plane_height = box(lab, "#canvas")
    assert side == pytest.approx(plane_height, abs=1)
    assert plane_left >= left + width
    assert width * height > side * side
    assert box(lab, "[data-testid=train-loss]")[1] > plane_height
    lab.click(2, 2)
    lab.expect_points(2)
    choose_view(lab, "Plane")
    expect(lab.page.locator("#diagram")).to_be_hidden()
    assert box(lab, "#canvas")[2] > side


def test_view_and_map_settings_stay_over_a_reload(lab: Lab) -> None:
    lab.page.keyboard.press("v")
    lab.page.get_by_role("checkbox", name="Discretise").check()
    lab.page.get_by_role("checkbox", name="Ticks").uncheck()
    lab.reload()
    expect(lab.page.locator("body")).to_have_attribute("data-view", "network")
    expect(lab.page.get_by_role("radio", name="Network", exact=True)).to_be_checked()
    expect(lab.page.get_by_role("checkbox", name="Discretise")).to_be_checked()
    expect(lab.page.get_by_role("checkbox", name="Ticks")).not_to_be_checked()
    expect(lab.page.get_by_role("checkbox", name="Test points")).to_be_checked()


def test_a_drawer_opens_by_its_line_and_stays_open_over_a_reload(lab: Lab) -> None:
    drawers = lab.page.locator("details[data-drawer]:visible")
    expect(drawers.first).not_to_have_attribute("open", "")
    drawers.first.locator("summary").first.click()
    expect(drawers.first).to_have_attribute("open", "")
    name = drawers.first.get_attribute("data-drawer")
    lab.reload()
    expect(lab.page.locator(f"[data-drawer={name}]")).to_have_attribute("open", "")
    expect(lab.page.locator("details[data-drawer][open]")).to_have_count(1)


def test_drawers_opened_all_at_once_are_all_open_also_after_a_reload(lab: Lab) -> None:
    everyone = lab.page.locator("details[data-drawer]")
    lab.page.evaluate("document.querySelectorAll('details[data-drawer]').forEach((drawer) => { drawer.open = true; })")
    opened = lab.page.locator("details[data-drawer][open]")
    kept = "JSON.parse(sessionStorage.getItem('boundary-lab/look') ?? '{}').openDrawers?.length ?? 0"
    lab.until(lambda: lab.page.evaluate(kept) == everyone.count())
    expect(opened).to_have_count(everyone.count())
    lab.reload()
    expect(opened).to_have_count(everyone.count())


def test_discretised_the_map_has_full_strength_everywhere(lab: Lab) -> None:
    def shades() -> set[Rgba]:
        return set(lab.pixels([(x / 10, y) for x in range(-29, 30) for y in (4.3, 0.5, -4.3)]))

    lab.draw(CORNERS)
    lab.button("Step").click()
    lab.until(lambda: len(shades()) > 20)
    shaded = shades()
    lab.page.get_by_role("checkbox", name="Discretise").check()
    # Two classes, or only one as yet, and a pixel that the edge between them runs through.
    lab.until(lambda: len(shades()) <= 6)
    assert max(map(colourfulness, shades())) > max(map(colourfulness, shaded))
    lab.page.get_by_role("checkbox", name="Discretise").uncheck()
    lab.until(lambda: shades() == shaded)


def test_test_points_can_be_hidden_and_are_still_there(lab: Lab) -> None:
    lab.button("Circle").click()
    lab.expect_points(200)
    lab.page.locator("#test-share").fill("10")
    lab.until_settled()
    places = [(x, y) for _, x, y, _, split in lab.reload()["state"]["points"] if split == "test"]
    assert len(places) > 5
    near = places[0]
    shown = lab.pixels([near])
    lab.page.get_by_role("checkbox", name="Test points").uncheck()
    lab.until(lambda: lab.pixels([near]) != shown)
    assert lab.count == 200
    lab.page.get_by_role("checkbox", name="Test points").check()
    lab.until(lambda: lab.pixels([near]) == shown)


def test_the_numbers_on_the_axes_can_be_left_out(lab: Lab) -> None:
    def ink() -> int:
        around_four = [(3.9 + across / 40, -0.32 + down / 40) for across in range(8) for down in range(12)]
        return sum(pixel[3] > 0 for pixel in lab.pixels(around_four))

    lab.until(lambda: ink() > 0)
    lab.page.get_by_role("checkbox", name="Ticks").uncheck()
    lab.until(lambda: ink() == 0)


@pytest.mark.parametrize("view", ["Plane", "Network"])
def test_the_presentation_shows_plane_and_figures_large_and_nothing_else_but_start_and_stop(
    lab: Lab, view: str
) -> None:
    choose_view(lab, view)
    lab.draw(CORNERS)
    lab.page.mouse.move(0, 0)
    figure = box(lab, "[data-testid=train-loss]")
    lab.page.keyboard.press("p")
    expect(lab.button("Leave")).to_be_visible()
    assert lab.page.locator("main :is(button, input, select, summary):not(.unit, .bias):visible").count() == 0
    names = lab.page.locator("header button:visible").all_inner_texts()
    assert names == ["Start training", "Leave"]
    assert box(lab, "[data-testid=train-loss]")[3] > 1.15 * figure[3]
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 1100
    lab.page.keyboard.press(" ")
    lab.until_trained()
    lab.page.keyboard.press("Escape")
    expect(lab.button("Leave")).to_be_hidden()
    expect(lab.button("Reset model")).to_be_visible()
    expect(lab.page.locator("body")).to_have_attribute("data-view", view.lower())


def test_the_presentation_can_be_begun_and_left_with_a_finger(open_lab: OpenLab) -> None:
    lab = open_lab(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    lab.button("Present").tap()
    expect(lab.button("Present")).to_be_hidden()
    assert lab.page.evaluate("document.documentElement.scrollWidth") == 390
    expect(lab.button("Start training")).to_be_in_viewport(ratio=1)
    lab.button("Leave").tap()
    expect(lab.button("Present")).to_be_visible()


@pytest.mark.parametrize("by", ["button", "key"])
def test_the_picture_is_a_png_of_map_points_and_axes_with_data_set_and_step_in_its_name(lab: Lab, by: str) -> None:
    lab.button("Spiral").click()
    lab.expect_points(200)
    lab.button("Step").click()
    lab.until(lambda: lab.number("step") == 20)
    with lab.page.expect_download() as saved:
        if by == "button":
            lab.button("Save the picture").click()
        else:
            lab.page.keyboard.press("i")
    assert saved.value.suggested_filename == "boundary-lab-spiral-step-20.png"
    content = io.BytesIO(saved.value.path().read_bytes())
    assert content.read(8) == b"\x89PNG\r\n\x1a\n"
    content.seek(16)
    width, height = struct.unpack(">II", content.read(8))
    assert width == height == lab.canvas.evaluate("(canvas) => canvas.width")
    assert len(content.getvalue()) > 20_000, "a plane with a map and 200 points is no empty picture"


def test_the_help_says_what_everything_does(lab: Lab) -> None:
    lab.button("Keys and help").click()
    names = lab.page.locator("#everything dt").all_inner_texts()
    assert {
        "Noise",
        "Test share",
        "Batch size",
        "Seed",
        "Dropout",
        "Discretise",
        "Save the picture",
        "Ready datasets",
    } <= set(names)
    controls = set(
        lab.page.evaluate("() => [...document.querySelectorAll('[data-control]')].map((one) => one.dataset.control)")
    )
    assert len(names) >= len(controls) - 2
    assert len(names) == len(set(names))
    sentences = lab.page.locator("#everything dd").all_inner_texts()
    assert all(sentence.endswith(".") for sentence in sentences)
    assert any("one unit more or less" in sentence for sentence in sentences)


def test_the_help_says_what_a_control_does_and_not_why_it_cannot_now(lab: Lab) -> None:
    reasons = {
        "Choose a ready dataset first.",
        "There are no points yet.",
        "Stop training to change this: it builds a new network.",
    }
    lab.button("Keys and help").click()
    assert reasons.isdisjoint(lab.page.locator("#everything dd").all_inner_texts())
    lab.button("Close").click()
    lab.draw(CORNERS)
    lab.start()
    lab.until_further()
    lab.page.get_by_role("radio", name="Network", exact=True).check()
    expect(lab.page.locator("#diagram")).to_be_visible()
    lab.button("Keys and help").click()
    assert reasons.isdisjoint(lab.page.locator("#everything dd").all_inner_texts())


def test_single_keys_can_be_switched_off_in_the_help_and_stay_off(lab: Lab) -> None:
    lab.draw(CORNERS)
    lab.button("Keys and help").click()
    lab.page.get_by_role("checkbox", name="Single keys").uncheck()
    lab.button("Close").click()
    lab.button("Keys and help").blur()
    for key in ("e", "2", "p", "v", " ", "?"):
        lab.page.keyboard.press(key)
    expect(lab.page.get_by_role("dialog")).to_have_count(0)
    expect(lab.page.get_by_role("radio", name="Point", exact=True)).to_be_checked()
    expect(lab.page.locator("body")).to_have_attribute("data-view", "plane")
    assert lab.state == "IDLE"
    lab.page.keyboard.press("Control+z")
    lab.expect_points(3)
    lab.reload()
    lab.page.keyboard.press("e")
    expect(lab.page.get_by_role("radio", name="Point", exact=True)).to_be_checked()
    lab.button("Keys and help").click()
    lab.page.get_by_role("checkbox", name="Single keys").check()
    lab.button("Close").click()
    lab.page.keyboard.press("e")
    expect(lab.page.get_by_role("radio", name="Erase", exact=True)).to_be_checked()
