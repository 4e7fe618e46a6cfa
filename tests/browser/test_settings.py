"""Settings: some change live, some wait until training stops and say why; four ready datasets."""

import functools

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.pixels import is_blue, is_orange

pytestmark = pytest.mark.browser

REBUILDING = ["#activation", "#seed", "#add-layer", "#remove-layer"]


def test_each_ready_dataset_fills_the_plane_in_one_click(lab: Lab) -> None:
    for made, name in enumerate(["Circle", "XOR", "Gauss", "Spiral"], 1):
        lab.button(name).click()
        expect(lab.button(name)).to_have_attribute("aria-pressed", "true")
        expect(lab.page.locator("#datasets [aria-pressed=true]")).to_have_count(1)
        lab.until(functools.partial(has_points_messages, lab, made))
        lab.expect_points(200)
        assert_fills_the_plane(lab)


def test_noise_and_regenerate_make_the_chosen_dataset_anew(lab: Lab) -> None:
    for control in (lab.button("Regenerate"), lab.page.locator("#noise")):
        expect(control).to_be_disabled()
        expect(control).to_have_accessible_description("Choose a ready dataset first.")
    lab.button("Gauss").click()
    lab.expect_points(200)
    lab.page.locator("#noise").fill("50")
    lab.until(functools.partial(has_points_messages, lab, 2))
    lab.button("Regenerate").click()
    lab.until(functools.partial(has_points_messages, lab, 3))
    first, noisy, other = ([row[1:4] for row in message["points"]] for message in lab.of_type("POINTS"))
    assert first != noisy != other
    lab.click(0.2, 0.2)
    expect(lab.button("Regenerate")).to_be_disabled()


def test_a_share_of_the_points_is_kept_for_testing(lab: Lab) -> None:
    lab.button("Circle").click()
    lab.expect_points(200)
    assert lab.text("test-loss") == "\u2013"
    lab.page.locator("#test-share").fill("6")
    expect(lab.page.locator("#test-share-value")).to_have_text("30\u2009%")
    lab.until(functools.partial(has_points_messages, lab, 2))
    splits = [split for *_, split in lab.of_type("POINTS")[-1]["points"]]
    assert splits.count("test") == pytest.approx(60, abs=15)
    lab.choose_speed("30 epoch")
    lab.start()
    lab.until(lambda: lab.number("test-loss") < 0.3)


def test_learning_rate_penalties_dropout_and_batch_size_change_while_training(lab: Lab) -> None:
    lab.button("XOR").click()
    lab.start()
    lab.page.locator("#learning-rate").select_option("0.03")
    lab.page.locator("#optimizer").select_option("rmsprop")
    for slider, index in {"#l1": 1, "#l2": 2, "#dropout": 2, "#batch-size": 6}.items():
        lab.page.locator(slider).fill(str(index))
    lab.until_settled()
    lab.until_further()
    assert lab.state == "TRAINING"
    assert lab.of_type("ERROR") == []
    config = lab.reload()["state"]["config"]
    assert config["learning_rate"] == 0.03
    assert config["optimizer"] == "rmsprop"
    assert (config["l1"], config["l2"], config["dropout"], config["batch_size"]) == (0.00001, 0.00003, 0.1, 20)
    assert lab.state == "TRAINING"


def test_what_builds_a_new_network_is_disabled_while_training_and_says_why(lab: Lab) -> None:
    lab.button("XOR").click()
    lab.start()
    for control in [*(lab.page.locator(selector) for selector in REBUILDING), lab.button("More units in layer 1")]:
        expect(control).to_be_disabled()
        expect(control).to_have_accessible_description("Stop training to change this: it builds a new network.")
    reason = lab.page.locator("#rebuild-reason")
    expect(reason).to_be_hidden()
    lab.page.locator("#add-layer").hover(force=True)
    expect(reason).to_be_visible()
    lab.stop()
    expect(reason).to_be_hidden()
    for selector in REBUILDING:
        expect(lab.page.locator(selector)).to_be_enabled()


def test_layers_and_units_are_added_and_removed(lab: Lab) -> None:
    lab.button("Add layer").click()
    lab.button("More units in layer 3").click()
    lab.button("Fewer units in layer 1").click()
    lab.page.get_by_role("spinbutton", name="Units in layer 2").fill("5")
    lab.page.keyboard.press("Enter")
    expect(lab.page.locator("#parameters")).to_have_text("135 parameters")
    lab.until_settled()
    assert lab.reload()["state"]["config"]["hidden_layers"] == [7, 5, 9]
    expect(lab.page.locator("#parameters")).to_have_text("135 parameters")
    for _ in range(3):
        lab.button("Remove layer").click()
    expect(lab.button("Remove layer")).to_be_disabled()
    for _ in range(10):
        lab.button("Add layer").click()
    expect(lab.button("Add layer")).to_be_disabled()
    lab.until_settled()
    assert lab.of_type("ERROR") == []


def test_a_number_out_of_bounds_falls_back_to_the_nearest_or_the_last_one(lab: Lab) -> None:
    units = lab.page.get_by_role("spinbutton", name="Units in layer 1")
    units.fill("1000")
    units.press("Enter")
    expect(units).to_have_value("100")
    lab.expect_notice("Units go from 1 to 100")
    seed = lab.page.locator("#seed")
    seed.fill("-3")
    seed.press("Enter")
    expect(seed).to_have_value("7")
    lab.expect_notice("The seed is a whole number from 0 to 4,294,967,295")
    lab.until_settled()
    assert lab.of_type("ERROR") == []


def has_points_messages(lab: Lab, count: int) -> bool:
    return len(lab.of_type("POINTS")) == count


def assert_fills_the_plane(lab: Lab) -> None:
    """The newest points lie on both sides of the axes, in two classes, and show in their colours."""
    rows = lab.of_type("POINTS")[-1]["points"]
    assert {(x > 0, y > 0) for _, x, y, _, _ in rows} >= {(True, True), (False, False)}
    assert max(abs(x) for _, x, _, _, _ in rows) > 3
    labels = [label for _, _, _, label, _ in rows]
    assert min(labels.count(0), labels.count(1)) > 80
    lab.until(lambda: is_blue(lab.pixels([newest(rows, 0)])[0]) and is_orange(lab.pixels([newest(rows, 1)])[0]))


def newest(rows: list[list[float]], label: int) -> tuple[float, float]:
    """Where the last drawn point of a class is: no other lies on top of it."""
    _, x, y, *_ = next(row for row in reversed(rows) if row[3] == label)
    return x, y
