"""The charts: values under the pointer and the keys, marks where something changed, linear or logarithmic."""

import math
import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

READING = re.compile(r"^epoch [\d,.]+: train [\d.<⁻⁴\u2009%]+, test [\d.<⁻⁴\u2009%\u2013]+$")
_PICTURE = "(canvas) => canvas.toDataURL()"


@pytest.fixture
def run(lab: Lab) -> Lab:
    """A run of some epochs on XOR with test points, stopped."""
    lab.button("XOR").click()
    lab.page.locator("#test-share").fill("10")
    lab.choose_speed("30 epoch")
    lab.until_settled()
    lab.start()
    lab.until(lambda: lab.number("epoch") > 20)
    lab.stop()
    return lab


def test_the_values_under_the_pointer_are_told_beside_their_epoch(run: Lab) -> None:
    reading = run.page.get_by_test_id("curve-reading")
    expect(reading).to_have_text("train solid, test dashed")
    run.page.locator("#curve").hover(position={"x": 150, "y": 40})
    expect(reading).to_have_text(READING)
    first = reading.inner_text()
    run.page.locator("#curve").hover(position={"x": 220, "y": 40})
    run.until(lambda: reading.inner_text() != first)
    run.page.locator("#accuracy-curve").hover(position={"x": 220, "y": 30})
    expect(reading).to_contain_text("%")
    run.page.mouse.move(10, 10)
    expect(reading).to_have_text("train solid, test dashed")


def test_the_arrow_keys_read_the_chart_too(run: Lab) -> None:
    chart = run.page.get_by_role("slider", name="Loss over epochs")
    chart.focus()
    chart.press("Home")
    expect(chart).to_have_attribute("aria-valuenow", "0")
    expect(chart).to_have_attribute("aria-valuetext", READING)
    first = chart.get_attribute("aria-valuetext") or ""
    chart.press("ArrowRight")
    expect(chart).not_to_have_attribute("aria-valuetext", first)
    expect(chart).to_have_attribute("aria-valuetext", READING)
    chart.press("End")
    # As JavaScript rounds: halves go up.
    last = math.floor(run.of_type("TRAINING_STATUS")[-1]["epoch"] + 0.5)
    expect(chart).to_have_attribute("aria-valuenow", str(last))
    expect(run.page.get_by_test_id("curve-reading")).to_have_text(READING)
    chart.press("Escape")
    expect(run.page.get_by_test_id("curve-reading")).to_have_text("train solid, test dashed")


def test_the_loss_is_logarithmic_or_linear_as_chosen_also_after_a_reload(run: Lab) -> None:
    scale = run.page.locator("#loss-scale")
    curve = run.page.locator("#curve")
    expect(scale).to_have_text("log")
    logarithmic = curve.evaluate(_PICTURE)
    scale.click()
    expect(scale).to_have_text("linear")
    run.until(lambda: curve.evaluate(_PICTURE) != logarithmic)
    run.reload()
    expect(scale).to_have_text("linear")


def test_what_was_changed_stands_at_its_epoch_also_after_a_reload(run: Lab) -> None:
    run.page.locator("#learning-rate").select_option("0.1")
    run.until_settled()
    epoch = round(run.of_type("TRAINING_STATUS")[-1]["epoch"])
    run.start()
    run.until(lambda: run.number("epoch") > epoch + 20)
    run.stop()
    chart = run.page.locator("#curve")

    def read_the_mark() -> str:
        box = chart.bounding_box()
        assert box is not None
        share = epoch / run.of_type("TRAINING_STATUS")[-1]["epoch"]
        chart.hover(position={"x": 40 + share * (box["width"] - 42), "y": 40})
        return chart.get_attribute("aria-valuetext") or ""

    run.until(lambda: "learning rate 0.01 → 0.1" in read_the_mark())
    run.reload()
    run.page.mouse.move(10, 10)
    run.until(lambda: "learning rate 0.01 → 0.1" in read_the_mark())


def test_a_regression_has_a_loss_and_no_accuracy(lab: Lab) -> None:
    expect(lab.page.locator("#accuracy-curve")).to_be_visible()
    lab.page.get_by_role("radio", name="Regression").check()
    expect(lab.page.locator("#accuracy-curve")).to_be_hidden()
