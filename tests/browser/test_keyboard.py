"""The whole job with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import CLASS_NAME, Lab

pytestmark = pytest.mark.browser

MOST_STOPS = 150
_HAS_FOCUS_RING = """() => {
  const drawn = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1.5 && style.opacity !== "0";
  };
  const focused = document.activeElement;
  return drawn(focused) || (focused.closest("label") !== null && drawn(focused.closest("label")));
}"""
_FOCUSED = """() => {
  const { ariaLabel, id, innerText, labels } = document.activeElement;
  return ariaLabel || id || innerText.trim() || labels?.[0]?.innerText;
}"""


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to_canvas(lab: Lab) -> None:
    for _ in range(MOST_STOPS):
        lab.page.keyboard.press("Tab")
        if lab.canvas.evaluate("(canvas) => canvas === document.activeElement"):
            return
    pytest.fail("Tab never reaches the plane")


def test_a_whole_run_without_a_pointer(lab: Lab) -> None:
    page = lab.page
    tab_to_canvas(lab)
    # Class 0 right above and left below, class 1 in the other two corners.
    press(page, "Shift+ArrowRight", "Shift+ArrowUp", "ArrowRight", "Enter")
    press(page, *["Shift+ArrowLeft"] * 3, *["Shift+ArrowDown"] * 2, " ")
    press(page, "2", *["Shift+ArrowUp"] * 2, "Enter")
    press(page, *["Shift+ArrowRight"] * 3, *["Shift+ArrowDown"] * 2, "Enter")
    lab.expect_points(4)
    press(page, "Escape", " ")
    lab.until_state("TRAINING")
    lab.until_trained()
    press(page, " ")
    lab.until_state("PAUSED")
    press(page, "ArrowUp", "ArrowDown", *["Shift+ArrowRight"], "ArrowRight", *["Shift+ArrowDown"], "Delete")
    lab.expect_points(3)
    lab.until_settled()
    assert lab.count == 3
    press(page, "Control+z")
    lab.expect_points(4)
    press(page, "r")
    lab.until_state("IDLE")
    assert lab.number("step") == 0
    rows = lab.rows_on_server()
    assert sorted(rows) == [(-1.75, -1, 0), (-1.75, 1, 1), (1.25, -1, 1), (1.25, 1, 0)]


def test_the_point_cursor_shows_with_the_focus_of_the_keyboard_and_stays_on_the_plane(lab: Lab) -> None:
    beside_middle = [(0.18, 0.0), (0.0, 0.18)]
    bare = lab.pixels(beside_middle)
    tab_to_canvas(lab)
    lab.until(lambda: lab.pixels(beside_middle) != bare)
    press(lab.page, *["Shift+ArrowRight"] * 9, *["Shift+ArrowUp"] * 9, "Enter")
    lab.expect_points(1)
    assert lab.rows_on_server() == [(6, 6, 0)]


def test_a_click_on_the_plane_shows_no_point_cursor_and_no_frame(lab: Lab) -> None:
    lab.click(3, 3)
    lab.page.keyboard.press("2")
    assert lab.canvas.evaluate("(canvas) => getComputedStyle(canvas).outlineStyle") == "none"
    lab.draw([(-3, 3, 1)])
    lab.page.keyboard.press(" ")
    lab.until_state("TRAINING")
    lab.expect_points(2)


def test_wherever_tab_leads_the_focus_can_be_seen_and_nothing_is_left_out(lab: Lab) -> None:
    lab.draw([(1, 1, 0)])
    lab.page.keyboard.press("Escape")
    lab.page.evaluate("document.activeElement.blur()")
    stops: list[str] = []
    for _ in range(MOST_STOPS):
        lab.page.keyboard.press("Tab")
        name = lab.page.evaluate(_FOCUSED)
        if name in stops:
            break
        if lab.page.evaluate("document.activeElement === document.body"):
            continue
        stops.append(name)
        assert lab.page.evaluate(_HAS_FOCUS_RING), f"no focus to be seen on {name}"
    assert {"Reset model", "toggle", "Step", "Class 0", "Plane of points", "clear", "XOR", "Units in layer 1"} <= set(
        stops
    )
    assert {"activation", "seed", "test-share", "l2", "learning-rate", "Keys and help"} <= set(stops)


def test_the_help_opens_by_question_mark_and_closes_by_escape_and_by_its_button(lab: Lab) -> None:
    dialog = lab.page.get_by_role("dialog", name="Keys and help")
    lab.page.keyboard.press("?")
    expect(dialog).to_be_visible()
    lab.page.keyboard.press(" ")  # on Close, which has the focus
    expect(dialog).to_be_hidden()
    lab.button("Keys and help").focus()
    lab.page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    lab.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert lab.page.evaluate(_FOCUSED) == "Keys and help"
    assert lab.state == "IDLE"


def test_a_key_pressed_in_a_field_is_text_and_no_command(lab: Lab) -> None:
    seed = lab.page.locator("#seed")
    seed.fill("12")
    seed.press("3")
    seed.press("r")
    seed.press("Enter")
    expect(seed).to_have_value("123")
    expect(lab.class_choice(0)).to_be_checked()
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(2)
    assert lab.sent_of_type("RESET_MODEL") == []
