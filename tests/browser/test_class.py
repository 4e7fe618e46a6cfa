"""A class: the link that lets in, the door, and the page for the projector, in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.access import COOKIE
from tests.browser.conftest import OpenLab
from tests.browser.record import Record
from tests.support.server import ServerProcess, server_process

TOKEN = "k7m4p-2xqpd-9hrtw"  # noqa: S105 - for a test


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
    expect(page.get_by_role("heading", name="This class needs its link")).to_be_visible()
    page.get_by_label("Class code").fill("wrong-wrong")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.screenshot(path=tmp_path / "door.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Class code").fill(f" {TOKEN} ")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-phase", "live")


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
