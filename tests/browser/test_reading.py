"""Hovering the map tells the probabilities there."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import XOR_PLACES, Lab

pytestmark = pytest.mark.browser


def shares(lab: Lab) -> list[float]:
    """The percentages on the card."""
    return [float(text.removesuffix("\u2009%")) for text in lab.page.locator("#probe b").all_inner_texts()]


def test_hovering_tells_the_probabilities_of_the_classes_there(lab: Lab) -> None:
    card = lab.page.locator("#probe")
    lab.draw(XOR_PLACES)
    expect(card).to_be_hidden()
    lab.start()
    lab.until_trained()
    lab.page.mouse.move(*lab.place(3, 3))
    expect(card).to_contain_text("x 3.0")
    expect(card).to_contain_text("y 3.0")
    lab.until(lambda: shares(lab)[0] > 90)
    lab.page.mouse.move(*lab.place(-3, 3))
    lab.until(lambda: shares(lab)[1] > 90)
    expect(card).to_contain_text("x \u22123.0")
    lab.stop()
    assert sum(shares(lab)) == pytest.approx(100, abs=0.15)
    lab.page.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_with_eight_classes_eight_probabilities_sum_to_100(lab: Lab) -> None:
    lab.page.keyboard.press("8")
    lab.draw([(2, 2, 0), (-2, 2, 7)])
    lab.button("Step").click()
    lab.until(lambda: lab.number("epoch") == 1)
    lab.page.mouse.move(*lab.place(1, 1))
    expect(lab.page.locator("#probe")).to_contain_text("Class 7")
    assert len(shares(lab)) == 8
    assert sum(shares(lab)) == pytest.approx(100, abs=0.45)
