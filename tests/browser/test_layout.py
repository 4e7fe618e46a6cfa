"""Where things are: a square plane at every window size, first on a phone, and nothing that scrolls sideways."""

import re

import pytest
from playwright.sync_api import FloatRect, Locator, ViewportSize, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

BUTTONS = [
    *("Start training", "Step", "Reset model", "Clear points", "Circle", "XOR", "Gauss", "Spiral", "Undo", "Redo"),
    *("Regenerate", "Add class", "Add layer", "Remove layer", "Switch between light and dark", "Keys and help"),
]
TEST_IDS = [
    *("canvas", "step", "epoch", "train-loss", "test-loss", "train-accuracy", "test-accuracy"),
    *("steps-per-second", "run-state", "connection"),
]
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESKTOPS = [(1920, 1080), (1280, 800), (1100, 1000), (1280, 480), (1000, 700), (800, 1100), (770, 500)]
NARROW = [(815, 1080), (768, 1024), (761, 900), (700, 1000), (390, 844), (320, 568), (280, 600), (740, 390)]


def test_each_control_and_figure_is_there_once(lab: Lab) -> None:
    for name in BUTTONS:
        expect(lab.button(name)).to_have_count(1)
        expect(lab.button(name)).to_be_visible()
    for name in ("Class 0", "Class 1", "Point", "Brush", "Erase"):
        expect(lab.page.get_by_role("radio", name=name, exact=True)).to_have_count(1)
    for test_id in TEST_IDS:
        expect(lab.page.get_by_test_id(test_id)).to_have_count(1)
        expect(lab.page.get_by_test_id(test_id)).to_be_visible()
    lab.draw([(1, 1, 0), (-1, 1, 1)])
    lab.start()
    expect(lab.button("Stop training")).to_have_count(1)
    expect(lab.button("Start training")).to_have_count(0)


def test_everything_that_can_be_operated_has_a_name(lab: Lab) -> None:
    for control in lab.page.locator(":is(button, input, select, canvas:not([aria-hidden])):visible").all():
        expect(control).to_have_accessible_name(NOT_EMPTY)


def test_at_every_size_the_plane_is_square_and_nothing_scrolls_sideways(lab: Lab) -> None:
    for width, height in [*DESKTOPS, *NARROW]:
        resize(lab, width, height)
        plane = box(lab.canvas)
        assert plane["width"] == pytest.approx(plane["height"], abs=1), (width, height)
        assert plane["x"] >= 0, (width, height)
        assert right(plane) <= width + 0.5, (width, height)
        assert lab.page.evaluate("document.documentElement.scrollWidth") <= width, (width, height)


def test_on_a_desktop_the_plane_is_whole_and_larger_than_anything_else(lab: Lab) -> None:
    for width, height in DESKTOPS:
        resize(lab, width, height)
        plane = box(lab.canvas)
        assert plane["y"] >= 0, (width, height)
        assert bottom(plane) <= height, (width, height)
        assert plane["width"] > 0.45 * min(width, height), (width, height)
    resize(lab, 1920, 1080)
    assert box(lab.canvas)["width"] > 850


def test_every_control_can_be_reached_on_a_short_window(lab: Lab) -> None:
    resize(lab, 1280, 480)
    for name in BUTTONS:
        lab.button(name).scroll_into_view_if_needed()
        expect(lab.button(name)).to_be_in_viewport(ratio=0.99)


def test_a_phone_shows_the_plane_first_at_full_width_and_the_transport_as_a_dock(open_lab: OpenLab) -> None:
    lab = open_lab(**PHONE)
    plane = box(lab.canvas)
    assert (plane["x"], plane["width"], plane["height"]) == pytest.approx((0, 390, 390), abs=1)
    assert plane["y"] < 100
    for block in lab.page.locator(".block:not(.readout), .big, #curve").all():
        assert box(block)["y"] >= bottom(plane)
    for figure in ("train-loss", "train-accuracy"):
        expect(lab.page.get_by_test_id(figure)).to_be_in_viewport(ratio=1)
    for control in ("Start training", "Step", "Reset model"):
        expect(lab.button(control)).to_be_in_viewport(ratio=1)
        assert min(box(lab.button(control))["width"], box(lab.button(control))["height"]) >= 44
    lab.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(lab.button("Start training")).to_be_in_viewport(ratio=1)
    last = box(lab.page.locator("#dropout"))
    assert bottom(last) <= box(lab.button("Start training"))["y"], "the dock covers no control"
    assert lab.page.evaluate("document.documentElement.scrollWidth") == 390


def test_on_a_phone_the_whole_job_can_be_done(open_lab: OpenLab) -> None:
    lab = open_lab(**PHONE)
    lab.page.touchscreen.tap(*lab.place(2, 2))
    lab.class_choice(1).tap()
    lab.page.touchscreen.tap(*lab.place(-2, 2))
    lab.expect_points(2)
    lab.button("Start training").tap()
    lab.until_trained()
    lab.button("Stop training").tap()
    lab.until_state("PAUSED")


def test_eight_classes_and_ten_layers_fit_on_a_small_phone(lab: Lab) -> None:
    resize(lab, 320, 568)
    for _ in range(6):
        lab.button("Add class").click()
    for _ in range(8):
        lab.button("Add layer").click()
    expect(lab.button("Add layer")).to_be_disabled()
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 320
    for control in lab.page.locator("main :is(button, input):visible").all():
        assert right(box(control)) <= 320.5, control


