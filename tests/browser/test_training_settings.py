"""The settings of training: speed, stop conditions, schedule, loss, the network's drawer, the dice."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.record import Message

pytestmark = pytest.mark.browser


def open_drawer(lab: Lab, name: str) -> None:
    """Open what waits behind a line of text."""
    lab.page.locator(f"[data-drawer={name}] > summary").click()


def config(lab: Lab) -> Message:
    """What the server trains by, once it holds what the page shows."""
    lab.until_settled()
    found: Message = [message.get("state", message)["config"] for message in lab.received if "config" in str(message)][
        -1
    ]
    return found


def test_every_setting_of_training_reaches_the_server_while_it_trains(lab: Lab) -> None:
    lab.button("XOR").click()
    open_drawer(lab, "training")
    lab.start()
    page = lab.page
    for optimizer in ("sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad"):
        page.locator("#optimizer").select_option(optimizer)
    page.locator("#loss").select_option("squared_error")
    page.locator("#weight-decay").select_option("0.001")
    page.locator("#gradient-clip").select_option("1")
    page.locator("#schedule").select_option("exponential")
    page.locator("#schedule-epochs").fill("250")
    page.locator("#schedule-epochs").press("Enter")
    page.locator("#schedule-factor").select_option("0.1")
    found = config(lab)
    assert lab.state == "TRAINING"
    wanted = {
        "optimizer": "adagrad",
        "loss": "squared_error",
        "weight_decay": 0.001,
        "gradient_clip": 1,
        "schedule": "exponential",
        "schedule_epochs": 250,
        "schedule_factor": 0.1,
    }
    assert {name: found[name] for name in wanted} == wanted
    page.locator("#weight-decay").select_option("default")
    assert config(lab)["weight_decay"] is None
    assert lab.of_type("ERROR") == []


def test_the_learning_rate_now_is_what_the_server_trains_with(lab: Lab) -> None:
    lab.button("XOR").click()
    open_drawer(lab, "training")
    lab.page.locator("#schedule").select_option("cosine")
    lab.page.locator("#schedule-epochs").fill("1000")
    lab.page.locator("#schedule-epochs").press("Enter")
    lab.start()
    lab.until(lambda: lab.number("epoch") > 20)
    lab.stop()
    lab.until(lambda: lab.of_type("METRICS")[-1]["step"] == lab.of_type("TRAINING_STATUS")[-1]["step"])
    rate = lab.of_type("METRICS")[-1]["learning_rate"]
    assert 0 < rate < 0.01
    shown = lab.page.get_by_test_id("learning-rate-now").inner_text()
    assert float(shown.removeprefix("now ")) == pytest.approx(rate, rel=0.01)


def test_single_epochs_and_steps_can_be_watched(lab: Lab) -> None:
    lab.button("XOR").click()
    lab.choose_speed("3 epoch")
    lab.start()
    lab.until(lambda: lab.number("epoch") >= 3 and lab.number("steps-per-second") > 0)
    assert lab.number("steps-per-second") < 3 * 20 * 1.5, "three epochs of 20 steps a second, and a few to make up for"
    lab.choose_speed("10 step")
    lab.until(lambda: config(lab)["speed_unit"] == "step")
    seen = len(lab.frames)
    lab.until(lambda: any(after.step == before.step + 1 for before, after in itertools.pairwise(lab.frames[seen:])))
    lab.choose_speed("full")
    lab.until(lambda: lab.number("steps-per-second") > 3 * 20 * 1.5)


def test_training_stops_by_itself_at_so_many_epochs_and_says_so(lab: Lab) -> None:
    lab.button("XOR").click()
    open_drawer(lab, "training")
    lab.page.locator("#stop-epochs").fill("20")
    lab.page.locator("#stop-epochs").press("Enter")
    lab.button("Start training").click()
    lab.until_state("PAUSED")
    lab.expect_notice("20 epochs")
    assert lab.number("epoch") == 20


@pytest.mark.parametrize("condition", ["loss", "accuracy"])
def test_training_stops_by_itself_when_it_is_good_enough(lab: Lab, condition: str) -> None:
    lab.button("XOR").click()
    open_drawer(lab, "training")
    if condition == "loss":
        lab.page.locator("#stop-loss").fill("0.2")
        lab.page.locator("#stop-loss").press("Enter")
    else:
        lab.page.locator("#stop-accuracy").select_option("0.9")
    lab.button("Start training").click()
    lab.until_state("PAUSED")
    lab.expect_notice(condition)
    assert lab.number("train-loss") <= 0.2 if condition == "loss" else lab.number("train-accuracy") >= 90


def test_a_number_out_of_bounds_is_refused_with_a_sentence_and_changes_nothing(lab: Lab) -> None:
    open_drawer(lab, "training")
    epochs = lab.page.locator("#stop-epochs")
    for wrong in ("-1", "1.5", "2000000000"):
        epochs.fill(wrong)
        epochs.press("Enter")
        lab.expect_notice("Epochs: a whole number from 0 to 1,000,000,000")
        expect(lab.page.get_by_role("alert")).to_have_text(lab.notice().inner_text())
        expect(epochs).to_have_value("")
        lab.button("Dismiss").click()
    assert lab.sent_of_type("CONFIGURE") == []


def test_a_value_from_elsewhere_that_is_in_no_list_is_shown_as_it_is(lab: Lab) -> None:
    values = "learning_rate=0.02&gradient_clip=2.5&speed=7&weight_decay=0.02"
    values += "&schedule=step&schedule_factor=0.42&stop_accuracy=0.77"
    lab.page.evaluate("(values) => { location.hash = values; }", values)
    shown = {
        "learning-rate": "0.02",
        "gradient-clip": "2.5",
        "speed-choice": "7\u2009epochs\u2009/\u2009s",
        "weight-decay": "0.02",
        "schedule-factor": "\u00d7 0.42",
        "stop-accuracy": "77\u2009%",
    }
    for control, text in shown.items():
        expect(lab.page.locator(f"#{control} option:checked")).to_have_text(text)
    lab.page.locator("#learning-rate").select_option("0.03")
    assert config(lab)["gradient_clip"] == 2.5


def test_layers_have_activations_of_their_own_and_the_drawer_waits_while_training(lab: Lab) -> None:
    lab.button("XOR").click()
    open_drawer(lab, "network")
    lab.page.locator("#activation-2").select_option("sine")
    lab.page.locator("#initialisation").select_option("xavier")
    lab.page.locator("#layer-norm").check()
    found = config(lab)
    assert (found["layer_activations"], found["initialisation"], found["layer_norm"]) == (
        [None, "sine"],
        "xavier",
        True,
    )
    lab.start()
    for control in ("#activation-1", "#activation-2", "#initialisation", "#layer-norm"):
        expect(lab.page.locator(control)).to_be_disabled()
        expect(lab.page.locator(control)).to_have_accessible_description(re.compile("Stop training"))
    lab.stop()
    lab.button("Remove layer").click()
    expect(lab.page.locator("#layer-activations select")).to_have_count(1)
    lab.until_settled()
    assert lab.of_type("ERROR") == []


def test_the_dice_draws_a_seed_and_new_weights_also_while_training(lab: Lab) -> None:
    lab.button("XOR").click()
    lab.until_settled()
    lab.button("Draw another seed").click()
    expect(lab.page.locator("#seed")).not_to_have_value("7")
    first = lab.page.locator("#seed").input_value()
    assert config(lab)["seed"] == int(first)
    # So slow that new weights stay younger for a second than those before them.
    lab.choose_speed("10 epoch")
    lab.start()
    lab.until(lambda: lab.number("epoch") > 10)
    seen = len(lab.frames)
    lab.button("Draw another seed").click()
    expect(lab.page.locator("#seed")).not_to_have_value(first)
    lab.until(lambda: any(after.step < before.step for before, after in itertools.pairwise(lab.frames[seen - 1 :])))
    lab.until_further()
    lab.until_state("TRAINING")
    assert lab.of_type("ERROR") == []


def test_reset_gives_the_same_weights_for_the_same_seed(lab: Lab) -> None:
    lab.button("XOR").click()
    lab.until_settled()

    def first_map() -> bytes:
        lab.button("Step").click()
        lab.until(lambda: lab.number("epoch") == 1)
        lab.until(lambda: lab.frames[-1].epoch == 1)
        return lab.frames[-1].cells

    first = first_map()
    lab.button("Reset model").click()
    lab.until(lambda: lab.number("step") == 0)
    assert first_map() == first
