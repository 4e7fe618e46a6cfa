"""The timeline: past maps and figures while training goes on, step by step, played back, and back to the present."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.network_lab import show_network

pytestmark = pytest.mark.browser

GRID = [(x, y) for x in (-5.3, -1.1, 1.3, 5.1) for y in (-5.3, -1.1, 1.3, 5.1)]
# Every step that is shown from now on.
_WATCH = """() => {
  window.seen = [];
  const step = document.querySelector("[data-testid=step]");
  const note = () => window.seen.push(step.textContent);
  new MutationObserver(note).observe(step, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture
def run(lab: Lab) -> Lab:
    """A run on the spiral that is training, so slowly that its map goes on changing, with some maps behind it."""
    lab.button("Spiral").click()
    lab.choose_speed("30 epoch")
    lab.until_settled()
    lab.start()
    lab.until(lambda: len({frame.step for frame in lab.frames}) > 12)
    return lab


def test_looking_back_shows_the_map_and_the_figures_of_then_and_says_so_while_training_goes_on(run: Lab) -> None:
    scrubber = run.page.locator("#timeline-range")
    scrubber.fill("1")
    expect(run.page.get_by_test_id("past-badge")).to_have_text(
        re.compile(r"^Looking back to epoch [\d,.]+; training goes on$")
    )
    step, loss = run.number("step"), run.text("train-loss")
    run.until(lambda: run.page.evaluate("() => document.body.hasAttribute('data-past')"))
    picture = run.pixels(GRID)
    frames = len(run.frames)
    run.until(lambda: len(run.frames) > frames + 8 and run.of_type("TRAINING_STATUS")[-1]["step"] > step)
    assert (run.number("step"), run.text("train-loss")) == (step, loss)
    assert run.pixels(GRID) == picture
    assert run.state == "TRAINING"
    run.until(lambda: run.sent_of_type("ACK")[-1]["seq"] >= run.frames[frames + 4].seq)
    run.page.locator("#timeline-live").click()
    expect(run.page.get_by_test_id("past-badge")).to_be_hidden()
    run.until(lambda: run.number("step") > step)
    run.until(lambda: run.pixels(GRID) != picture)
    expect(run.page.locator("#timeline-live")).to_be_disabled()


def test_the_diagram_says_that_it_stays_in_the_present(run: Lab) -> None:
    show_network(run)
    summary, sheet = run.page.get_by_test_id("network-summary"), run.page.get_by_role("group", name="Network diagram")
    expect(summary).to_contain_text("parameters")
    run.page.locator("#timeline-range").fill("1")
    expect(summary).to_have_text("The diagram shows now")
    expect(sheet).to_have_css("opacity", "0.45")
    run.page.locator("#timeline-live").click()
    expect(summary).to_contain_text("parameters")
    expect(sheet).to_have_css("opacity", "1")


def test_arrow_keys_step_through_the_moments(run: Lab) -> None:
    run.stop()
    scrubber = run.page.locator("#timeline-range")
    scrubber.focus()
    steps = [run.number("step")]
    for _ in range(4):
        scrubber.press("ArrowLeft")
        run.until(lambda: run.number("step") < steps[-1])
        steps.append(run.number("step"))
    assert set(steps) <= {frame.step for frame in run.frames}
    for _ in range(4):
        scrubber.press("ArrowRight")
    expect(run.page.get_by_test_id("past-badge")).to_be_hidden()
    assert run.number("step") == steps[0]


def test_played_back_the_run_goes_by_from_its_beginning_to_the_present(run: Lab) -> None:
    run.stop()
    last = run.text("step")
    run.page.evaluate(_WATCH)
    run.button("Play the run back").click()
    run.until(lambda: last in run.page.evaluate("window.seen"))
    seen = [int(text.replace(",", "")) for text in run.page.evaluate("window.seen")]
    assert len(seen) > 3
    assert seen == sorted(seen)
    expect(run.page.locator("[data-past]")).to_have_count(0)
    assert run.text("step") == last
    expect(run.button("Play the run back")).to_be_visible()


def test_new_weights_have_no_past(run: Lab) -> None:
    run.page.locator("#timeline-range").fill("1")
    expect(run.page.get_by_test_id("past-badge")).to_be_visible()
    run.button("Reset model").click()
    run.until_state("IDLE")
    expect(run.page.get_by_test_id("past-badge")).to_be_hidden()
    expect(run.page.locator("#timeline-range")).to_be_disabled()
    run.until(lambda: run.number("step") == 0)