_SAY_OFFLINE = """([phase, text, retry]) => {
  document.body.toggleAttribute("data-stale", true);
  document.querySelector("[data-testid=connection]").dataset.phase = phase;
  document.querySelector("#connection-text").textContent = text;
  document.querySelector("#retry").hidden = !retry;
}"""
_CUT_OFF = "(parts) => parts.filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.textContent)"


def test_what_is_wrong_with_the_connection_can_be_read_whole(lab: Lab) -> None:
    dash = "Offline\u2009\u2013\u2009"
    for width in (1920, 1641, 1640, 1440, 1421, 1420, 1300, 1241):
        resize(lab, width, 900)
        for said in (
            ("waiting", f"{dash}again in 30\u2009s", True),
            ("full", f"{dash}server full, again in 30\u2009s", False),
            ("taken", f"{dash}open in another tab", False),
        ):
            lab.page.evaluate(_SAY_OFFLINE, said)
            assert lab.page.locator("#connection-text").evaluate_all(_CUT_OFF) == [], (width, said)
            assert lab.page.evaluate("document.documentElement.scrollWidth") <= width
    for width in (1240, 1140, 1061, 1021, 1000, 768):
        resize(lab, width, 900)
        for said in (
            ("waiting", "Offline, 30\u2009s", True),
            ("full", "Full, 30\u2009s", False),
            ("taken", "Other tab", False),
        ):
            lab.page.evaluate(_SAY_OFFLINE, said)
            assert lab.page.locator("#connection-text").evaluate_all(_CUT_OFF) == [], (width, said)
            assert lab.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_tab_whose_session_is_elsewhere_says_so_short_in_a_narrow_window(lab: Lab, make_lab: OpenLab) -> None:
    lab.click(1, 1)
    lab.until_settled()
    second = make_lab()
    second.use_session(lab.session_id)
    second.open()
    lab.until_phase("taken")
    expect(lab.page.locator("#connection-text")).to_have_text("Other tab")
    resize(lab, 1440, 900)
    expect(lab.page.locator("#connection-text")).to_have_text("Offline\u2009\u2013\u2009open in another tab")


def test_seven_digits_of_epoch_and_step_stay_apart_and_move_nothing(lab: Lab) -> None:
    parts = ["#toggle", "[data-testid=epoch]", "[data-testid=step]", "[data-testid=steps-per-second]", ".views"]
    grow = "(figures) => figures.forEach((figure) => { figure.textContent = '8,888,888'; })"
    for width in (1920, 1440, 1241, 1061, 1000, 768, 390):
        resize(lab, width, 900)
        lab.page.locator("[data-testid=epoch], [data-testid=step]").evaluate_all(
            "(figures) => figures.forEach((figure) => { figure.textContent = '0'; })"
        )
        before = [box(lab.page.locator(part)) for part in parts]
        lab.page.locator("[data-testid=epoch], [data-testid=step]").evaluate_all(grow)
        after = [box(lab.page.locator(part)) for part in parts]
        assert [part["x"] for part in before] == [part["x"] for part in after], width
        free = lab.page.locator("[data-testid=epoch], [data-testid=step]").evaluate_all(
            """(figures) => figures.map((figure) => {
              const words = document.createRange();
              words.selectNodeContents(figure);
              const next = figure.parentElement.nextElementSibling.getBoundingClientRect();
              return next.left - words.getBoundingClientRect().right;
            })"""
        )
        assert min(free) >= 8, (width, free)
        assert lab.page.evaluate("document.documentElement.scrollWidth") <= width


def test_thousands_of_points_in_a_class_fit_into_its_chip(lab: Lab) -> None:
    lab.button("Add class").click()
    chips = "(chips) => chips.map((chip) => chip.scrollWidth - chip.clientWidth)"
    for width in (1920, 1440, 1280, 1241, 1000, 768, 390, 320):
        resize(lab, width, 900)
        lab.page.locator(".class span").evaluate_all(
            "(counts) => counts.forEach((one) => { one.textContent = '1.7\u2009k'; })"
        )
        assert max(lab.page.locator(".class").evaluate_all(chips)) <= 0, width


def test_nothing_jumps_when_the_numbers_change(lab: Lab) -> None:
    parts = ["#canvas", "#toggle", "[data-testid=step]", "[data-testid=train-loss]", "#curve", "#activation"]
    lab.button("Circle").click()
    lab.expect_points(200)
    before = [corner(lab.page.locator(part)) for part in parts]
    lab.start()
    lab.until(lambda: lab.number("step") > 1000)
    assert [corner(lab.page.locator(part)) for part in parts] == [pytest.approx(place, abs=1) for place in before]


NOT_EMPTY = re.compile(r"\S")


def resize(lab: Lab, width: int, height: int) -> None:
    lab.page.set_viewport_size(ViewportSize(width=width, height=height))
    lab.until(lambda: lab.page.evaluate("[innerWidth, innerHeight]") == [width, height])


def box(element: Locator) -> FloatRect:
    found = element.bounding_box()
    assert found is not None
    return found


def right(rect: FloatRect) -> float:
    return rect["x"] + rect["width"]


def bottom(rect: FloatRect) -> float:
    return rect["y"] + rect["height"]


def corner(element: Locator) -> tuple[float, float]:
    return box(element)["x"], box(element)["y"]
