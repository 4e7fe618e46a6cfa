"""Words from measured evidence: each is provoked for real, says what was measured, and its remedy helps."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

PATIENCE_MS = 40_000
# Where everything is that can be seen and operated, or read.
_PLACES = """() => [...document.querySelectorAll("[data-control], .figure, summary")]
  .filter((element) => element.checkVisibility() && element.dataset.control !== "diagnosis")
  .map((element) => {
    const { left, top } = element.getBoundingClientRect();
    return [element.id || element.dataset.control || element.className, Math.round(left), Math.round(top)];
  })"""


def finding(lab: Lab, kind: str) -> Locator:
    """What the page says of one kind."""
    return lab.page.locator(f"[data-finding={kind}]")


def expect_finding(lab: Lab, kind: str, pattern: str) -> None:
    """Wait until the page says something of one kind, in whole numbers."""
    expect(finding(lab, kind).locator("p")).to_have_text(re.compile(pattern), timeout=PATIENCE_MS)
    assert not re.search("NaN|Infinity|undefined|null", lab.page.locator("#diagnosis").inner_text())


def take_remedy(lab: Lab, kind: str, name: str) -> None:
    """Click what is proposed, and wait until the sentence has gone."""
    button = finding(lab, kind).locator("[data-remedy]")
    expect(button).to_have_text(name)
    button.click()
    expect(finding(lab, kind)).to_have_count(0, timeout=PATIENCE_MS)


def config(lab: Lab) -> dict[str, object]:
    """What the server trains by."""
    found: dict[str, object] = lab.of_type("CONFIG")[-1]["config"]
    return found


def train_too_fast(lab: Lab) -> None:
    """Begin to train at a rate that makes the loss jump."""
    lab.button("Spiral").click()
    lab.page.locator("#optimizer").select_option("sgd")
    lab.page.locator("#learning-rate").select_option("10")
    # In the long run the units are saturated, and the loss stands still.
    lab.choose_speed("30 epoch")
    lab.start()


def test_a_learning_rate_that_makes_the_loss_jump_is_named_and_lowered(lab: Lab) -> None:
    train_too_fast(lab)
    expect_finding(
        lab, "rate", r"^The train loss jumps between [\d.]+ and [\d.]+ without falling: a learning rate of 10 is"
    )
    take_remedy(lab, "rate", "Start over with learning rate 0.03")
    lab.until_state("TRAINING")
    lab.until(lambda: config(lab)["learning_rate"] == 0.03 and lab.number("train-loss") < 1)
    expect(lab.page.locator("#learning-rate")).to_have_value("0.03")


def test_a_diverged_run_starts_over_with_a_rate_that_learns(lab: Lab) -> None:
    lab.button("Circle").click()
    lab.page.locator("#optimizer").select_option("sgd")
    lab.page.locator("#learning-rate").select_option("10")
    lab.page.locator("#l2").fill("11")
    lab.button("Start training").click()
    lab.until_state("DIVERGED")
    expect_finding(
        lab, "diverged", r"^At step [\d,]+ the loss had grown beyond all measure: a learning rate of 10 is too high"
    )
    notice = lab.page.locator("#notice-action")
    expect(notice).to_have_text("Start over with learning rate 0.03")
    expect(finding(lab, "diverged").locator("[data-remedy]")).to_have_text("Start over with learning rate 0.03")
    notice.click()
    expect(finding(lab, "diverged")).to_have_count(0)
    lab.until_state("TRAINING")
    expect(lab.page.locator("#notice")).to_be_hidden()


def test_a_rate_beyond_all_reason_is_told_at_once_and_in_numbers(lab: Lab) -> None:
    lab.button("Spiral").click()
    lab.until_settled()
    lab.page.evaluate("(values) => { location.hash = values; }", "dataset=spiral&optimizer=sgd&learning_rate=1000000")
    expect(lab.page.locator("#learning-rate")).to_have_value("1000000")
    lab.until_settled()
    lab.button("Start training").click()
    lab.until_state("DIVERGED")
    expect_finding(lab, "diverged", "a learning rate of 1000000 is too high")
    take_remedy(lab, "diverged", "Start over with learning rate 0.03")
    lab.until_state("TRAINING")


def test_dead_relus_are_counted_and_replaced(lab: Lab) -> None:
    lab.button("Spiral").click()
    lab.page.locator("[data-drawer=network] summary").click()
    lab.page.locator("#activation").select_option("relu")
    lab.page.locator("#initialisation").select_option("large")
    lab.page.locator("#learning-rate").select_option("0.3")
    lab.start()
    expect_finding(lab, "dead", r"^In layer \d, \d of 8 units give the same output for every training point")
    take_remedy(lab, "dead", "Start over with leaky ReLU, He initialisation and learning rate 0.01")
    lab.until_state("TRAINING")
    lab.until(lambda: config(lab)["activation"] == "leaky_relu")
    lab.until(lambda: max(lab.of_type("METRICS")[-1]["dead_shares"]) < 0.5, PATIENCE_MS)


def test_gradients_that_vanish_in_deep_sigmoid_layers_are_measured_and_helped(lab: Lab) -> None:
    lab.button("XOR").click()
    for _ in range(6):
        lab.button("Add layer").click()
    lab.page.locator("#activation").select_option("sigmoid")
    lab.page.locator("#optimizer").select_option("sgd")
    lab.page.locator("#learning-rate").select_option("0.03")
    lab.start()
    expect_finding(lab, "vanishing", r"^The gradient of the first layer is [\d,]+ times smaller than that of the last")
    take_remedy(lab, "vanishing", "Start over with ReLU and He initialisation")
    lab.until_state("TRAINING")
    lab.until(lambda: lab.number("train-accuracy") > 90, PATIENCE_MS)


def test_a_network_without_hidden_layers_on_xor_is_told_to_have_no_bend(lab: Lab) -> None:
    lab.button("XOR").click()
    for _ in range(2):
        lab.button("Remove layer").click()
    lab.start()
    expect_finding(lab, "linear", r"only draw straight lines; it does not get beyond [\d.]+\u2009% of the")
    take_remedy(lab, "linear", "Start over with a hidden layer of 8 units")
    lab.until_state("TRAINING")
    lab.until(lambda: config(lab)["hidden_layers"] == [8])
    lab.until(lambda: lab.number("train-accuracy") > 95, PATIENCE_MS)


def test_overfitting_names_since_when_and_a_penalty_is_added_while_training_goes_on(lab: Lab) -> None:
    lab.button("Circle").click()
    lab.page.locator("#noise").fill("50")
    lab.page.locator("#test-share").fill("12")
    lab.page.locator("#learning-rate").select_option("0.03")
    lab.until_settled()
    lab.start()
    expect_finding(
        lab,
        "overfitting",
        r"^The test loss has risen from [\d.]+ to [\d.]+ since epoch [\d,.]+ while the train loss fell",
    )
    step = lab.number("step")
    take_remedy(lab, "overfitting", "Use L2 0.003")
    lab.until(lambda: config(lab)["l2"] == 0.003)
    assert lab.state == "TRAINING"
    assert lab.number("step") >= step, "the weights stay"


def test_what_was_put_away_stays_away_until_the_network_is_reset(lab: Lab) -> None:
    lab.button("XOR").click()
    for _ in range(2):
        lab.button("Remove layer").click()
    lab.start()
    expect_finding(lab, "linear", "straight lines")
    lab.button("Leave it").click()
    expect(finding(lab, "linear")).to_have_count(0)
    epoch = lab.number("epoch")
    lab.until(lambda: lab.number("epoch") > epoch + 50, PATIENCE_MS)
    expect(finding(lab, "linear")).to_have_count(0)
    lab.button("Reset model").click()
    lab.until_state("IDLE")
    lab.start()
    expect_finding(lab, "linear", "straight lines")


def test_a_healthy_run_hears_nothing(lab: Lab) -> None:
    lab.button("XOR").click()
    lab.start()
    lab.until_trained("100.0\u2009%", PATIENCE_MS)
    epoch = lab.number("epoch")
    lab.until(lambda: lab.number("epoch") > epoch + 50, PATIENCE_MS)
    expect(lab.page.locator("[data-finding]")).to_have_count(0)


@pytest.mark.parametrize("window", [(1280, 800), (900, 700), (390, 844)])
def test_a_finding_moves_nothing_that_is_there(open_lab: OpenLab, window: tuple[int, int]) -> None:
    width, height = window
    lab = open_lab(viewport={"width": width, "height": height})
    lab.button("XOR").click()
    for _ in range(2):
        lab.button("Remove layer").click()
    lab.until_settled()
    lab.page.evaluate("scrollTo(0, 0)")
    lab.start()
    lab.until(lambda: lab.number("step") > 0)
    before = lab.page.evaluate(_PLACES)
    expect_finding(lab, "linear", "straight lines")
    assert lab.page.evaluate(_PLACES) == before
    if width == 390:
        card, dock = finding(lab, "linear").bounding_box(), lab.page.locator(".transport").bounding_box()
        assert card is not None
        assert dock is not None
        assert card["y"] + card["height"] <= dock["y"]
    lab.button("Leave it").click()
    expect(finding(lab, "linear")).to_have_count(0)
    assert lab.page.evaluate(_PLACES) == before


def test_the_figures_of_a_finding_change_under_the_focus_on_its_button(lab: Lab) -> None:
    train_too_fast(lab)
    expect_finding(lab, "rate", "The train loss jumps")
    button = finding(lab, "rate").locator("[data-remedy]")
    button.focus()
    sentence = finding(lab, "rate").locator("p")
    expect(sentence).not_to_have_text(sentence.inner_text(), timeout=PATIENCE_MS)
    expect(button).to_be_focused()
