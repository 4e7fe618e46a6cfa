"""Confusion matrix, per-class figures and per-layer figures, live from METRICS."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

_COUNTS = """(table) => [...table.tBodies[0].rows].map(
  (row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent))"""


def counts(lab: Lab) -> list[list[int]]:
    """The confusion matrix as it is shown."""
    rows: list[list[str]] = lab.page.get_by_test_id("confusion").evaluate(_COUNTS)
    return [[int(count.replace(",", "")) for count in row] for row in rows]


def splits_of(lab: Lab) -> list[str]:
    """Of each point, as the server last told them."""
    told = [
        message.get("state", message)["points"] for message in lab.received if message["type"] in {"SESSION", "POINTS"}
    ]
    return [split for *_, split in told[-1]]


def test_the_confusion_matrix_counts_every_point_of_the_chosen_share(lab: Lab) -> None:
    lab.button("Circle").click()
    lab.page.locator("#test-share").fill("6")
    lab.until_settled()
    lab.until(lambda: "test" in splits_of(lab))
    splits = splits_of(lab)
    lab.page.locator("[data-drawer=analysis] > summary").click()
    expect(lab.page.locator("#analysis")).to_contain_text("press Start training")
    lab.start()
    lab.until_trained()
    lab.until(lambda: counts(lab) == [[counts(lab)[0][0], 0], [0, counts(lab)[1][1]]])
    assert sum(map(sum, counts(lab))) == splits.count("train")
    expect(lab.page.get_by_test_id("class-figures").locator("tbody tr").first).to_contain_text("100.0")
    lab.page.get_by_role("radio", name="Test", exact=True).check()
    lab.until(lambda: sum(map(sum, counts(lab))) == splits.count("test"))
    lab.stop()
    lab.click(5.5, 5.5)
    lab.expect_points(201)
    lab.until(lambda: sum(map(sum, lab.of_type("METRICS")[-1]["train_confusion"])) + sum(map(sum, counts(lab))) == 201)


def test_each_layer_tells_its_gradient_and_its_dead_units(lab: Lab) -> None:
    lab.button("XOR").click()
    lab.page.locator("[data-drawer=analysis] > summary").click()
    lab.start()
    rows = lab.page.get_by_test_id("layer-figures").locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.last).to_contain_text("Output")
    expect(rows.first).to_contain_text("%")
    lab.stop()
    lab.button("Add layer").click()
    lab.start()
    expect(rows).to_have_count(4)


def test_a_regression_says_why_it_has_no_matrix(lab: Lab) -> None:
    lab.page.locator("[data-drawer=analysis] > summary").click()
    lab.page.get_by_role("radio", name="Regression").check()
    lab.page.locator("#datasets button").first.click()
    lab.until_settled()
    lab.start()
    expect(lab.page.locator("#analysis")).to_contain_text("A regression has no classes")
    expect(lab.page.get_by_test_id("confusion")).to_be_hidden()
    expect(lab.page.get_by_test_id("layer-figures").locator("tbody tr")).to_have_count(3)
