"""Weights and biases in the diagram: told under the pointer, typed, frozen, all of it by keyboard too."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.network_lab import bias, feature, link_place, show_network, unit, until_units

pytestmark = pytest.mark.browser


def show_small_network(lab: Lab) -> None:
    """One hidden unit between two features and two outputs, so that no two links cross."""
    show_network(lab)
    remove = lab.page.locator("#diagram").get_by_role("button", name="Fewer hidden layers")
    remove.click()
    fewer = lab.page.locator("#diagram").get_by_role("button", name="Fewer units in layer 1")
    for _ in range(7):
        fewer.click()
    until_units(lab, 2, 1, 2)


def card(lab: Lab) -> Locator:
    """What is told beside the pointer."""
    return lab.page.get_by_test_id("parameter-card")


def editor(lab: Lab) -> Locator:
    """The dialog in which values are typed."""
    return lab.page.get_by_test_id("parameter-editor")


def told(value: float) -> str:
    """A value as the page writes it."""
    return f"{value:.3f}".replace("-", "\u2212")


def weight(lab: Lab, layer: int, index: int, source: int) -> float:
    """The newest value of a weight, the layer counted from 1."""
    return lab.neurons[-1].maps.weights[layer - 1][index][source]


def test_pointing_at_a_link_or_a_bias_tells_its_value(lab: Lab) -> None:
    show_small_network(lab)
    lab.page.mouse.move(*link_place(feature(lab, "x2"), unit(lab, 1, 0)))
    expect(card(lab)).to_contain_text("x₂ → unit 1 of layer 1")
    expect(card(lab).locator("b")).to_have_text(told(weight(lab, 1, 0, 1)))
    bias(lab, 2, 1).hover()
    expect(card(lab)).to_contain_text("bias of class 1")
    expect(card(lab).locator("b")).to_have_text(told(lab.neurons[-1].maps.biases[1][1]))
    lab.page.mouse.move(5, 300)
    expect(card(lab)).to_be_hidden()


def test_the_value_under_the_pointer_lives_while_training(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    show_small_network(lab)
    lab.choose_speed("10 epoch")
    lab.start()
    lab.page.mouse.move(*link_place(feature(lab, "x1"), unit(lab, 1, 0)))
    value = card(lab).locator("b")
    before = value.inner_text()
    expect(value).not_to_have_text(before)
    lab.page.keyboard.press("Space")
    lab.until_state("PAUSED")
    lab.until(lambda: lab.neurons[-1].step == lab.of_type("TRAINING_STATUS")[-1]["step"])
    lab.until(lambda: value.inner_text() == told(weight(lab, 1, 0, 0)))


def test_a_typed_weight_is_what_the_network_has_from_then_on(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    show_small_network(lab)
    lab.button("Step").click()
    lab.until(lambda: lab.number("epoch") == 1)
    before = lab.frames[-1].cells
    lab.page.mouse.click(*link_place(unit(lab, 1, 0), unit(lab, 2, 1)))
    field = editor(lab).get_by_role("textbox", name="weight")
    expect(field).to_be_focused()
    field.fill("-2,5")
    field.press("Enter")
    lab.until(lambda: weight(lab, 2, 1, 0) == -2.5)
    lab.until(lambda: lab.frames[-1].cells != before)
    lab.page.keyboard.press("Escape")
    expect(editor(lab)).to_be_hidden()
    step = lab.number("step")
    # So slow that it cannot have learned anything else before it is looked at.
    lab.choose_speed("10 step")
    lab.start()
    lab.until(lambda: lab.number("step") > step)
    lab.until(lambda: weight(lab, 2, 1, 0) != -2.5)
    lab.stop()
    assert weight(lab, 2, 1, 0) < 0


def test_what_is_no_weight_is_answered_by_a_sentence_and_changes_nothing(lab: Lab) -> None:
    show_small_network(lab)
    bias(lab, 1, 0).click()
    field = editor(lab).get_by_role("textbox", name="bias")
    for text in ("much", "1001", ""):
        field.fill(text)
        field.press("Enter")
        expect(editor(lab).get_by_role("alert")).to_have_text("A weight is a number from \u22121,000 to 1,000.")
        expect(field).to_have_attribute("aria-invalid", "true")
    assert not lab.sent_of_type("SET_PARAMETERS")
    field.fill("0.5")
    field.press("Enter")
    expect(editor(lab).get_by_role("alert")).to_be_hidden()
    expect(field).to_have_attribute("aria-invalid", "false")
    lab.until(lambda: lab.neurons[-1].maps.biases[0][0] == 0.5)


def test_what_is_frozen_stays_while_the_rest_learns(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    show_small_network(lab)
    bias(lab, 1, 0).click()
    editor(lab).get_by_role("button", name="Freeze bias").click()
    expect(bias(lab, 1, 0)).to_have_attribute("data-frozen", "")
    lab.page.keyboard.press("Escape")
    kept, other = lab.neurons[-1].maps.biases[0][0], weight(lab, 1, 0, 0)
    lab.start()
    lab.until(lambda: weight(lab, 1, 0, 0) != other)
    lab.stop()
    assert lab.neurons[-1].maps.biases[0][0] == kept
    lab.reload()
    expect(bias(lab, 1, 0)).to_have_attribute("data-frozen", "")
    bias(lab, 1, 0).click()
    freeze = editor(lab).get_by_role("button", name="Freeze bias")
    expect(freeze).to_have_attribute("aria-pressed", "true")
    freeze.click()
    expect(bias(lab, 1, 0)).not_to_have_attribute("data-frozen", "")


def test_units_features_and_weights_are_reached_by_keyboard_alone(lab: Lab) -> None:
    show_network(lab)
    page = lab.page
    page.locator("#diagram").get_by_role("button", name="More hidden layers").focus()
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_accessible_name("x1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_accessible_name("x1 squared")
    page.keyboard.press("Enter")
    until_units(lab, 3, 8, 8, 2)
    expect(focused).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(focused).to_have_accessible_name(re.compile(r"^unit 2 of layer 1, bias \S+$"))
    expect(page.locator("#unit-caption")).to_contain_text("unit 2 of layer 1")
    page.keyboard.press("Enter")
    expect(editor(lab)).to_have_accessible_name("What goes into unit 2 of layer 1")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(focused).to_have_accessible_name("weight from x₁")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    lab.until(lambda: weight(lab, 1, 1, 0) == 3)
    page.keyboard.press("Escape")
    expect(focused).to_have_accessible_name(re.compile("^unit 2 of layer 1"))
    page.keyboard.press("End")
    expect(focused).to_have_accessible_name(re.compile("^class 1"))
    page.keyboard.press("Tab")
    expect(page.locator("#diagram :focus[data-unit]")).to_have_count(0)


def test_all_that_goes_into_a_unit_is_frozen_at_once(lab: Lab) -> None:
    show_network(lab)
    unit(lab, 2, 3).click()
    rows = editor(lab).locator("[data-parameter]")
    expect(rows).to_have_count(9)
    editor(lab).get_by_role("button", name="Freeze all").click()
    expect(editor(lab).get_by_role("button", name="Unfreeze all")).to_be_visible()
    lab.until(lambda: len(lab.of_type("FROZEN")[-1]["parameters"]) == 9)
    editor(lab).get_by_role("button", name="Unfreeze all").click()
    lab.until(lambda: lab.of_type("FROZEN")[-1]["parameters"] == [])
