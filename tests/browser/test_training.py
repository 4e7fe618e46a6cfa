"""The main job: draw, train, watch the boundary move, stop, refine, go on, start over."""

import itertools
import math

import pytest
from playwright.sync_api import expect

from backend.frames import MapFrame
from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.pixels import is_bare, is_blue, is_orange

pytestmark = pytest.mark.browser

BETWEEN_POINTS = [(3, 3), (-3, -3), (-3, 3), (3, -3)]
"""The middle of each quadrant, where no point lies."""


@pytest.fixture
def drawn(lab: Lab) -> Lab:
    """XOR, clicked by hand."""
    lab.draw(XOR_PLACES)
    lab.expect_points(16)
    return lab


def test_xor_drawn_by_hand_is_classified_right_within_10_s_of_start(drawn: Lab) -> None:
    assert all(is_bare(pixel) for pixel in drawn.pixels(BETWEEN_POINTS))
    drawn.start()
    drawn.until_trained(deadline_ms=10_000)
    drawn.until(lambda: has_xor_colours(drawn), deadline_ms=10_000)


def test_while_training_the_map_moves_the_loss_falls_and_the_figures_count(drawn: Lab) -> None:
    assert drawn.text("train-loss") == "\u2013"
    drawn.choose_speed("30 epoch")
    drawn.start()
    drawn.until(lambda: len(drawn.frames) > 2 and not is_bare(drawn.pixels(GRID)[0]))
    first = drawn.pixels(GRID)
    drawn.until(lambda: drawn.pixels(GRID) != first)
    step, epoch = drawn.number("step"), drawn.number("epoch")
    drawn.until(lambda: drawn.number("step") > step and drawn.number("epoch") > epoch)
    drawn.until(lambda: drawn.number("train-loss") < 0.1)
    assert drawn.number("steps-per-second") > 0
    assert losses(drawn.frames)[0] > 0.5
    assert losses(drawn.frames)[-1] < 0.1


def test_the_figures_move_in_unison_as_the_statuses_tell_them(drawn: Lab) -> None:
    drawn.draw([(3, 3.5, 1), (-3, 3.5, 0), (3.5, -3, 0), (-3.5, -3, 1)])
    drawn.choose_speed("30 epoch")
    drawn.until_settled()
    drawn.page.evaluate(_WATCH)
    drawn.start()
    drawn.until(lambda: len(drawn.page.evaluate("window.seen")) > 20)
    seen = drawn.page.evaluate("window.seen")
    told = {(s["step"], s["train_loss"] is None): s for s in drawn.of_type("TRAINING_STATUS")}
    for step, epoch, loss, accuracy in seen:
        status = told[step, math.isnan(loss)]
        assert epoch == math.floor(status["epoch"] + 1e-4)
        if not math.isnan(loss):
            assert loss == pytest.approx(status["train_loss"], abs=0.00051)
            assert accuracy == pytest.approx(100 * status["train_accuracy"], abs=0.051)
    assert len(drawn.frames) > len(told), "the map moves between them"


def test_the_loss_curve_grows(drawn: Lab) -> None:
    curve = drawn.page.locator("#curve")
    drawn.button("Step").click()
    drawn.until(lambda: drawn.number("epoch") == 1)
    pictures = {curve.evaluate(_INK)}
    for _ in range(3):
        drawn.button("Step").click()
        drawn.until(lambda: curve.evaluate(_INK) not in pictures)
        pictures.add(curve.evaluate(_INK))


def test_a_stopped_run_stands_still(drawn: Lab) -> None:
    drawn.start()
    drawn.until(lambda: len(drawn.frames) > 2)
    drawn.stop()
    step, colours = drawn.number("step"), drawn.pixels(GRID)
    drawn.click(0.4, 0.4)
    drawn.until_settled()
    assert (drawn.number("step"), drawn.frames[-1].step) == (step, step)
    assert drawn.pixels(GRID) == colours
    expect(drawn.button("Start training")).to_be_enabled()


def test_started_again_with_more_points_it_goes_on_from_where_it_stopped(drawn: Lab) -> None:
    drawn.start()
    drawn.until(lambda: drawn.number("train-loss") < 0.05)
    drawn.stop()
    step = drawn.number("step")
    drawn.draw([(3, 3.5, 0), (-3, 3.5, 1), (3.5, -3, 1), (-3.5, -3, 0)])
    drawn.until_settled()
    seen = len(drawn.frames)
    drawn.start()
    drawn.until(lambda: len(drawn.frames) > seen + 3)
    later = drawn.frames[seen:]
    assert later[0].step >= step
    assert all(a.step <= b.step for a, b in itertools.pairwise(later))
    assert max(losses(later)) < 0.3, "0.693 would be a new network"
    drawn.until(lambda: drawn.number("step") > step)


def test_points_added_while_training_are_learned_without_stopping(drawn: Lab) -> None:
    drawn.start()
    drawn.until_trained()
    drawn.class_choice(1).check()
    for x, y in ((0.6, 0.6), (-0.6, -0.6)):
        drawn.click(x, y)
    drawn.expect_points(18)
    drawn.until_settled()
    assert drawn.state == "TRAINING"
    step = drawn.number("step")
    drawn.until(lambda: drawn.number("step") > step + 100)
    drawn.until_trained()


