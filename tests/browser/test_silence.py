"""What a person sees while nothing comes from the server, and the connection is not given up yet."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.link import Link

pytestmark = pytest.mark.browser

# Each text that the connection's place has had, one after another.
_WATCH = """() => {
  const place = document.querySelector("#connection-text");
  window.texts = [place.textContent];
  const watcher = new MutationObserver(() => window.texts.push(place.textContent));
  watcher.observe(place, { characterData: true, childList: true, subtree: true });
}"""


def connection(lab: Lab) -> Locator:
    return lab.page.get_by_test_id("connection")


@pytest.mark.parametrize(
    ("size", "scheme"), [((1440, 900), "dark"), ((1100, 640), "light"), ((390, 844), "light")], ids=str
)
def test_a_link_that_stands_still_in_training_is_waited_for_in_words_and_training_is_seen_again_when_it_goes_on(
    make_lab: OpenLab, size: tuple[int, int], scheme: str, tmp_path: Path
) -> None:
    lab = make_lab(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    link = Link(lab.page)
    lab.open()
    lab.draw(XOR_PLACES)
    lab.start()
    lab.until(lambda: lab.number("step") > 0)
    lab.page.evaluate("scrollTo(0, 0)")
    lab.page.evaluate(_WATCH)
    link.stand_still()
    expect(connection(lab)).to_have_text("Waiting\u2026")
    text = lab.page.locator("#connection-text")
    expect(text).to_be_in_viewport(ratio=1)
    assert text.evaluate("(part) => part.scrollWidth <= part.clientWidth")
    assert connection(lab).get_attribute("data-phase") == "live"
    expect(lab.page.get_by_test_id("steps-per-second")).to_have_text("\u2013")
    lab.page.screenshot(path=tmp_path / "waiting.png")
    step = lab.number("step")
    link.go_on()
    expect(connection(lab)).to_have_text("Live")
    lab.until(lambda: lab.number("step") > step)
    assert len(lab.of_type("SESSION")) == 1
    assert lab.page.evaluate("texts") == ["Live", "Waiting\u2026", "Live"]


def test_a_browser_that_knows_of_no_network_has_the_page_wait_at_once_and_no_longer_than_the_server_needs(
    make_lab: OpenLab,
) -> None:
    lab = make_lab()
    link = Link(lab.page)
    lab.open()
    link.stand_still()
    lab.page.evaluate(_WATCH)
    lab.page.evaluate("void dispatchEvent(new Event('offline'))")
    # Nothing is expected: without the browser's word it would take more than six seconds.
    lab.until(lambda: connection(lab).inner_text() == "Waiting\u2026", deadline_ms=4000)
    link.go_on()
    expect(connection(lab)).to_have_text("Live")
    assert lab.page.evaluate("texts") == ["Live", "Waiting\u2026", "Live"]
