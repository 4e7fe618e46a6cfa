"""What phones have: a page that two taps or a small field enlarge, a notch that lies on it, an old browser."""

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

UPRIGHT = ViewportSize(width=390, height=844)
SIDEWAYS = ViewportSize(width=844, height=390)
NOTCH_PX = 47
UNENLARGED_PX = 16

_FIELDS = """(fields) => fields.filter((field) => !["checkbox", "radio", "range", "file"].includes(field.type))
  .map((field) => [field.id || field.className || field.tagName, parseFloat(getComputedStyle(field).fontSize)])"""
_UNDER_THE_NOTCH = """([left, right]) => [...document.querySelectorAll("button, input, select, summary, canvas, dd")]
  .filter((element) => element.checkVisibility() && element.closest(".sr, dialog") === null)
  .map((element) => ({ name: element.id || element.textContent.trim(), box: element.getBoundingClientRect() }))
  .filter(({ box }) => box.width > 0 && (box.left < left || box.right > right)).map(({ name }) => name)"""


@pytest.fixture(params=[UPRIGHT, SIDEWAYS], ids=["upright", "sideways"])
def phone(open_lab: OpenLab, request: pytest.FixtureRequest) -> Lab:
    return open_lab(viewport=request.param, device_scale_factor=3, is_mobile=True, has_touch=True)


def test_no_field_is_so_small_that_an_iphone_enlarges_the_page_for_it(phone: Lab) -> None:
    phone.page.locator("#csv-open").evaluate("(button) => button.click()")
    phone.page.locator(".csv-dialog textarea").wait_for()
    fields = phone.page.locator("input, select, textarea").evaluate_all(_FIELDS)
    assert len(fields) > 10
    assert [field for field in fields if field[1] < UNENLARGED_PX] == []


def test_two_taps_in_a_row_do_not_enlarge_the_page(phone: Lab) -> None:
    assert phone.page.evaluate("getComputedStyle(document.documentElement).touchAction") == "manipulation"


def test_a_long_press_on_what_is_explained_marks_no_words(phone: Lab) -> None:
    explained = phone.page.locator("[data-explained]:not(input, textarea)")
    choices = explained.evaluate_all("(all) => all.map((element) => getComputedStyle(element).userSelect)")
    assert set(choices) == {"none"}


@pytest.fixture
def sideways(open_lab: OpenLab) -> Lab:
    return open_lab(viewport=SIDEWAYS, device_scale_factor=3, is_mobile=True, has_touch=True)


def test_held_sideways_the_plane_has_most_of_the_height(sideways: Lab) -> None:
    plane = sideways.canvas.bounding_box()
    assert plane is not None
    assert plane["height"] > 0.6 * SIDEWAYS["height"]
    assert plane["y"] + plane["height"] <= SIDEWAYS["height"]


def test_held_sideways_nothing_lies_under_the_notch(sideways: Lab) -> None:
    lab = sideways
    protocol = lab.page.context.new_cdp_session(lab.page)
    insets = {"left": NOTCH_PX, "right": NOTCH_PX, "bottom": 21}
    protocol.send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
    width = SIDEWAYS["width"]
    for view in ("Plane", "Network"):
        lab.page.get_by_role("radio", name=view, exact=True).check()
        lab.until(lambda: lab.page.evaluate(_UNDER_THE_NOTCH, [NOTCH_PX, width - NOTCH_PX]) == [])
        assert lab.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_browser_that_is_too_old_says_so_instead_of_failing(make_lab: OpenLab) -> None:
    lab = make_lab()
    lab.page.add_init_script("delete HTMLElement.prototype.popover;")
    lab.open()
    sentence = lab.page.get_by_role("alert").filter(has_text="too old for Boundary Lab")
    expect(sentence).to_contain_text("Safari 17.5")
    assert sentence.bounding_box() == {"x": 0, "y": 0, **(lab.page.viewport_size or {})}


def test_a_browser_that_is_new_enough_says_nothing_of_it(lab: Lab) -> None:
    expect(lab.page.locator("#too-old")).to_be_hidden()
