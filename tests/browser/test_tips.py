"""The explanations: a sentence for every control, on hover, on focus, with a long press, and for screen readers."""

import re

import pytest
from playwright.sync_api import FloatRect, Locator, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
_UNEXPLAINED = """() => [...document.querySelectorAll("[data-control]")]
  .filter((control) => !control.matches("[data-explained], :has([data-explained])"))
  .map((control) => control.dataset.control)"""
_UNGROUPED = """() => [...document.querySelectorAll("[data-control]")]
  .filter((control) => control.closest("[data-group]") === null).map((control) => control.dataset.control)"""


def tip(lab: Lab) -> Locator:
    return lab.page.locator(".tip")


def box(element: Locator) -> FloatRect:
    found = element.bounding_box()
    assert found is not None
    return found


def overlap(a: FloatRect, b: FloatRect) -> bool:
    apart = a["x"] >= b["x"] + b["width"] or b["x"] >= a["x"] + a["width"]
    return not (apart or a["y"] >= b["y"] + b["height"] or b["y"] >= a["y"] + a["height"])


def test_every_control_is_explained_and_belongs_to_a_group(lab: Lab) -> None:
    assert lab.page.evaluate(_UNEXPLAINED) == []
    assert lab.page.evaluate(_UNGROUPED) == []
    expect(lab.page.locator("[title]")).to_have_count(0)


def test_hovering_shows_the_sentence_beside_the_control_and_leaving_hides_it(lab: Lab) -> None:
    for name in ("Step", "Spiral", "Regenerate", "Add layer", "Keys and help"):
        lab.button(name).hover()
        expect(tip(lab)).to_be_visible()
        assert not overlap(box(tip(lab)), box(lab.button(name))), name
        shown = box(tip(lab))
        assert shown["x"] >= 0
        assert shown["x"] + shown["width"] <= 1100
        assert shown["y"] + shown["height"] <= 640
    lab.page.mouse.move(*lab.place(0, 0))
    expect(tip(lab)).to_be_hidden()


def test_the_focus_of_the_keyboard_shows_it_and_escape_hides_it(lab: Lab) -> None:
    lab.button("Reset model").focus()
    lab.page.keyboard.press("Tab")
    expect(lab.page.locator("#toggle")).to_be_focused()
    expect(tip(lab)).to_have_text("Let the network learn from the points, or pause it with all it has learned (Space).")
    expect(tip(lab)).to_be_visible()
    lab.page.keyboard.press("Escape")
    expect(tip(lab)).to_be_hidden()
    expect(lab.page.locator("#toggle")).to_be_focused()


def test_the_focus_that_the_page_sets_shows_none(lab: Lab) -> None:
    lab.page.evaluate("document.activeElement.blur()")
    lab.page.keyboard.press("o")
    expect(lab.page.locator("dialog[open] :focus")).to_have_text("Choose a file…")
    expect(tip(lab)).to_be_hidden()
    lab.page.keyboard.press("Shift+Tab")
    expect(tip(lab)).to_have_text("Choose the folder of a run, as it lies in outputs.")
    expect(tip(lab)).to_be_visible()
    lab.page.keyboard.press("Escape")
    expect(tip(lab)).to_be_hidden()


def test_a_disabled_control_says_why(lab: Lab) -> None:
    expect(lab.button("Regenerate")).to_be_disabled()
    lab.button("Regenerate").hover(force=True)
    expect(tip(lab)).to_have_text("Choose a ready dataset first.")
    expect(tip(lab)).to_be_visible()


def test_a_screen_reader_gets_the_same_sentence_as_the_description_of_the_control(lab: Lab) -> None:
    expect(lab.button("Step")).to_have_attribute(
        "aria-description", "Train one epoch, with Shift one single optimizer step (S)."
    )
    expect(lab.page.locator("#test-share")).to_have_attribute("aria-description", re.compile("^The share of points"))
    expect(lab.page.locator("#regenerate")).to_have_attribute("aria-description", "Choose a ready dataset first.")
    lab.button("Circle").click()
    expect(lab.page.locator("#regenerate")).to_have_attribute(
        "aria-description", "Make the chosen dataset anew with other random numbers."
    )


def test_a_long_press_of_a_finger_shows_it_and_does_nothing_else(open_lab: OpenLab) -> None:
    lab = open_lab(**PHONE)
    clear = lab.button("Clear points")
    lab.button("Circle").tap()
    lab.expect_points(200)
    clear.scroll_into_view_if_needed()
    place = box(clear)
    at = [{"x": place["x"] + 20, "y": place["y"] + 20}]
    touch = lab.page.context.new_cdp_session(lab.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    expect(tip(lab)).to_be_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(tip(lab)).to_have_text("Remove all points; the network keeps what it has learned.")
    assert not overlap(box(tip(lab)), box(clear))
    assert lab.count == 200
    clear.tap()
    lab.expect_points(0)
    expect(tip(lab)).to_be_hidden()
