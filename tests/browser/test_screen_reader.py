"""What a screen reader hears: how training goes, politely and at most every 5 s, and what went wrong at once."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab

pytestmark = pytest.mark.browser

QUIET_MS = 5000
SECOND_MS = 1000
CLOCK_ERROR_MS = 20
_WATCH = """() => {
  window.spoken = [];
  const live = document.querySelector("[aria-live=polite]");
  const note = () => window.spoken.push([performance.now(), live.textContent]);
  new MutationObserver(note).observe(live, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture
def heard(make_lab: OpenLab) -> Lab:
    """A page whose clock can be turned."""
    lab = make_lab()
    lab.page.clock.install()
    lab.open()
    lab.page.evaluate(_WATCH)
    return lab


def spoken(lab: Lab) -> list[tuple[float, str]]:
    """When, in the page's milliseconds, which sentence was put into the live region."""
    found: list[tuple[float, str]] = [(when, text) for when, text in lab.page.evaluate("window.spoken")]
    return found


def gaps(lab: Lab) -> list[float]:
    times = [when for when, _ in spoken(lab)]
    return [after - before for before, after in itertools.pairwise(times)]


def test_there_is_one_polite_region_and_one_for_alerts(lab: Lab) -> None:
    expect(lab.page.locator("[aria-live]")).to_have_count(1)
    expect(lab.page.get_by_role("status")).to_have_count(1)
    expect(lab.page.get_by_role("status")).to_have_attribute("aria-live", "polite")
    expect(lab.page.get_by_role("alert")).to_have_count(1)


def test_how_training_goes_is_told_politely_and_at_most_every_5_s(heard: Lab) -> None:
    heard.draw(XOR_PLACES)
    heard.page.locator("#learning-rate").select_option("0.00003")
    heard.start()
    for _ in range(5):
        heard.until_further()
        heard.page.clock.run_for(QUIET_MS)
    sentences = [text for _, text in spoken(heard)]
    assert 4 <= len(sentences) <= 7
    assert all(text.startswith("Training: epoch ") and "accuracy" in text for text in sentences[1:])
    assert min(gaps(heard)) >= QUIET_MS - CLOCK_ERROR_MS


def test_a_run_that_has_stopped_or_been_reset_is_told_of_within_a_second(heard: Lab) -> None:
    heard.draw(XOR_PLACES)
    heard.start()
    heard.until_further()
    heard.page.clock.run_for(QUIET_MS + SECOND_MS)
    status = heard.page.get_by_role("status")
    expect(status).to_have_text(re.compile("^Training: epoch "))
    heard.stop()
    heard.page.clock.run_for(SECOND_MS)
    assert status.inner_text().startswith("Paused: epoch ")
    heard.button("Reset model").click()
    heard.until_state("IDLE")
    heard.page.clock.run_for(SECOND_MS)
    assert status.inner_text().startswith("Ready")


def test_a_notice_is_told_and_neither_cut_short_nor_cutting_short(heard: Lab) -> None:
    heard.draw(XOR_PLACES)
    heard.start()
    heard.until_further()
    heard.page.clock.run_for(QUIET_MS + 2500)
    heard.button("Clear points").click()
    heard.expect_notice("Training stopped")
    heard.page.clock.run_for(3 * QUIET_MS)
    assert any("Training stopped" in text for _, text in spoken(heard))
    assert min(gaps(heard)) >= QUIET_MS - CLOCK_ERROR_MS


def test_an_error_is_an_alert_at_once(lab: Lab) -> None:
    alert = lab.page.get_by_role("alert")
    assert alert.inner_text() == ""
    lab.button("Start training").click()
    expect(alert).to_contain_text("points")
    lab.button("Dismiss").click()
    expect(alert).to_have_text("")


def test_state_and_figures_are_words_and_not_only_colour(lab: Lab) -> None:
    expect(lab.page.get_by_test_id("connection")).to_have_text("Live")
    expect(lab.page.get_by_test_id("run-state")).to_have_text("Ready")
    lab.draw([(1, 1, 0), (-1, 1, 1)])
    lab.start()
    expect(lab.page.get_by_test_id("run-state")).to_have_text("Training")
    lab.stop()
    expect(lab.page.get_by_test_id("run-state")).to_have_text("Paused")
