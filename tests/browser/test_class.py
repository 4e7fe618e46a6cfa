"""A class: the link that lets in, the door, and the page for the projector, in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.access import COOKIE
from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES
from tests.browser.record import Record
from tests.support.server import ServerProcess, server_process

TOKEN = "k7m4p-2xqpd-9hrtw"  # noqa: S105 - for a test
OTHER_TOKEN = "p9wnc-46hts-yb3me"  # noqa: S105 - likewise
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>'


pytestmark = pytest.mark.browser

MakePage = Callable[..., tuple[Page, Record]]


@pytest.fixture(scope="module")
def classroom() -> Iterator[ServerProcess]:
    """A server with --class."""
    with server_process("--class", environment={"BOUNDARY_LAB_TOKEN": TOKEN}) as running:
        yield running


@pytest.fixture
def make_page(browser: Browser) -> Iterator[MakePage]:
    """Makes tabs for the pages around the lab, and sees that nothing they do is forbidden by the policy."""
    contexts = []

    def make(**options: Any) -> tuple[Page, Record]:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        return page, Record(page)

    yield make
    for context in contexts:
        context.close()


def test_a_link_lets_in_and_leaves_no_token_where_a_script_or_a_person_sees_it(
    make_lab: OpenLab, classroom: ServerProcess
) -> None:
    lab = make_lab(f"{classroom.address}?token={TOKEN}#dataset=xor")
    lab.open()
    assert lab.page.url.startswith(f"{classroom.address}#")
    assert TOKEN not in lab.page.evaluate("document.cookie + location.href + JSON.stringify(history.state)")
    (cookie,) = (one for one in lab.page.context.cookies() if one["name"] == COOKIE)
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    lab.page.locator("#toggle").click()
    lab.until(lambda: len(lab.frames) > 1)


def test_a_link_that_was_clicked_on_another_site_lets_in(make_page: MakePage, classroom: ServerProcess) -> None:
    page, record = make_page()
    page.route(
        "http://other.example/",
        lambda route: route.fulfill(
            content_type="text/html", body=f'<a href="{classroom.address}?token={TOKEN}">in</a>'
        ),
    )
    page.goto("http://other.example/")
    page.get_by_text("in").click()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-phase", "live")
    assert page.url.split("#")[0] == classroom.address
    record.assert_untroubled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_the_link_a_friendly_page_asks_for_the_code(
    make_page: MakePage, classroom: ServerProcess, scheme: str, tmp_path: Path
) -> None:
    page, _ = make_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
    assert (page.goto(classroom.address) or pytest.fail("no answer")).status == 403
    expect(page.get_by_role("heading", name="This lab needs its link")).to_be_visible()
    page.get_by_label("Code").fill("wrong-wrong")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Code")).to_have_value("wrong-wrong")
    page.screenshot(path=tmp_path / "door.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Code").fill(f" {TOKEN} ")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-phase", "live")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "class", "no/such/page"])
def test_a_name_that_the_server_does_not_know_gets_a_friendly_page_that_says_what_to_do(
    make_page: MakePage, classroom: ServerProcess, scheme: str, path: str, tmp_path: Path
) -> None:
    page, record = make_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
    record.may_be_refused = True
    address = f"http://my-lab.localhost:{classroom.port}/{path}"
    assert (page.goto(address) or pytest.fail("no answer")).status == 403
    expect(page.get_by_role("heading", name="The lab does not know this name")).to_be_visible()
    expect(page.get_by_text("it is called my-lab.localhost,")).to_be_visible()
    expect(page.locator("#option")).to_have_text("--allowed-hosts my-lab.localhost")
    page.screenshot(path=tmp_path / "foreign_name.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # In the look of the door: its style has come by that name too.
    assert page.locator("main").evaluate("(part) => getComputedStyle(part).width") == "342px"
    record.assert_untroubled()


@pytest.mark.parametrize("typed", ["K7M4P 2XQPD 9HRTW", "k7m4p\u20132xqpd\u20139hrtw", "k7m4p2xqpd9hrtw"])
def test_a_code_of_a_class_lets_in_whatever_its_dashes_blanks_and_capitals(
    make_page: MakePage, classroom: ServerProcess, typed: str
) -> None:
    page, _ = make_page()
    page.goto(f"{classroom.address}#dataset=xor")
    page.get_by_label("Code").fill(typed)
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-phase", "live")
    assert page.url == f"{classroom.address}#dataset=xor"


def test_a_code_that_somebody_has_chosen_is_tried_as_it_was_typed(make_page: MakePage) -> None:
    with server_process(environment={"BOUNDARY_LAB_TOKEN": "ABCDEFGHJKMNPQR"}) as closed:
        page, _ = make_page()
        page.goto(closed.address)
        page.get_by_label("Code").fill("abcde-fghjk-mnpqr")
        page.get_by_role("button", name="Enter").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Code").fill("ABCDEFGHJKMNPQR")
        page.get_by_role("button", name="Enter").click()
        expect(page.get_by_test_id("connection")).to_have_attribute("data-phase", "live")


def test_after_a_start_with_another_code_a_tab_goes_through_the_door_with_all_that_was_drawn_and_the_projector_says_so(
    make_lab: OpenLab, make_page: MakePage
) -> None:
    projector, _ = make_page()
    with server_process("--class", environment={"BOUNDARY_LAB_TOKEN": TOKEN}) as before:
        address, port = before.address, before.port
        lab = make_lab(f"{address}?token={TOKEN}#view=network")
        lab.may_lose_connection = lab.may_be_refused = True
        lab.open()
        lab.page.get_by_role("radio", name="Plane", exact=True).check()
        lab.draw(XOR_PLACES)
        lab.until_settled()
        projector.goto(f"{address}class?token={TOKEN}")
        expect(projector.get_by_test_id("count")).to_be_visible()
    with server_process("--class", environment={"BOUNDARY_LAB_TOKEN": OTHER_TOKEN}, port=port):
        lab.until_phase("locked")
        lab.expect_notice("This class has a new code.*Or type the code here: what you drew is kept, and comes along")
        expect(projector.get_by_role("status")).to_contain_text("The code has changed")
        for part in ("#figure", "#token", "#connected"):
            expect(projector.locator(part)).to_be_hidden()
        lab.button("Type the code").click()
        lab.page.get_by_label("Code").fill(OTHER_TOKEN)
        lab.button("Enter").click()
        lab.until_phase("live")
        lab.expect_points(len(XOR_PLACES))
        assert len(lab.rows_on_server()) == len(XOR_PLACES)


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (390, 844)], ids=str)
def test_the_projector_page_shows_address_code_and_how_many_are_in(
    make_page: MakePage, classroom: ServerProcess, size: tuple[int, int], tmp_path: Path
) -> None:
    page, record = make_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{classroom.address}class?token={TOKEN}")
    expect(page.get_by_test_id("count")).to_be_visible()
    assert page.url == f"{classroom.address}class"
    if page.evaluate("fetch('class.json').then((told) => told.json())")["address"] is None:
        expect(page.get_by_role("status")).to_contain_text("in no local network")
    else:
        expect(page.get_by_test_id("address")).to_contain_text(f":{classroom.port}")
        expect(page.get_by_test_id("token")).to_have_text(TOKEN)
        expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
        assert page.locator("#picture").evaluate("(picture) => picture.decode().then(() => picture.naturalWidth)") > 0
    page.screenshot(path=tmp_path / "class.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    record.assert_untroubled()


def test_the_projector_page_counts_who_is_there_and_who_has_just_gone_apart(
    make_lab: OpenLab, make_page: MakePage, tmp_path: Path
) -> None:
    with server_process("--class", environment={"BOUNDARY_LAB_TOKEN": TOKEN}) as alone:
        page, record = make_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{alone.address}class?token={TOKEN}")
        labs = [make_lab(f"{alone.address}?token={TOKEN}") for _ in range(2)]
        for lab in labs:
            lab.open()
        expect(page.locator("#connected")).to_have_text("2 people are in")
        labs[1].page.close()
        expect(page.locator("#connected")).to_have_text("1 person is in \u00b7 1 just gone")
        page.screenshot(path=tmp_path / "counted.png")
        record.assert_untroubled()
        labs[0].page.close()


def test_on_a_phone_the_projector_page_has_room_for_all_it_counts(
    make_page: MakePage, classroom: ServerProcess
) -> None:
    page, _ = make_page(viewport={"width": 390, "height": 844})
    told = {"class": True, "address": "http://192.0.2.1:8888/", "token": TOKEN, "present": 128, "away": 112}
    page.route("**/class.json", lambda route: route.fulfill(json=told))
    page.route("**/class.svg*", lambda route: route.fulfill(content_type="image/svg+xml", body=_SVG))
    page.goto(f"{classroom.address}class?token={TOKEN}")
    expect(page.locator("#connected")).to_have_text("128 people are in \u00b7 112 just gone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_projector_page_looks_again_after_an_answer_that_was_not_ours(
    make_page: MakePage, classroom: ServerProcess
) -> None:
    page, record = make_page()
    page.route("**/class.json", lambda route: route.fulfill(content_type="text/html", body="<p>Log in first"))
    page.goto(f"{classroom.address}class?token={TOKEN}")
    expect(page.get_by_role("status")).to_contain_text("does not answer")
    page.unroute("**/class.json")
    expect(page.get_by_test_id("count")).to_be_visible()
    record.assert_untroubled()


def test_the_projector_page_notices_a_server_that_hangs(make_page: MakePage, classroom: ServerProcess) -> None:
    page, record = make_page()
    page.goto(f"{classroom.address}class?token={TOKEN}")
    expect(page.get_by_test_id("count")).to_be_visible()
    page.route("**/class.json", lambda _: None)
    expect(page.get_by_role("status")).to_contain_text("does not answer")
    page.unroute("**/class.json")
    expect(page.get_by_role("status")).not_to_contain_text("does not answer")
    record.assert_untroubled()


def test_the_projector_page_shows_the_picture_of_the_link_that_it_names(
    make_page: MakePage, classroom: ServerProcess
) -> None:
    page, _ = make_page()
    told = {"class": True, "address": "http://192.0.2.1:8888/", "token": TOKEN, "present": 0, "away": 0}
    page.route("**/class.json", lambda route: route.fulfill(json=told))
    page.route("**/class.svg*", lambda route: route.fulfill(content_type="image/svg+xml", body=_SVG))
    with page.expect_request("**/class.svg*"):
        page.goto(f"{classroom.address}class?token={TOKEN}")
    expect(page.get_by_test_id("token")).to_have_text(TOKEN)
    with page.expect_request("**/class.svg*"):
        told["token"] = OTHER_TOKEN
    expect(page.get_by_test_id("token")).to_have_text(OTHER_TOKEN)


def test_a_teacher_on_the_computer_of_the_server_copies_a_link_that_opens_on_other_devices(
    make_lab: OpenLab, classroom: ServerProcess
) -> None:
    lab = make_lab(f"{classroom.address}?token={TOKEN}#dataset=xor")
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.page.route(
        "**/class.json",
        lambda route: route.fulfill(json={"class": True, "address": "http://192.0.2.1:8888/", "token": TOKEN}),
    )
    lab.open()
    lab.expect_points(200)
    lab.page.keyboard.press("t")
    lab.button("Copy link for students").click()
    lab.expect_notice("Link copied. It opens on every device in this network")
    assert lab.page.evaluate("navigator.clipboard.readText()") == "http://192.0.2.1:8888/#dataset=xor"


def test_without_class_the_projector_page_says_how_to_start_one(make_page: MakePage, server: ServerProcess) -> None:
    page, _ = make_page()
    page.goto(f"{server.address}class")
    expect(page.get_by_role("status")).to_contain_text("--class")


@pytest.mark.parametrize(
    "deed",
    [
        "document.createElement('script').text = 'go()'",
        "document.body.setAttribute('style', 'color: red')",
        "document.body.setAttribute('onclick', '1')",
        "fetch('http://127.0.0.1:9/').catch(() => 0)",
    ],
)
def test_what_the_policy_forbids_is_told_and_fails_a_test(
    make_page: MakePage, server: ServerProcess, deed: str
) -> None:
    page, record = make_page()
    page.goto(f"{server.address}class")
    with page.expect_console_message(lambda message: message.text.startswith("CSP: ")):
        page.evaluate(f"() => {{ try {{ {deed}; }} catch {{ return; }} }}")
    with pytest.raises(pytest.fail.Exception, match="CSP"):
        record.assert_untroubled()
