"""The palette: two classes to begin with, up to eight, chosen by radio or key, with counts and a legend."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import CLASS_NAME, Lab

pytestmark = pytest.mark.browser


def test_there_are_two_classes_to_begin_with(lab: Lab) -> None:
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(2)
    expect(lab.class_choice(0)).to_be_checked()
    expect(lab.page.locator("#legend")).to_contain_text("certain 0")
    expect(lab.page.locator("#legend")).to_contain_text("certain 1")


def test_the_keys_1_to_8_choose_the_class_and_make_it_where_it_is_missing(lab: Lab) -> None:
    for label in (1, 0, 4, 7):
        lab.page.keyboard.press(str(label + 1))
        expect(lab.class_choice(label)).to_be_checked()
        lab.click(label - 4, 2)
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(8)
    assert [label for _, _, label in lab.rows_on_server()] == [1, 0, 4, 7]
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(8)


def test_with_eight_classes_there_is_no_room_for_a_ninth_and_the_legend_names_each(lab: Lab) -> None:
    for _ in range(6):
        lab.button("Add class").click()
    expect(lab.button("Add class")).to_be_disabled()
    swatches = lab.page.locator("#legend .swatch")
    assert swatches.all_inner_texts() == list("01234567")
    shapes = {swatches.nth(label).locator(".marker").evaluate("(mark) => mark.outerHTML") for label in range(8)}
    assert len(shapes) == 8


def test_each_class_counts_its_points(lab: Lab) -> None:
    lab.draw([(1, 1, 0), (2, 1, 0), (3, 1, 0), (-1, 1, 1)])
    chips = lab.page.locator("#classes label")
    assert [text.split() for text in chips.all_inner_texts()] == [["0", "3"], ["1", "1"]]


def test_a_removed_class_takes_its_points_along_and_can_be_brought_back(lab: Lab) -> None:
    expect(lab.button("Remove class")).to_have_count(0)
    lab.button("Add class").click()
    expect(lab.class_choice(2)).to_be_checked()
    lab.click(2, 2)
    lab.draw([(-2, 2, 0)])
    lab.button("Remove class").click()
    lab.expect_points(1)
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(2)
    lab.expect_notice("Class 2 went with its point")
    lab.button("Take it back").click()
    lab.expect_points(2)
    assert [label for _, _, label in lab.rows_on_server()] == [0, 2]


def test_the_number_of_classes_changes_while_training_and_training_goes_on(lab: Lab) -> None:
    lab.draw([(2, 2, 0), (-2, 2, 1)])
    lab.start()
    lab.page.keyboard.press("3")
    lab.click(0.5, -3)
    lab.until_settled()
    lab.until_further()
    assert lab.state == "TRAINING"
    lab.until_trained()
    expect(lab.page.locator("#notice")).to_be_hidden()


def test_classes_are_added_and_taken_away_by_keyboard_without_losing_the_place(lab: Lab) -> None:
    lab.button("Add class").focus()
    for _ in range(5):
        lab.page.keyboard.press("Enter")
    expect(lab.button("Add class")).to_be_focused()
    lab.page.keyboard.press("Enter")
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(8)
    expect(lab.button("Remove class")).to_be_focused()
    for _ in range(6):
        lab.page.keyboard.press("Enter")
    expect(lab.page.get_by_role("radio", name=CLASS_NAME)).to_have_count(2)
    expect(lab.button("Add class")).to_be_focused()
