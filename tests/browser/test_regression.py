"""Regression: values in place of classes, on the plane, on the slider, on the map and in the figures."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.pixels import is_green, is_purple

pytestmark = pytest.mark.browser


@pytest.fixture
def regression(lab: Lab) -> Lab:
    """The page, turned to regression, without points."""
    choose(lab, "Regression")
    return lab


def choose(lab: Lab, problem: str) -> None:
    lab.page.get_by_role("radio", name=problem, exact=True).check()


def test_the_whole_way_from_the_plane_dataset_to_a_map_with_both_signs(regression: Lab) -> None:
    lab = regression
    expect(lab.page.locator("#datasets button")).to_have_text(["Plane", "Hills", "Waves"])
    lab.choose_dataset("Plane")
    lab.expect_points(200)
    lab.open_drawer("training")
    lab.page.locator("#stop-loss").fill("0.01")
    lab.page.locator("#stop-loss").press("Enter")
    lab.button("Start training").click()
    lab.until_state("PAUSED")
    lab.until(lambda: lab.frames[-1].step == lab.of_type("TRAINING_STATUS")[-1]["step"])
    loss = lab.frames[-1].train_loss
    assert loss is not None
    assert loss <= 0.01
    cells = lab.frames[-1].cells
    assert min(cells) < 64
    assert max(cells) > 191
    low, high = lab.pixels([(-5.5, -5.5), (5.5, 5.5)])
    assert is_purple(low)
    assert is_green(high)
    expect(lab.page.locator("#legend")).to_have_text("\u22121.00+1.00")
    expect(lab.page.get_by_text("train error")).to_be_visible()
    assert 0 < float(lab.page.get_by_test_id("train-accuracy").inner_text()) < 0.15
    lab.page.mouse.move(*lab.place(5, 5))
    expect(lab.page.locator("#probe")).to_contain_text("Value")
    lab.until(lambda: lab.page.locator("#probe b").inner_text().startswith("+"))


def test_new_points_get_the_value_of_the_slider_and_of_the_keys_and_a_reload_keeps_all(regression: Lab) -> None:
    lab = regression
    expect(lab.page.get_by_role("radiogroup", name="Class of new points")).to_be_hidden()
    lab.page.locator("#value").fill("-0.5")
    lab.click(-3, 0)
    lab.page.keyboard.press("8")
    lab.click(3, 0)
    lab.page.keyboard.press("3")
    expect(lab.page.locator("#value-value")).to_have_text("\u22120.43")
    lab.until_settled()
    assert [row[4] for row in lab.remembered_points()] == [-0.5, 1]
    points = lab.reload()["state"]["points"]
    assert [row[5] for row in points] == pytest.approx([-0.5, 1])
    assert [row[4] for row in lab.remembered_points()] == [-0.5, 1]
    expect(lab.page.get_by_role("radio", name="Regression", exact=True)).to_be_checked()
    purple, green = lab.pixels([(-3, 0), (3, 0)])
    assert is_purple(purple)
    assert is_green(green)


def test_turning_to_regression_gives_each_class_its_value_and_one_undo_goes_back(lab: Lab) -> None:
    lab.draw([(1, 1, 0), (2, 2, 1)])
    lab.until_settled()
    choose(lab, "Regression")
    lab.until_settled()
    assert [row[4] for row in lab.remembered_points()] == [-1, 1]
    session = lab.reload()["state"]
    assert session["config"]["problem"] == "regression"
    assert session["config"]["loss"] == "squared_error"
    choose(lab, "Classification")
    lab.until_settled()
    lab.button("Undo").click()
    lab.until_settled()
    assert lab.reload()["state"]["config"]["problem"] == "regression"


def test_a_ready_dataset_gives_way_to_the_first_of_the_other_problem_and_one_undo_brings_it_back(lab: Lab) -> None:
    lab.choose_dataset("XOR")
    choose(lab, "Regression")
    expect(lab.button("Plane")).to_have_attribute("aria-pressed", "true")
    lab.until_settled()
    lab.button("Undo").click()
    expect(lab.button("XOR")).to_have_attribute("aria-pressed", "true")
    expect(lab.page.get_by_role("radio", name="Classification", exact=True)).to_be_checked()
    lab.until_settled()
    state = lab.reload()["state"]
    assert state["config"]["problem"] == "classification"
    assert {row[3] for row in state["points"]} == {0, 1}


def test_the_problem_is_locked_while_training_and_says_why(lab: Lab) -> None:
    lab.choose_dataset("Gauss")
    lab.start()
    choice = lab.page.get_by_role("radio", name="Regression", exact=True)
    expect(choice).to_be_disabled()
    lab.page.locator("#problem label").last.hover()
    expect(lab.page.locator(".tip")).to_have_text("Stop training to change this: it builds a new network.")
    lab.stop()
    expect(choice).to_be_enabled()
