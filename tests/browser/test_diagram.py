"""The network's diagram: live tiles, features, layers and units, the unit on the map, and when its frames come."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.network_lab import CELLS, feature, show_network, tile_pixels, unit, until_units
from tests.browser.pixels import is_blue, is_green, is_orange, is_purple

pytestmark = pytest.mark.browser

TOP, BOTTOM = CELLS + 1, -CELLS - 2
"""Places in a tile near its top left and its bottom right corner."""

LAPTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def last_views(lab: Lab) -> dict[str, object]:
    """What the page has told the server last of each thing that it shows."""
    return {name: value for message in lab.sent_of_type("VIEW") for name, value in message.items()}


def test_before_the_first_start_the_network_of_the_seed_is_shown(lab: Lab) -> None:
    assert not lab.neurons
    show_network(lab)
    frame = until_units(lab, 2, 8, 8, 2)
    assert frame.step == 0
    lab.until(lambda: all(any(pixel[3] for pixel in tile_pixels(unit(lab, *at))) for at in ((1, 0), (2, 7), (3, 1))))
    expect(lab.page.locator("#diagram")).to_contain_text("114 parameters · tanh")


def test_tiles_move_while_training(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    show_network(lab)
    lab.until(lambda: any(pixel[3] for pixel in tile_pixels(unit(lab, 3, 1))))
    places = [(1, 0), (2, 3), (3, 0)]
    before = [tile_pixels(unit(lab, *place)) for place in places]
    lab.start()
    lab.until_trained()
    lab.stop()
    after = [tile_pixels(unit(lab, *place)) for place in places]
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_tiles_stand_the_right_way_up(lab: Lab) -> None:
    show_network(lab)
    for pixels, is_first, is_last in (
        (tile_pixels(feature(lab, "x2")), is_green, is_purple),
        (tile_pixels(feature(lab, "x1")), is_purple, is_green),
    ):
        assert is_first(pixels[TOP])
        assert is_last(pixels[BOTTOM])
    lab.draw([(x, y, int(y > 0)) for x in (-4, 0, 4) for y in (-4, 4)])
    lab.start()
    lab.until(lambda: lab.number("epoch") > 100)
    lab.stop()
    lab.until(lambda: is_green(tile_pixels(unit(lab, 3, 1))[TOP]))
    top_is_class_1 = tile_pixels(unit(lab, 3, 1))
    assert is_purple(top_is_class_1[BOTTOM])
    top_is_not_class_0 = tile_pixels(unit(lab, 3, 0))
    assert is_purple(top_is_not_class_0[TOP])
    assert is_green(top_is_not_class_0[BOTTOM])


def test_a_feature_is_taken_in_and_out_by_a_click(lab: Lab) -> None:
    show_network(lab)
    square = feature(lab, "x1_squared")
    expect(square).to_have_attribute("aria-pressed", "false")
    square.click()
    expect(square).to_have_attribute("aria-pressed", "true")
    until_units(lab, 3, 8, 8, 2)
    lab.until_settled()
    assert lab.sent_of_type("CONFIGURE")[-1]["features"] == ["x1", "x2", "x1_squared"]
    for name in ("x1", "x1_squared"):
        feature(lab, name).click()
    until_units(lab, 1, 8, 8, 2)
    feature(lab, "x2").click()
    lab.expect_notice("at least one feature")
    expect(feature(lab, "x2")).to_have_attribute("aria-pressed", "true")


def test_features_are_chosen_beside_the_plane_too(lab: Lab) -> None:
    product = lab.page.get_by_role("group", name="Features").get_by_role("button", name="x1 times x2")
    product.click()
    expect(product).to_have_attribute("aria-pressed", "true")
    lab.until_settled()
    assert lab.sent_of_type("CONFIGURE")[-1]["features"] == ["x1", "x2", "x1_x2"]
    show_network(lab)
    until_units(lab, 3, 8, 8, 2)
    expect(product).to_be_hidden()
    expect(feature(lab, "x1_x2")).to_have_attribute("aria-pressed", "true")


def test_regression_has_one_output(lab: Lab) -> None:
    lab.page.get_by_role("radio", name="Regression", exact=True).check()
    show_network(lab)
    until_units(lab, 2, 8, 8, 1)
    expect(unit(lab, 3, 0)).to_have_accessible_name("value")
    expect(lab.page.locator("[data-unit^='3 ']")).to_have_count(1)


def test_layers_and_units_grow_and_shrink_in_the_diagram(lab: Lab) -> None:
    show_network(lab)
    diagram = lab.page.locator("#diagram")
    diagram.get_by_role("button", name="More hidden layers").click()
    until_units(lab, 2, 8, 8, 8, 2)
    diagram.get_by_role("button", name="Fewer units in layer 2").click()
    until_units(lab, 2, 8, 7, 8, 2)
    diagram.get_by_role("button", name="More units in layer 3").click()
    until_units(lab, 2, 8, 7, 9, 2)
    expect(diagram.get_by_text("+1", exact=True)).to_be_visible()
    for _ in range(3):
        diagram.get_by_role("button", name="Fewer hidden layers").click()
    until_units(lab, 2, 2)
    expect(diagram.get_by_role("button", name="Fewer hidden layers")).to_be_disabled()


def test_what_builds_a_new_network_waits_for_the_end_of_training_and_says_why(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.start()
    expect(lab.button("More units in layer 1")).to_have_css("opacity", "0.35")
    show_network(lab)
    more = lab.page.locator("#diagram").get_by_role("button", name="More hidden layers")
    expect(more).to_be_disabled()
    expect(more).to_have_accessible_description(re.compile("Stop training"))
    for locked in (more, lab.page.locator("#diagram").get_by_role("button", name="Fewer units in layer 1")):
        expect(locked).to_have_css("opacity", "0.35")
    feature(lab, "sin_x1").click()
    lab.expect_notice("Stop training to change this")
    expect(feature(lab, "sin_x1")).to_have_attribute("aria-pressed", "false")
    lab.stop()
    expect(more).to_be_enabled()


def test_the_map_shows_the_unit_that_is_pointed_at_until_it_is_left(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.start()
    lab.until(lambda: lab.number("epoch") > 100)
    show_network(lab)
    lab.stop()
    corners = [(3.0, 3.0), (-3.0, 3.0)]
    lab.until(lambda: is_blue(lab.pixels(corners)[0]))
    unit(lab, 3, 0).hover()
    caption = lab.page.locator("#unit-caption")
    expect(caption).to_contain_text("class 0")
    legend = lab.page.locator("#legend")
    expect(legend).to_have_text(re.compile("^\u2212([\\d.]+)\\+\\1class 0$"))
    blue, orange = lab.pixels(corners)
    assert is_green(blue)
    assert is_purple(orange)
    lab.page.mouse.move(5, 300)
    expect(caption).to_be_hidden()
    expect(legend).to_have_text("certain 0certain 1")
    blue, orange = lab.pixels(corners)
    assert is_blue(blue)
    assert is_orange(orange)
    assert last_views(lab)["unit"] is None


def test_a_unit_on_the_map_lives_while_training(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    show_network(lab)
    lab.start()
    unit(lab, 1, 2).hover()
    expect(lab.page.locator("#unit-caption")).to_contain_text("unit 3 of layer 1")
    shown = lab.number("step")
    lab.until(lambda: lab.number("step") > shown and lab.frames[-1].step > shown)
    lab.page.mouse.move(5, 300)
    expect(lab.page.locator("#unit-caption")).to_be_hidden()
    lab.stop()


def test_ten_layers_of_a_hundred_units_fit_on_a_laptop_and_say_how_many_are_not_drawn(open_lab: OpenLab) -> None:
    lab = open_lab(viewport=LAPTOP)
    more = lab.button("Add layer")
    units = lab.page.get_by_label("Units in layer 2", exact=True)
    units.fill("100")
    units.press("Enter")
    first = lab.page.get_by_label("Units in layer 1", exact=True)
    first.fill("100")
    first.press("Enter")
    for _ in range(8):
        more.click()
    show_network(lab)
    until_units(lab, 2, *[100] * 10, 2)
    expect(lab.page.get_by_text("+92", exact=True)).to_have_count(10)
    rest = lab.page.get_by_text("+92", exact=True).nth(3)
    expect(rest).to_have_accessible_description(re.compile("The first 8 units of layer 4 are drawn, .* the other 92"))
    box = lab.page.get_by_test_id("diagram-box")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight")


def test_the_buttons_of_neighbouring_columns_stand_in_pairs(open_lab: OpenLab) -> None:
    lab = open_lab(viewport=LAPTOP)
    for _ in range(8):
        lab.button("Add layer").click()
    show_network(lab)
    until_units(lab, 2, *[8] * 10, 2)
    diagram = lab.page.locator("#diagram")
    edges = [
        diagram.get_by_role("button", name=f"{what} units in layer {layer}").evaluate(
            "(button) => [button.getBoundingClientRect().left, button.getBoundingClientRect().right]"
        )
        for layer in (4, 5)
        for what in ("Fewer", "More")
    ]
    (left, fewer_end), (more_start, right), (next_left, _), _ = edges
    assert right - left >= 48
    assert next_left - right > more_start - fewer_end + 4


def test_the_legend_says_what_colour_width_and_dots_mean(lab: Lab) -> None:
    show_network(lab)
    legend = lab.page.get_by_test_id("diagram-legend")
    expect(legend).to_contain_text("negative")
    expect(legend).to_contain_text("dot: bias")
    expect(legend).not_to_contain_text("1")
    expect(legend).to_have_accessible_description(re.compile("Each tile has a scale of its own"))


def test_on_a_phone_a_deep_network_scrolls_in_its_own_box(open_lab: OpenLab) -> None:
    lab = open_lab(viewport=PHONE, has_touch=True)
    show_network(lab)
    more = lab.page.locator("#diagram").get_by_role("button", name="More hidden layers")
    for _ in range(6):
        more.click()
    until_units(lab, 2, *[8] * 8, 2)
    box = lab.page.get_by_test_id("diagram-box")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_frames_of_units_come_only_while_the_diagram_is_on_the_screen(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.start()
    lab.until_further()
    assert not lab.neurons
    show_network(lab)
    lab.until(lambda: len(lab.neurons) > 2)
    lab.page.get_by_role("radio", name="Plane", exact=True).check()
    lab.until(lambda: last_views(lab)["neurons"] is False)
    maps = len(lab.frames)
    lab.until(lambda: len(lab.frames) > maps + 2)
    seen = len(lab.neurons)
    lab.until(lambda: len(lab.frames) > maps + 20)
    assert len(lab.neurons) == seen
    lab.stop()


def test_frames_of_units_are_acknowledged_after_they_were_painted(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    show_network(lab)
    lab.start()

    def acknowledged() -> set[int]:
        return {message["seq"] for message in lab.sent_of_type("ACK")} & {frame.seq for frame in lab.neurons}

    # Not each of them: one that was replaced before it was painted goes with the next.
    lab.until(lambda: len(acknowledged()) > 4)
    lab.stop()
