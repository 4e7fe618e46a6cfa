"""What a person sees whom the server does not let in, or lets go; and that it costs no points."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.link import Link
from tests.support.server import ServerProcess, server_process

pytestmark = pytest.mark.browser


@pytest.fixture
def small_server(request: pytest.FixtureRequest) -> Iterator[ServerProcess]:
    """A server of the arguments that the test is given."""
    with server_process(*request.param) as running:
        yield running


def expect_farewell(lab: Lab, phase: str, sentence: str, button: str) -> None:
    """The connection's place and the notice say what is, in words, with what there is to do."""
    lab.until_phase(phase)
    lab.expect_notice(sentence)
    expect(lab.button(button)).to_be_visible()
    assert "1008" not in lab.text("connection")


@pytest.mark.parametrize("small_server", [("--max-sessions", "1")], indirect=True)
def test_who_finds_the_server_full_keeps_what_is_drawn_and_gets_the_next_free_place_by_itself(
    small_server: ServerProcess, make_lab: OpenLab
) -> None:
    first = make_lab(small_server.address)
    first.open()
    late = make_lab(small_server.address)
    late.page.goto(late.address)
    expect_farewell(late, "full", "The server is full. This page keeps trying", "Try again now")
    late.click(1, 1)
    late.click(-1, 1)
    late.expect_points(2)
    first.page.close()
    late.until_phase("live")
    late.until_settled()
    assert len(late.rows_on_server()) == 2
    expect(late.notice()).to_be_hidden()


@pytest.mark.parametrize("small_server", [("--max-connections-per-address", "1")], indirect=True)
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=str)
def test_one_connection_too_many_of_a_network_says_when_it_tries_again_and_comes_in_by_itself(
    small_server: ServerProcess, make_lab: OpenLab, size: tuple[int, int], tmp_path: Path
) -> None:
    first = make_lab(small_server.address)
    first.open()
    late = make_lab(small_server.address, viewport={"width": size[0], "height": size[1]})
    late.page.goto(late.address)
    expect_farewell(
        late, "crowded", "too many connections from your network.*keeps trying; what you drew is kept", "Try again now"
    )
    text = late.page.locator("#connection-text")
    expect(text).to_contain_text(re.compile(r"Too many.* \d+\u2009s$"))
    expect(text).to_be_in_viewport(ratio=1)
    assert text.evaluate("(part) => part.scrollWidth <= part.clientWidth")
    late.page.screenshot(path=tmp_path / "crowded.png")
    late.click(1, 1)
    first.page.close()
    late.until_phase("live")
    late.until_settled()
    assert len(late.rows_on_server()) == 1
    expect(late.notice()).to_be_hidden()


def send_rubbish_with_clear_points(lab: Lab) -> None:
    """Have a page send more messages that are none than it may, when its points are cleared."""
    lab.page.add_init_script(
        """
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (text) {
          send.call(this, text);
          if (text.includes("CLEAR_POINTS")) for (let i = 0; i < 9; i += 1) send.call(this, '{"type": "RUBBISH"}');
        };
        """
    )


@pytest.mark.parametrize("small_server", [("--bad-messages-per-minute", "5")], indirect=True)
def test_who_has_dismissed_why_nobody_is_let_in_still_finds_the_way_back_also_on_a_phone(
    small_server: ServerProcess, make_lab: OpenLab
) -> None:
    lab = make_lab(small_server.address, viewport={"width": 390, "height": 844})
    send_rubbish_with_clear_points(lab)
    lab.open()
    lab.click(1, 1)
    lab.until_settled()
    lab.button("Clear points").click()
    lab.until_phase("refused")
    lab.page.evaluate("scrollTo(0, 0)")
    expect(lab.page.locator("#connection-text")).to_be_visible()
    for part in ("#connection-text", "#help", ".brand svg"):
        expect(lab.page.locator(part)).to_be_in_viewport(ratio=1)
    assert lab.page.locator("#connection-text").evaluate("(part) => part.scrollWidth <= part.clientWidth")
    lab.button("Dismiss").click()
    expect(lab.button("Try again now")).to_be_in_viewport(ratio=1)
    expect(lab.button("Keys and help")).to_be_in_viewport(ratio=1)
    lab.button("Try again now").click()
    lab.until_phase("live")


@pytest.mark.parametrize("small_server", [("--idle-timeout-s", "3")], indirect=True)
def test_who_has_done_nothing_for_long_goes_on_with_the_same_points(
    small_server: ServerProcess, make_lab: OpenLab
) -> None:
    lab = make_lab(small_server.address)
    lab.open()
    lab.draw(XOR_PLACES)
    lab.until_settled()
    expect_farewell(lab, "ended", "What you drew is kept; the weights will be new", "Continue")
    lab.button("Continue").click()
    lab.until_phase("live")
    lab.until_settled()
    assert len(lab.sent_of_type("RESTORE")) == 1
    lab.expect_points(16)
    assert len(lab.rows_on_server()) == 16


def test_who_has_been_ended_for_memory_is_told_and_comes_back_by_itself_with_the_same_points(make_lab: OpenLab) -> None:
    lab = make_lab()
    link = Link(lab.page)
    lab.open()
    lab.draw(XOR_PLACES)
    lab.until_settled()
    said = {"type": "ERROR", "id": None, "code": "ended_for_memory", "message": "Memory was short.", "path": None}
    (connection,) = link.connections
    connection.send(json.dumps(said))
    connection.close(code=1013)
    lab.until_phase("full")
    lab.expect_notice("Memory was short. This page keeps trying; what you drew is kept")
    lab.until_phase("live")
    lab.until_settled()
    lab.expect_points(16)


@pytest.mark.parametrize("small_server", [("--bad-messages-per-minute", "5")], indirect=True)
def test_a_page_that_sends_rubbish_is_closed_with_a_sentence_and_its_session_goes_on(
    small_server: ServerProcess, make_lab: OpenLab
) -> None:
    lab = make_lab(small_server.address)
    send_rubbish_with_clear_points(lab)
    lab.open()
    lab.draw(XOR_PLACES)
    lab.until_settled()
    lab.button("Clear points").click()
    expect_farewell(lab, "refused", "too many messages.* What you drew is kept", "Try again now")
    lab.click(2, 2)
    lab.button("Try again now").click()
    lab.until_phase("live")
    lab.until_settled()
    assert len(lab.rows_on_server()) == 1
    assert lab.sent_of_type("RESTORE") == []
