"""What browsers do to tabs: they hide them, freeze them, put them aside and bring them back."""

import json

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.link import Link, lost_in_training
from tests.browser.record import Message
from tests.support.server import server_process

pytestmark = pytest.mark.browser

_SET_HIDDEN = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def hide(lab: Lab, *, hidden: bool) -> None:
    """Let the page believe that nobody sees it, or that somebody does again; wait until the server knows."""
    wished = len(lab.sent_of_type("VIEW"))
    lab.page.evaluate(_SET_HIDDEN, hidden)
    lab.until(lambda: any(view.get("visible") is not hidden for view in lab.sent_of_type("VIEW")[wished:]))


def phase_at(lab: Lab, event: str) -> str:
    """Let something happen to the window, and return what the connection is before anything else can happen."""
    phase: str = lab.page.evaluate(
        f"() => {{ dispatchEvent({event}); return document.querySelector('[data-testid=connection]').dataset.phase; }}"
    )
    return phase


def test_a_hidden_tab_is_sent_no_frames_and_shows_the_newest_map_when_it_is_seen_again(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.start()
    lab.until(lambda: lab.number("step") > 20)
    hide(lab, hidden=True)
    # Answered after the server has heard that nobody looks.
    lab.click(5.2, 0.7)
    lab.until_settled()
    shown, step = len(lab.frames), lab.frames[-1].step
    for y in range(5):
        lab.click(5.2, y)
        lab.until_settled()
    assert len(lab.frames) == shown
    hide(lab, hidden=False)
    lab.until(lambda: len(lab.frames) > shown)
    assert lab.frames[shown].step > step, "not an old one that waited"
    lab.until_further()


def test_a_tab_that_slept_through_the_end_of_its_session_has_its_points_back_as_soon_as_it_wakes(
    make_lab: OpenLab,
) -> None:
    with server_process("--resume-window-s", "0.5") as server:
        lab = make_lab(server.address)
        # The lid is shut: the network goes, the page stands still, and after its time the server ends the session.
        link = lost_in_training(lab)
        protocol = lab.page.context.new_cdp_session(lab.page)
        protocol.send("Page.setWebLifecycleState", {"state": "frozen"})
        other = make_lab(server.address)
        other.until(lambda: other.page.request.get(f"{server.address}healthz").json()["sessions"] == 0)
        link.mend()
        protocol.send("Page.setWebLifecycleState", {"state": "active"})
        lab.until_phase("live")
        lab.until_settled()
        lab.expect_points(16)
        lab.expect_notice("your points and settings are back, the weights are new")
        assert [len(restored["points"]) for restored in lab.sent_of_type("RESTORE")] == [16]


def test_a_tab_that_wakes_asks_at_once_whether_its_connection_still_stands(make_lab: OpenLab) -> None:
    lab = make_lab()
    routes: list[WebSocketRoute] = []
    asked: list[Message] = []
    is_swallowed = False

    def connect(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def upwards(text: str | bytes) -> None:
            message = json.loads(text)
            if message["type"] == "ACK" and "id" in message:
                asked.append(message)
            if not is_swallowed:
                server.send(text)

        route.on_message(upwards)
        server.on_message(lambda data: None if is_swallowed else route.send(data))
        routes.append(route)

    lab.page.route_web_socket("**/ws/*", connect)
    lab.open()
    lab.draw(XOR_PLACES)
    lab.until_settled()
    is_swallowed = True
    before = len(asked)
    # A second of silence, then the event that a browser sends on waking.
    lab.page.evaluate(
        "new Promise((go) => setTimeout(() => { document.dispatchEvent(new Event('resume')); go(); }, 1100))"
    )
    lab.until(lambda: len(asked) > before)
    expect(lab.page.get_by_test_id("connection")).not_to_have_attribute("data-phase", "live")
    is_swallowed = False
    lab.until_phase("live")
    assert len(routes) >= 2
    assert lab.of_type("SESSION")[-1]["resumed"]
    lab.expect_points(16)


def test_a_page_that_is_left_and_gone_back_to_finds_its_session_still_training(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.start()
    lab.until(lambda: lab.number("step") > 20)
    step = lab.number("step")
    lab.page.goto("about:blank")
    lab.page.go_back()
    lab.until_phase("live")
    lab.until(lambda: lab.number("step") > step)
    assert lab.of_type("SESSION")[-1]["resumed"]
    lab.expect_points(16)
    expect(lab.notice()).to_be_hidden()


@pytest.mark.parametrize(
    "event",
    ["new PageTransitionEvent('pageshow', { persisted: true })", "new Event('online')"],
    ids=["a page out of the memory of the browser", "a network that comes back"],
)
def test_what_brings_a_page_or_its_network_back_has_it_connect_again_at_once(make_lab: OpenLab, event: str) -> None:
    lab = make_lab()
    link = Link(lab.page)
    lab.open()
    lab.draw(XOR_PLACES)
    lab.until_settled()
    link.cut()
    # Long enough away for the next attempt to be seconds off.
    expect(lab.button("Try again now")).to_be_visible()
    link.mend()
    assert phase_at(lab, event) == "reconnecting"
    lab.until_phase("live")
    lab.expect_points(16)
    assert len(lab.rows_on_server()) == 16


def test_the_page_lets_the_browser_put_it_aside(lab: Lab) -> None:
    assert lab.page.evaluate("onunload === null && onbeforeunload === null")
    headers = lab.page.request.get(lab.address).headers
    assert "no-store" not in headers["cache-control"]


def test_a_duplicated_tab_takes_the_session_with_its_points_and_the_first_says_where_it_went(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.until_settled()
    # A window that a page opens gets a copy of all that the tab keeps, as one that is duplicated does.
    with lab.page.context.expect_page() as opened:
        lab.page.evaluate("void open('about:blank')")
    copy = Lab(opened.value, lab.address)
    copy.open()
    assert copy.session_id == lab.session_id
    copy.expect_points(16)
    lab.until_phase("taken")
    lab.expect_notice("open in another tab and goes on there")
    lab.button("Dismiss").click()
    lab.click(5.2, 0.7)
    lab.button("Try again now").click()
    lab.until_phase("live")
    lab.until_settled()
    assert len(lab.rows_on_server()) == 17
    copy.until_phase("taken")
    copy.assert_untroubled()
