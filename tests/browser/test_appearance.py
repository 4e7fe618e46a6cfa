"""Light and dark, chosen by the system or the person, and motion kept away from those who do not want it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab
from tests.browser.pixels import Rgba

pytestmark = pytest.mark.browser

_GROUND = "() => getComputedStyle(document.querySelector('.plane')).backgroundColor"
_MOVES = """() => [...document.querySelectorAll("*")].some((element) => {
  const style = getComputedStyle(element);
  return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none";
})"""
WHITE, DARK = "rgb(255, 255, 255)", "rgb(23, 27, 33)"


def brightness(pixel: Rgba) -> float:
    return sum(pixel[:3]) / 3


def unsure_place(lab: Lab) -> Rgba:
    """The colour where two classes meet: the ground shines through there."""
    return min(lab.pixels([(x / 10, 4.3) for x in range(-20, 21)]), key=colourfulness)


def colourfulness(pixel: Rgba) -> int:
    return max(pixel[:3]) - min(pixel[:3])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_system_and_the_map_has_the_ground_of_its_theme(open_lab: OpenLab, scheme: str) -> None:
    lab = open_lab(color_scheme=scheme)
    assert lab.page.evaluate(_GROUND) == (WHITE if scheme == "light" else DARK)
    lab.draw([(3, 3, 0), (-3, 3, 1), (3, -3, 0), (-3, -3, 1)])
    # No further than that: the more certain the network is, the narrower the line where it is not.
    lab.open_drawer("training")
    lab.page.locator("#stop-accuracy").select_option("1")
    lab.button("Start training").click()
    lab.until_state("PAUSED")
    lab.until(lambda: (brightness(unsure_place(lab)) > 200) == (scheme == "light"))


def test_the_button_switches_and_the_choice_outlives_a_reload(lab: Lab) -> None:
    assert lab.page.evaluate(_GROUND) == WHITE
    lab.button("Switch between light and dark").click()
    assert lab.page.evaluate(_GROUND) == DARK
    lab.reload()
    assert lab.page.evaluate(_GROUND) == DARK
    lab.button("Switch between light and dark").click()
    assert lab.page.evaluate(_GROUND) == WHITE


def test_a_map_that_rests_is_recoloured_when_the_theme_changes(lab: Lab) -> None:
    lab.draw([(3, 3, 0), (-3, 3, 1)])
    lab.button("Step").click()
    lab.until(lambda: lab.pixels([(0.3, 4.3)])[0][3] > 0)
    assert brightness(unsure_place(lab)) > 200
    lab.button("Switch between light and dark").click()
    lab.until(lambda: brightness(unsure_place(lab)) < 100)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_the_contrast_of_4_5_to_1(open_lab: OpenLab, scheme: str) -> None:
    lab = open_lab(color_scheme=scheme, reduced_motion="reduce")
    lab.button("Circle").click()
    lab.expect_points(200)
    lab.start()
    assert lab.page.evaluate(_FAINT_TEXTS) == []


def test_with_reduced_motion_nothing_moves_but_the_map(open_lab: OpenLab) -> None:
    assert open_lab().page.evaluate(_MOVES)
    lab = open_lab(reduced_motion="reduce")
    assert not lab.page.evaluate(_MOVES)
    lab.draw([(3, 3, 0), (-3, 3, 1)])
    lab.start()
    lab.until_trained()
    expect(lab.button("Stop training")).to_be_visible()


# Relative luminance and contrast: WCAG 2.2. What is disabled is exempt there.
_FAINT_TEXTS = """() => {
  const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const over = (colors) => {
    probe.clearRect(0, 0, 1, 1);
    for (const color of colors) { probe.fillStyle = color; probe.fillRect(0, 0, 1, 1); }
    return [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((value) => linear(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    const locked = element.matches(":disabled, :disabled *, [data-locked] *, .sr, select *");
    if (!says || locked || !element.checkVisibility({ visibilityProperty: true })) continue;
    const grounds = [];
    for (let at = element; at !== null; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const lights = [over(grounds), over([...grounds, getComputedStyle(element).color])].map(luminance);
    const contrast = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    if (contrast < 4.5) faint.push(`${element.outerHTML.slice(0, 80)}: ${contrast.toFixed(2)}`);
  }
  return faint;
}"""