def test_step_trains_one_epoch_and_with_shift_one_step(drawn: Lab) -> None:
    drawn.button("Step").click()
    drawn.until(lambda: (drawn.number("epoch"), drawn.number("step")) == (1, 2))
    drawn.until(lambda: not is_bare(drawn.pixels([(3, 3)])[0]))
    drawn.button("Step").click(modifiers=["Shift"])
    drawn.until(lambda: drawn.number("step") == 3)
    drawn.page.keyboard.press("s")
    drawn.until(lambda: drawn.number("step") == 5)
    assert drawn.state == "PAUSED"
    drawn.page.keyboard.press("Shift+S")
    drawn.until(lambda: (drawn.number("epoch"), drawn.number("step")) == (3, 6))
    assert [m["unit"] for m in drawn.sent_of_type("STEP_TRAINING")] == ["epoch", "step", "epoch", "step"]


def test_reset_model_gives_new_weights_and_keeps_the_points(drawn: Lab) -> None:
    drawn.start()
    drawn.until_trained()
    drawn.until(lambda: has_xor_colours(drawn))
    drawn.button("Reset model").click()
    drawn.until_state("IDLE")
    drawn.until(lambda: drawn.number("step") == 0)
    drawn.until(lambda: not has_xor_colours(drawn))
    assert drawn.number("epoch") == 0
    drawn.expect_points(16)
    assert len(drawn.rows_on_server()) == 16
    drawn.start()
    drawn.until_trained()


def test_clear_points_while_training_stops_it_with_a_sentence_and_the_map_stays(drawn: Lab) -> None:
    drawn.start()
    drawn.until_trained()
    drawn.until(lambda: has_xor_colours(drawn))
    drawn.button("Clear points").click()
    drawn.until_state("PAUSED")
    drawn.expect_notice("point")
    drawn.expect_points(0)
    assert has_xor_colours(drawn)
    step = drawn.number("step")
    drawn.draw(XOR_PLACES)
    drawn.start()
    drawn.until(lambda: drawn.number("step") > step)
    expect(drawn.page.locator("#notice")).to_be_hidden()


@pytest.mark.parametrize("labels", [[], [0, 0]], ids=["none", "one class"])
def test_start_without_points_of_two_classes_says_what_to_add(lab: Lab, labels: list[int]) -> None:
    lab.draw([(index - 1, 2, label) for index, label in enumerate(labels)])
    lab.button("Start training").click()
    lab.expect_notice("point|class")
    assert lab.page.get_by_role("alert").inner_text() == lab.notice().inner_text()
    assert lab.state == "IDLE"
    assert math.isnan(lab.number("train-loss"))
    lab.button("Dismiss").click()
    expect(lab.page.locator("#notice")).to_be_hidden()
    lab.draw([(3, 3, 0), (-3, 3, 1)])
    lab.start()


def test_a_run_that_diverges_says_so_and_can_be_started_over(drawn: Lab) -> None:
    drawn.start()
    drawn.until(lambda: len(drawn.frames) > 3)
    drawn.page.locator("#optimizer").select_option("sgd")
    drawn.page.locator("#learning-rate").select_option("10")
    drawn.page.locator("#l2").fill("11")
    drawn.until_state("DIVERGED")
    drawn.expect_notice("step")
    assert drawn.page.get_by_role("alert").inner_text() == drawn.notice().inner_text()
    assert not any(is_bare(pixel) for pixel in drawn.pixels(GRID)), "the last finite picture stays"
    expect(drawn.button("Step")).to_be_disabled()
    drawn.page.locator("#optimizer").select_option("adam")
    drawn.page.locator("#learning-rate").select_option("0.01")
    drawn.page.locator("#l2").fill("0")
    drawn.button("Reset model").click()
    drawn.until_state("IDLE")
    expect(drawn.page.locator("#notice")).to_be_hidden()
    assert drawn.number("step") == 0
    drawn.start()
    drawn.until_trained()


GRID = [(x, y) for x in (-5.3, -1.1, 1.3, 5.1) for y in (-5.3, -1.1, 1.3, 5.1)]
# All figures that are shown together from now on.
_WATCH = """() => {
  window.seen = [];
  const names = ["step", "epoch", "train-loss", "train-accuracy"];
  const figures = names.map((name) => document.querySelector(`[data-testid=${name}]`));
  const read = ({ textContent }) => parseFloat(textContent.replaceAll(",", ""));
  const watch = new MutationObserver(() => window.seen.push(figures.map(read)));
  for (const figure of figures) watch.observe(figure, { childList: true, characterData: true, subtree: true });
}"""
_INK = """(canvas) => canvas.toDataURL()"""


def has_xor_colours(lab: Lab) -> bool:
    """Whether each quadrant's middle has the colour of its class."""
    *same, left_top, right_bottom = lab.pixels(BETWEEN_POINTS)
    return all(map(is_blue, same)) and is_orange(left_top) and is_orange(right_bottom)


def losses(frames: list[MapFrame]) -> list[float]:
    """The training losses that came with the maps."""
    return [frame.train_loss for frame in frames if frame.train_loss is not None]
