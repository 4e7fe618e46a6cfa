"""Where notices are: on a phone they lie over nothing that is needed."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab
from tests.browser.link import Link

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
CAN_WAIT = {"legend", "discretise", "show-test", "ticks", "picture", "present", "timeline"}
"""What lies right under the plane."""
# What a person reads or touches, and a notice lies over, by name.
_COVERED = """() => {
  const box = document.querySelector("#notice").getBoundingClientRect();
  const parts = document.querySelectorAll(
    "#canvas, #legend, #timeline, h2, .figure, .big > div, .transport button, [data-control]");
  const isUnder = (part) => {
    const { left, right, top, bottom } = part.getBoundingClientRect();
    return part.checkVisibility() && left < box.right && right > box.left && top < box.bottom && bottom > box.top;
  };
  return [...parts].filter(isUnder).map((part) => part.dataset.control ?? (part.id || part.textContent));
}"""


def covered(lab: Lab) -> set[str]:
    found: list[str] = lab.page.evaluate(_COVERED)
    return set(found)


def tell(lab: Lab, link: Link) -> None:
    """Have the page hear what stays until it has been read."""
    sentence = "Something has gone wrong, and there is so much to say of it that it takes two lines."
    told = {"type": "ERROR", "id": None, "code": "internal", "message": sentence, "path": None}
    link.connections[-1].send(json.dumps(told))
    lab.expect_notice(sentence)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_what_stays_has_room_of_its_own_and_moves_no_plane(
    make_lab: OpenLab, scheme: str, tmp_path: Path
) -> None:
    lab = make_lab(viewport=PHONE, color_scheme=scheme)
    link = Link(lab.page)
    lab.open()
    plane = lab.canvas.bounding_box()
    tell(lab, link)
    expect(lab.page.locator("#notice")).to_be_in_viewport(ratio=1)
    lab.page.screenshot(path=tmp_path / "stays.png")
    assert covered(lab) == set()
    assert lab.canvas.bounding_box() == plane
    lab.button("Dismiss").click()
    lab.click(1, 1)
    lab.expect_points(1)


def test_on_a_phone_what_passes_by_itself_lies_over_what_can_wait_for_it_alone(make_lab: OpenLab) -> None:
    lab = make_lab(viewport=PHONE)
    lab.open()
    at = lab.page.locator("#classes").bounding_box()
    lab.page.keyboard.press("k")
    lab.expect_notice("nothing to save yet")
    expect(lab.page.locator("#notice")).to_be_in_viewport(ratio=1)
    assert covered(lab) <= CAN_WAIT
    assert lab.page.locator("#classes").bounding_box() == at, "nothing moves away from under a finger"


def test_on_a_phone_a_notice_is_seen_where_the_plane_is_not_and_the_end_of_the_page_comes_out_from_under_it(
    make_lab: OpenLab,
) -> None:
    lab = make_lab(viewport=PHONE)
    link = Link(lab.page)
    lab.open()
    lab.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    tell(lab, link)
    expect(lab.page.locator("#notice")).to_be_in_viewport(ratio=1)
    lab.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    lab.until(lambda: covered(lab) == set())


def test_on_a_desk_a_notice_lies_over_the_lower_edge_of_the_plane(make_lab: OpenLab) -> None:
    lab = make_lab(viewport={"width": 1440, "height": 900})
    link = Link(lab.page)
    lab.open()
    tell(lab, link)
    assert covered(lab) == {"canvas"}
    plane, notice = lab.canvas.bounding_box(), lab.page.locator("#notice").bounding_box()
    assert plane is not None
    assert notice is not None
    assert 0 < plane["y"] + plane["height"] - notice["y"] - notice["height"] < 30
