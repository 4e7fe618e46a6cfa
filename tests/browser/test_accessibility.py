"""What axe-core finds: nothing serious or critical, in light and dark, in both views, with everything open."""

from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab
from tests.support.tools import find_axe

pytestmark = pytest.mark.browser

_GRAVE: Final = {"serious", "critical"}
_RUN: Final = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const told = (nodes) => nodes.map((node) => node.html.slice(0, 160)).join(" | ");
  return violations.map(({ id, impact, nodes }) => [impact, `${id}: ${told(nodes)}`]);
}"""


def grave_violations(lab: Lab) -> list[str]:
    """What axe calls serious or critical on the page as it is now."""
    path = find_axe()
    if path is None:
        pytest.fail("axe-core is missing: run `python -m tests.support.tools types`.", pytrace=False)
    lab.page.evaluate(path.read_text(encoding="utf-8"))
    found: list[tuple[str, str]] = lab.page.evaluate(_RUN)
    return [text for impact, text in found if impact in _GRAVE]


def open_all_drawers(lab: Lab) -> None:
    for drawer in lab.page.locator("details[data-drawer]:visible").all():
        if drawer.get_attribute("open") is None:
            drawer.locator("summary").first.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["Plane", "Network"])
def test_axe_finds_nothing_serious(open_lab: OpenLab, view: str, scheme: str) -> None:
    lab = open_lab(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    lab.page.get_by_role("radio", name=view, exact=True).check()
    assert grave_violations(lab) == []
    lab.button("Circle").click()
    lab.expect_points(200)
    open_all_drawers(lab)
    assert grave_violations(lab) == []
    lab.start()
    lab.until_further()
    assert grave_violations(lab) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_help_and_in_the_presentation(open_lab: OpenLab, scheme: str) -> None:
    lab = open_lab(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    lab.page.keyboard.press("?")
    expect(lab.page.get_by_role("dialog", name="Keys and help")).to_be_visible()
    assert grave_violations(lab) == []
    lab.page.keyboard.press("Escape")
    lab.page.keyboard.press("p")
    expect(lab.button("Leave")).to_be_visible()
    assert grave_violations(lab) == []
