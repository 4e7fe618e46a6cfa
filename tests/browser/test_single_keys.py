"""Keys pressed alone can be switched off: dictation, or an arm that trembles, may press them."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import XOR_PLACES, Lab

pytestmark = pytest.mark.browser


def switch(lab: Lab, *, on: bool) -> None:
    """As a person does it, in the help."""
    lab.button("Keys and help").click()
    lab.page.get_by_role("checkbox", name="Single keys").set_checked(on)
    lab.page.keyboard.press("Escape")


def test_switched_off_they_mean_nothing_and_the_buttons_still_do(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.until_settled()
    switch(lab, on=False)
    # On a button Space is the button's own key.
    lab.page.evaluate("document.activeElement.blur()")
    for key in ("s", "r", " ", "e", "5", "v", "p", "t", "?"):
        lab.page.keyboard.press(key)
    expect(lab.page.locator("dialog[open]")).to_have_count(0)
    assert {message["type"] for message in lab.sent}.isdisjoint({"STEP_TRAINING", "RESET_MODEL", "START_TRAINING"})
    expect(lab.page.get_by_role("radio", name="Point", exact=True)).to_be_checked()
    expect(lab.page.locator("body")).to_have_attribute("data-view", "plane")
    lab.button("Step").click()
    lab.until(lambda: lab.number("epoch") == 1)


def test_keys_held_with_control_and_those_of_the_plane_stay(lab: Lab) -> None:
    switch(lab, on=False)
    lab.canvas.focus()
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("Enter")
    lab.expect_points(1)
    lab.page.keyboard.press("Control+z")
    lab.expect_points(0)


def test_the_switch_outlives_a_reload_and_can_be_turned_back(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    switch(lab, on=False)
    lab.reload()
    lab.page.keyboard.press("s")
    switch(lab, on=True)
    lab.page.keyboard.press("Shift+S")
    lab.until(lambda: lab.number("step") == 1)
    assert len(lab.sent_of_type("STEP_TRAINING")) == 1


def test_the_switch_is_the_persons_and_does_not_travel_in_the_address(lab: Lab) -> None:
    switch(lab, on=False)
    lab.draw([(1, 1, 0)])
    lab.until(lambda: "points=" in lab.page.evaluate("location.hash"))
    assert "key" not in lab.page.evaluate("location.hash").lower().split("points=")[0]
