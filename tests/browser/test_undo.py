"""Undo and redo, for points and for settings, on the page and on the server."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

pytestmark = pytest.mark.browser


def test_points_go_one_by_one_until_nothing_is_left_to_undo_and_come_back(lab: Lab) -> None:
    expect(lab.button("Undo")).to_be_disabled()
    expect(lab.button("Redo")).to_be_disabled()
    lab.click(1, 1)
    lab.click(2, 2)
    lab.button("Undo").click()
    lab.expect_points(1)
    lab.button("Undo").click()
    lab.expect_points(0)
    expect(lab.button("Undo")).to_be_disabled()
    lab.button("Redo").click()
    lab.button("Redo").click()
    lab.expect_points(2)
    assert [x for x, _, _ in lab.rows_on_server()] == pytest.approx([1, 2], abs=0.04)


def test_a_stroke_is_one_edit(lab: Lab) -> None:
    lab.click(1, 1)
    lab.drag((-4, -4), (4, -4))
    assert lab.count > 5
    lab.page.keyboard.press("Control+z")
    lab.expect_points(1)
    lab.page.keyboard.press("Control+Shift+z")
    lab.until(lambda: lab.count > 5)


def test_a_new_edit_forgets_what_could_be_done_again(lab: Lab) -> None:
    lab.click(1, 1)
    lab.page.keyboard.press("Control+z")
    lab.click(2, 2)
    expect(lab.button("Redo")).to_be_disabled()
    lab.expect_points(1)


def test_erased_points_come_back(lab: Lab) -> None:
    lab.click(1, 1)
    lab.click(1, 1, key="Shift")
    lab.expect_points(0)
    lab.button("Undo").click()
    lab.expect_points(1)
    assert len(lab.rows_on_server()) == 1


def test_a_ready_dataset_can_be_undone(lab: Lab) -> None:
    lab.click(1, 1)
    lab.button("Spiral").click()
    lab.expect_points(200)
    lab.button("Undo").click()
    lab.expect_points(1)
    lab.button("Redo").click()
    lab.expect_points(200)
    assert len(lab.rows_on_server()) == 200


def test_settings_go_back_and_forth_like_points(lab: Lab) -> None:
    rate = lab.page.locator("#learning-rate")
    activation = lab.page.locator("#activation")
    rate.select_option("0.3")
    activation.select_option("relu")
    lab.button("Undo").click()
    expect(activation).to_have_value("tanh")
    expect(rate).to_have_value("0.3")
    lab.button("Undo").click()
    expect(rate).to_have_value("0.01")
    lab.button("Redo").click()
    expect(rate).to_have_value("0.3")
    lab.until_settled()
    config = lab.reload()["state"]["config"]
    assert (config["learning_rate"], config["activation"]) == (0.3, "tanh")
    expect(rate).to_have_value("0.3")


def test_what_would_build_a_new_network_is_not_undone_while_training(lab: Lab) -> None:
    lab.draw([(2, 2, 0), (-2, 2, 1)])
    lab.page.locator("#activation").select_option("relu")
    lab.start()
    expect(lab.button("Undo")).to_be_disabled()
    expect(lab.button("Undo")).to_have_accessible_description(re.compile("Stop training"))
    lab.page.keyboard.press("Control+z")
    lab.expect_notice("Stop training")
    expect(lab.page.locator("#activation")).to_have_value("relu")
    lab.stop()
    lab.button("Undo").click()
    expect(lab.page.locator("#activation")).to_have_value("tanh")


def test_undo_brings_back_the_dataset_and_its_noise(lab: Lab) -> None:
    noise = lab.page.locator("#noise")
    lab.button("Spiral").click()
    lab.expect_points(200)
    noise.fill("30")
    lab.until(lambda: len(lab.of_type("POINTS")) == 2)
    noise.press("Control+z")
    expect(noise).to_have_value("0")
    lab.click(0.3, 0.3)
    expect(noise).to_be_disabled()
    lab.page.keyboard.press("Control+z")
    expect(lab.button("Spiral")).to_have_attribute("aria-pressed", "true")
    expect(noise).to_be_enabled()


def test_a_number_field_undoes_text_by_itself_and_a_committed_value_with_the_rest(lab: Lab) -> None:
    seed = lab.page.locator("#seed")
    seed.press("5")
    seed.press("Control+z")
    expect(seed).to_have_value("7")
    seed.fill("8")
    seed.press("Enter")
    lab.page.locator("#learning-rate").select_option("0.3")
    lab.page.locator("#learning-rate").press("Control+z")
    expect(lab.page.locator("#learning-rate")).to_have_value("0.01")
    seed.press("Control+z")
    expect(seed).to_have_value("7")
