"""One whole experiment with the keyboard alone, from the first data to the link for somebody else."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

_MOST_STOPS = 150


def tab_to(lab: Lab, selector: str) -> None:
    """Press Tab until what is wanted has the focus."""
    for _ in range(_MOST_STOPS):
        lab.page.keyboard.press("Tab")
        if lab.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never reaches {selector}")


def test_one_whole_experiment_by_keyboard_alone(lab: Lab) -> None:
    page = lab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    # A dataset.
    tab_to(lab, "#datasets button:nth-child(2)")
    page.keyboard.press("Enter")
    lab.expect_points(200)

    # Another network: one more layer, another activation.
    tab_to(lab, "#add-layer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("spinbutton", name="Units in layer 3")).to_be_visible()
    tab_to(lab, "#activation")
    page.keyboard.press("r")
    expect(page.locator("#activation")).to_have_value("relu")
    lab.until_settled()

    # Train, and watch it learn.
    tab_to(lab, "#toggle")
    page.keyboard.press("Enter")
    lab.until_state("TRAINING")
    lab.until(lambda: lab.number("train-accuracy") > 90)

    # One more point, and back.
    tab_to(lab, "#canvas")
    for key in ("Shift+ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    lab.expect_points(201)
    page.keyboard.press("Control+z")
    lab.expect_points(200)

    # The network, and what one of its weights is now.
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    expect(page.locator("#diagram")).to_be_visible()
    tab_to(lab, "#diagram .unit")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    editor = page.get_by_test_id("parameter-editor")
    expect(editor).to_be_visible()
    weight = editor.locator(".parameter-row input").first
    expect(weight).to_be_focused()
    assert re.fullmatch(r"[\u2212-]?\d+\.\d+", weight.input_value())
    page.keyboard.press("Escape")
    expect(editor).to_be_hidden()
    assert lab.state == "TRAINING"

    # Stop, and share.
    tab_to(lab, "#toggle")
    page.keyboard.press("Enter")
    lab.until_state("PAUSED")
    tab_to(lab, "#share-link")
    page.keyboard.press("Enter")
    lab.expect_notice("Link copied")
    link: str = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{lab.address}#dataset=xor&hidden_layers=8,8,8&activation=relu&view=network"
