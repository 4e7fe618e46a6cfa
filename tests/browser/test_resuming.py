"""What outlives a reload, a lost connection, a second tab and the end of the server."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.link import lost_in_training
from tests.support.server import ServerProcess, server_process

pytestmark = pytest.mark.browser

RECONNECT_MS = 30_000
"""A server takes seconds to start, and the page by then waits seconds between its attempts."""
_NOTHING_STORED = """(() => {
  const get = () => { throw new DOMException("Access is denied for this document.", "SecurityError"); };
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get });
})();"""
"""As Chromium and Safari answer where cookies are blocked."""


class Restartable:
    """A server that can be killed and started again where it was."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running = stack.enter_context(server_process())
        self.address = self._running.address

    @property
    def process(self) -> ServerProcess:
        return self._running

    def kill(self) -> None:
        """End it without a word."""
        self._running.process.kill()
        self._running.process.wait(10)

    def start_again(self) -> None:
        """Start it on the same port."""
        self._running = self._stack.enter_context(server_process(port=self._running.port))


@pytest.fixture
def mortal() -> Iterator[Restartable]:
    with ExitStack() as stack:
        yield Restartable(stack)


def test_reloading_keeps_points_settings_and_the_running_training(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.page.locator("#learning-rate").select_option("0.003")
    lab.start()
    lab.until(lambda: lab.number("step") > 20)
    step = lab.number("step")
    session = lab.reload()
    assert session["resumed"]
    assert session["state"]["run_state"] == "TRAINING"
    lab.expect_points(16)
    expect(lab.page.locator("#learning-rate")).to_have_value("0.003")
    expect(lab.button("Stop training")).to_be_visible()
    lab.until(lambda: lab.number("step") > step)
    assert lab.frames[-1].step > step
    expect(lab.page.locator("#notice")).to_be_hidden()
    lab.until_settled()
    lab.expect_points(16)


def test_a_killed_and_restarted_server_gets_points_and_settings_back_and_the_page_says_the_weights_are_new(
    mortal: Restartable, open_lab: OpenLab
) -> None:
    lab = open_lab(mortal.address)
    lab.may_lose_connection = True
    lab.draw(XOR_PLACES)
    lab.page.locator("#activation").select_option("relu")
    lab.start()
    lab.until(lambda: lab.number("step") > 0)
    mortal.kill()
    lab.until_phase("waiting")
    expect(lab.button("Start training").or_(lab.button("Stop training"))).to_be_disabled()
    lab.click(5.2, 0.7)
    lab.expect_points(17)
    lab.page.locator("#learning-rate").select_option("0.03")
    assert lab.text("steps-per-second") == "\u2013"
    lab.expect_notice("cannot be reached.* you can go on drawing, and all of it is kept", RECONNECT_MS)
    expect(lab.button("Try again now")).to_be_visible()
    mortal.start_again()
    lab.page.evaluate("document.querySelector('#notice-action:not([hidden])')?.click()")
    lab.until_phase("live", RECONNECT_MS)
    lab.expect_notice("no longer had your session: your points and settings are back, the weights are new")
    lab.until_settled()
    lab.until_state("IDLE")
    assert len(lab.sent_of_type("RESTORE")) == 1
    assert lab.number("step") == 0
    state = lab.reload()["state"]
    assert len(state["points"]) == 17
    assert [*state["points"][-1][1:4]] == pytest.approx([5.2, 0.7, 1], abs=0.04)
    assert (state["config"]["activation"], state["config"]["learning_rate"]) == ("relu", 0.03)
    lab.start()
    lab.until_trained()


def test_a_server_that_ends_well_and_comes_back_gets_what_was_drawn_meanwhile(
    mortal: Restartable, open_lab: OpenLab
) -> None:
    lab = open_lab(mortal.address)
    lab.may_lose_connection = True
    lab.click(1, 1)
    lab.until_settled()
    mortal.process.process.terminate()
    lab.until_phase("waiting")
    lab.click(2, 2)
    lab.expect_points(2)
    mortal.process.process.wait(10)
    mortal.start_again()
    lab.until_phase("live", RECONNECT_MS)
    lab.until_settled()
    assert len(lab.rows_on_server()) == 2
    assert lab.page.locator("#notice").is_hidden(), "nothing was trained, so no weights were lost"


def test_what_is_edited_while_the_connection_is_lost_reaches_the_session_that_went_on(make_lab: OpenLab) -> None:
    lab = make_lab()
    link = lost_in_training(lab)
    lab.click(4, 4, key="Shift")
    lab.click(5.2, 0.7)
    lab.page.locator("#l2").fill("3")
    assert lab.page.get_by_test_id("connection").get_attribute("data-phase") != "live"
    link.mend()
    lab.until_phase("live")
    lab.until_settled()
    assert lab.state == "TRAINING"
    state = lab.reload()["state"]
    places = [(round(x), round(y)) for _, x, y, _, _ in state["points"]]
    assert len(places) == 16
    assert (5, 1) in places
    assert (4, 4) not in places
    assert state["config"]["l2"] == 0.0001


def test_a_second_tab_takes_the_session_over_and_the_first_can_take_it_back(lab: Lab, make_lab: OpenLab) -> None:
    lab.draw(XOR_PLACES)
    lab.start()
    lab.until_settled()
    second = make_lab()
    second.use_session(lab.session_id)
    second.open()
    second.expect_points(16)
    second.until_state("TRAINING")
    lab.until_phase("taken")
    lab.expect_notice("open in another tab")
    second.click(0.6, 5)
    second.until_settled()
    lab.button("Use it here").click()
    lab.until_phase("live")
    lab.expect_points(17)
    expect(lab.page.locator("#notice")).to_be_hidden()
    second.until_phase("taken")
    lab.until_further()


def test_two_tabs_of_their_own_do_not_disturb_each_other(lab: Lab, open_lab: OpenLab) -> None:
    other = open_lab()
    lab.click(1, 1)
    other.click(-1, 1)
    other.click(-2, 1)
    assert len(lab.rows_on_server()) == 1
    assert len(other.rows_on_server()) == 2


def test_where_a_person_lets_no_page_store_anything_it_works_for_as_long_as_it_is_open(make_lab: OpenLab) -> None:
    lab = make_lab()
    lab.page.add_init_script(_NOTHING_STORED)
    lab.open()
    lab.draw(XOR_PLACES)
    lab.button("Switch between light and dark").click()
    lab.start()
    lab.until_further()
    lab.expect_points(16)
