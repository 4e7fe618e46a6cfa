"""The dialogs in which runs are saved and opened: by keyboard, on a phone, seen by axe, and left out by a teacher."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.run_dialogs import Played, choose, dialog, train
from tests.browser.stand_in import StandIn
from tests.browser.test_accessibility import grave_violations

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}


def test_the_whole_way_goes_by_keyboard_alone(trained: tuple[Lab, StandIn]) -> None:
    lab, stand_in = trained
    lab.page.evaluate("document.activeElement.blur()")
    lab.page.keyboard.press("k")
    expect(dialog(lab).get_by_role("button", name="Save run")).to_be_focused()
    lab.page.keyboard.press("Enter")
    lab.until(lambda: bool(stand_in.asked))
    expect(dialog(lab).locator(":focus")).to_have_text("Close")
    stand_in.saved()
    expect(dialog(lab).locator(":focus")).to_contain_text("Download the whole run")
    lab.page.keyboard.press("Tab")
    expect(dialog(lab).locator(":focus")).to_have_text("train.py")
    lab.page.keyboard.press("Escape")
    expect(dialog(lab)).to_have_count(0)
    lab.page.keyboard.press("o")
    expect(dialog(lab).locator(":focus")).to_have_text("Choose a file…")
    lab.page.keyboard.press("Escape")
    expect(dialog(lab)).to_have_count(0)


def test_a_phone_saves_and_opens_too(play: Played) -> None:
    lab, stand_in = play(**PHONE)
    lab.button("Circle").tap()
    lab.expect_points(200)
    lab.button("Step").tap()
    lab.until(lambda: lab.number("epoch") == 1)
    for name in ("Save run", "Open run…"):
        lab.button(name).scroll_into_view_if_needed()
        expect(lab.button(name)).to_be_in_viewport(ratio=1)
    lab.button("Save run").tap()
    dialog(lab).get_by_role("button", name="Save run").tap()
    lab.until(lambda: bool(stand_in.asked))
    stand_in.saved(directory="/home/anna/outputs/20261125T101530Z-4f3a9c1b/3fa8c2e91b04/91bc00f2aa10")
    expect(dialog(lab)).to_contain_text("same curve")
    assert lab.page.evaluate("document.querySelector('dialog[open]').scrollWidth <= 358")
    assert lab.page.evaluate("document.documentElement.scrollWidth") == 390
    dialog(lab).get_by_role("button", name="Close").tap()
    choose(lab)
    lab.button("Open it").tap()
    stand_in.refuse("The zip is not a whole zip.")
    expect(dialog(lab)).to_contain_text("The zip is not a whole zip.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_dialogs(play: Played, scheme: str) -> None:
    lab, stand_in = play(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    train(lab)
    lab.button("Save run").click()
    assert grave_violations(lab) == []
    dialog(lab).get_by_role("button", name="Save run").click()
    lab.until(lambda: bool(stand_in.asked))
    stand_in.tell_phase("writing")
    assert grave_violations(lab) == []
    stand_in.saved(directory="/home/anna/outputs")
    expect(dialog(lab)).to_contain_text("same curve")
    assert grave_violations(lab) == []
    lab.page.keyboard.press("Escape")
    choose(lab)
    assert grave_violations(lab) == []
    lab.button("Open it").click()
    stand_in.refuse("The zip is not a whole zip.")
    expect(dialog(lab)).to_contain_text("not a whole zip")
    assert grave_violations(lab) == []


def test_a_teacher_can_leave_them_out_and_their_keys_mean_nothing_then(play: Played) -> None:
    lab, _ = play()
    train(lab)
    lab.page.evaluate("location.hash = 'hide=save-run,open-run'")
    for name in ("Save run", "Open run…"):
        expect(lab.button(name)).to_be_hidden()
    lab.page.evaluate("document.activeElement.blur()")
    for key in ("k", "o"):
        lab.page.keyboard.press(key)
    expect(dialog(lab)).to_have_count(0)
