"""The ready datasets: pictures by their generators, four in front, others behind one line; size, classes."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import CLASS_NAME, Lab

pytestmark = pytest.mark.browser

CLASSICS = ["Circle", "XOR", "Gauss", "Spiral"]
OTHERS = ["Moons", "Rings", "Blobs", "Slanted blobs", "Checkers", "Sine", "Cubic", "Corner"]
# How many of its pixels have each colour of a class.
_CLASS_PIXELS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colours = [[0, 114, 178], [230, 159, 0], [0, 158, 115], [204, 121, 167]];
  return colours.map((colour) => {
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const near = colour.every((value, channel) => Math.abs(data[at + channel] - value) < 3);
      if (near && data[at + 3] === 255) count += 1;
    }
    return count;
  });
}"""


def test_the_four_classics_are_in_front_and_the_others_behind_one_line(lab: Lab) -> None:
    expect(lab.page.locator("#datasets button")).to_have_text(CLASSICS)
    for name in OTHERS:
        expect(lab.button(name)).to_be_hidden()
    lab.page.locator("#more-datasets summary").click()
    expect(lab.page.locator("#datasets-more button")).to_have_text(OTHERS)


def test_each_picture_shows_the_classes_of_what_its_generator_makes(lab: Lab) -> None:
    lab.open_drawer("datasets")
    for name, classes in (("Circle", 2), ("Moons", 2), ("Rings", 3)):
        pixels = lab.button(name).locator("canvas").evaluate(_CLASS_PIXELS)
        assert min(pixels[:classes]) > 100
        assert max(pixels[classes:]) == 0


def test_a_dataset_of_three_classes_makes_three_classes_first_and_one_of_two_leaves_two(lab: Lab) -> None:
    lab.choose_dataset("Blobs")
    lab.expect_points(200)
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(3)
    assert {label for _, _, label in lab.rows_on_server()} == {0, 1, 2}
    lab.choose_dataset("Gauss")
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(2)
    lab.button("Undo").click()
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(3)
    assert {label for _, _, label in lab.rows_on_server()} == {0, 1, 2}


def test_a_dataset_that_can_have_several_classes_is_made_anew_with_them(lab: Lab) -> None:
    lab.open_drawer("data")
    classes = lab.page.locator("#set-classes")
    lab.choose_dataset("Circle")
    expect(classes).to_be_disabled()
    lab.choose_dataset("Rings")
    expect(classes).to_be_enabled()
    classes.fill("5")
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(5)
    assert {label for _, _, label in lab.rows_on_server()} == {0, 1, 2, 3, 4}


def test_the_number_of_points_goes_from_two_to_five_thousand(lab: Lab) -> None:
    lab.open_drawer("data")
    lab.choose_dataset("XOR")
    lab.expect_points(200)
    for place, count in (("0", 2), ("16", 5000)):
        lab.page.locator("#count").fill(place)
        lab.expect_points(count)
    lab.reload()
    lab.expect_points(5000)
    expect(lab.page.locator("#count-value")).to_have_text("5,000")


def test_regenerate_draws_new_points_and_keeps_the_weights(lab: Lab) -> None:
    lab.choose_dataset("Moons")
    lab.start()
    lab.until(lambda: lab.frames != [] and lab.frames[-1].step > 20)
    lab.stop()
    before = lab.remembered_points()
    step = lab.frames[-1].step
    lab.button("Regenerate").click()
    lab.until(lambda: lab.remembered_points() != before)
    lab.expect_points(200)
    assert {row[1] for row in lab.remembered_points()} != {row[1] for row in before}
    lab.until_settled()
    assert lab.reload()["state"]["step"] == step


def test_without_the_list_a_sentence_says_so_drawing_works_and_it_can_be_fetched_again(make_lab: OpenLab) -> None:
    lab = make_lab()
    reachable = False

    def answer(route: Route) -> None:
        if reachable:
            route.continue_()
        else:
            route.fulfill(body="no list")

    lab.page.route("**/datasets.json", answer)
    lab.open()
    expect(
        lab.page.get_by_text("The list of ready datasets cannot be fetched; drawing and importing work.")
    ).to_be_visible()
    lab.click(1, 1)
    lab.expect_points(1)
    reachable = True
    lab.button("Fetch it again").click()
    expect(lab.page.locator("#datasets button")).to_have_text(CLASSICS)
