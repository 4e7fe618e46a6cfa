"""What a person sees while a run is saved, whatever the server says or does not say: its part is played."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.run_dialogs import Played, dialog, save, train
from tests.browser.stand_in import CHECKPOINT, StandIn

pytestmark = pytest.mark.browser


def test_there_is_nothing_to_save_before_anything_is_learned_and_it_says_so(lab: Lab) -> None:
    expect(lab.button("Save run")).to_be_disabled()
    expect(lab.button("Save run")).to_have_attribute("aria-description", re.compile("nothing to save yet"))
    lab.page.keyboard.press("k")
    lab.expect_notice("nothing to save yet")
    expect(dialog(lab)).to_have_count(0)
    train(lab)
    expect(lab.button("Save run")).to_be_enabled()
    expect(lab.button("Save run")).to_have_attribute("aria-description", re.compile(r"\(K\)\.$"))


def test_the_map_is_asked_for_as_light_or_dark_as_the_page_is(play: Played) -> None:
    lab, stand_in = play(color_scheme="dark")
    train(lab)
    save(lab, stand_in)
    assert stand_in.asked[-1]["theme"] == "dark"
    stand_in.saved()
    dialog(lab).get_by_role("button", name="Close").click()
    lab.page.locator("#theme").click()
    save(lab, stand_in)
    assert stand_in.asked[-1]["theme"] == "light"


def test_how_far_it_is_and_what_came_of_it_is_told_in_one_place_that_a_screen_reader_follows(
    trained: tuple[Lab, StandIn],
) -> None:
    lab, stand_in = trained
    lab.button("Save run").click()
    dialog(lab).get_by_role("checkbox", name="TensorBoard").check()
    dialog(lab).get_by_role("button", name="Save run").click()
    lab.until(lambda: bool(stand_in.asked))
    assert (stand_in.asked[0]["tensorboard"], stand_in.asked[0]["fiftyone"]) == (True, False)
    said = dialog(lab).get_by_role("status").first
    for phase, ahead, sentence in (
        ("waiting", 2, "Waiting: 2 others are before you."),
        ("waiting", 1, "Waiting: 1 other is before you."),
        ("writing", 0, "Writing the files…"),
        ("checking", 0, re.compile("again in plain PyTorch")),
    ):
        stand_in.tell_phase(str(phase), int(str(ahead)))
        expect(said).to_have_text(sentence)
    stand_in.saved()
    expect(said).to_have_text(
        "Plain PyTorch gives the same curve: over 200 steps the losses differ by 3.0e\u22127 at most."
    )
    expect(dialog(lab).locator(".said")).to_have_attribute("data-mark", "good")
    expect(dialog(lab)).to_have_accessible_name("Run saved")
    expect(dialog(lab)).to_contain_text("2,000step")
    expect(dialog(lab)).to_contain_text("100.0\u2009%train accuracy")
    expect(dialog(lab)).to_contain_text("50.0\u2009%linear model, training points")
    expect(dialog(lab)).not_to_contain_text("test accuracy")
    expect(dialog(lab).locator(":focus")).to_have_text("Download the whole run (.zip)")
    expect(lab.page.locator(".tip")).to_be_hidden()
    names = dialog(lab).get_by_role("group").get_by_role("link")
    expect(names).to_have_text(["train.py", "Notebook", "ONNX", "Formula"])
    expect(names.first).to_have_attribute("href", f"runs/{lab.session_id}/{CHECKPOINT}/train.py")


def test_what_could_not_be_checked_has_no_check_mark_and_says_why(trained: tuple[Lab, StandIn]) -> None:
    lab, stand_in = trained
    save(lab, stand_in)
    stand_in.saved(
        verified_steps=None,
        largest_difference=None,
        is_same_curve=None,
        why_not_verified="train.py took longer than 30 s.",
        replayable=False,
    )
    expect(dialog(lab)).to_contain_text("Not checked against plain PyTorch. train.py took longer than 30 s.")
    expect(dialog(lab).locator(".said")).to_have_attribute("data-mark", "note")
    expect(dialog(lab)).to_contain_text("cannot be trained again from its beginning")


def test_a_run_that_was_changed_on_the_way_says_whose_curve_the_script_gives(trained: tuple[Lab, StandIn]) -> None:
    lab, stand_in = trained
    save(lab, stand_in)
    stand_in.saved(changed=True)
    expect(dialog(lab)).to_contain_text("train.py trains with the last ones from its first step on")
    expect(dialog(lab)).not_to_contain_text("same curve")
    expect(dialog(lab).locator(".said")).to_have_attribute("data-mark", "note")


def test_a_regression_says_its_losses_and_those_of_the_linear_model(trained: tuple[Lab, StandIn]) -> None:
    lab, stand_in = trained
    save(lab, stand_in)
    accuracies = dict.fromkeys(("train_accuracy", "linear_train_accuracy"))
    stand_in.saved(**accuracies, test_loss=0.03, linear_test_loss=0.41)
    expect(dialog(lab).locator(".run-figures div")).to_have_text(
        ["2,000step", "0.020train loss", "0.030test loss", "0.410linear model, test points"]
    )


def test_a_run_whose_points_are_gone_cannot_be_saved_and_it_says_so(lab: Lab) -> None:
    train(lab)
    expect(lab.button("Save run")).to_be_enabled()
    lab.button("Clear points").click()
    expect(lab.button("Save run")).to_be_disabled()
    lab.page.keyboard.press("k")
    lab.expect_notice("The points are gone, so the run cannot be saved")


def test_enter_saves_from_an_option_too(trained: tuple[Lab, StandIn]) -> None:
    lab, stand_in = trained
    lab.button("Save run").click()
    option = dialog(lab).get_by_role("checkbox", name="FiftyOne")
    option.check()
    option.press("Enter")
    lab.until(lambda: bool(stand_in.asked))
    assert stand_in.asked[0]["fiftyone"] is True


def test_why_a_file_cannot_be_downloaded_is_said_in_the_servers_words(trained: tuple[Lab, StandIn]) -> None:
    lab, stand_in = trained
    save(lab, stand_in)
    stand_in.saved()
    lab.may_be_refused = True
    for name in ("ONNX", "Download the whole run (.zip)"):
        dialog(lab).get_by_role("link", name=name, exact=True).click()
        # The server has never heard of what the test calls saved.
        expect(dialog(lab).get_by_role("alert")).to_have_text(re.compile("not there any more"))


def test_ids_are_short_and_copied_whole_and_the_folder_is_named_where_the_server_tells_it(
    trained: tuple[Lab, StandIn],
) -> None:
    lab, stand_in = trained
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    save(lab, stand_in)
    stand_in.saved(directory=f"/home/anna/outputs/{CHECKPOINT}")
    expect(dialog(lab).locator("code")).to_have_text(
        ["20261125T101530Z-4f3a9c1b", "3fa8c2e91b04", "91bc00f2aa10", "/home/anna/outputs/91bc00f2aa10…"]
    )
    expect(dialog(lab)).not_to_contain_text("The server keeps it too")
    expect(dialog(lab)).not_to_contain_text("keeps nothing")
    dialog(lab).get_by_role("button", name="Copy: Weights").click()
    expect(dialog(lab)).to_contain_text("Copied.")
    assert lab.page.evaluate("navigator.clipboard.readText()") == CHECKPOINT


def test_without_a_clipboard_the_whole_id_is_marked_to_be_copied_by_hand(trained: tuple[Lab, StandIn]) -> None:
    lab, stand_in = trained
    save(lab, stand_in)
    stand_in.saved()
    lab.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    dialog(lab).get_by_role("button", name="Copy: Weights").click()
    expect(dialog(lab)).to_contain_text("Marked: copy it yourself.")
    assert lab.page.evaluate("getSelection().toString()") == CHECKPOINT
    expect(dialog(lab)).to_contain_text("The server keeps it too")


def test_a_closed_dialog_lets_training_go_on_and_the_page_says_when_it_is_done(
    trained: tuple[Lab, StandIn],
) -> None:
    lab, stand_in = trained
    save(lab, stand_in)
    lab.page.keyboard.press("Escape")
    expect(dialog(lab)).to_have_count(0)
    expect(lab.button("Saving…")).to_be_enabled()
    lab.page.keyboard.press(" ")
    lab.until_state("TRAINING")
    stand_in.tell_phase("checking")
    stand_in.saved()
    lab.expect_notice(r"The run is saved\.")
    lab.button("Show").click()
    expect(dialog(lab)).to_contain_text("same curve")
    dialog(lab).get_by_role("button", name="Close").click()
    lab.button("Save run").click()
    expect(dialog(lab).get_by_role("checkbox")).to_have_count(2)


def test_why_it_could_not_be_saved_is_said_and_it_can_be_tried_again(trained: tuple[Lab, StandIn]) -> None:
    lab, stand_in = trained
    save(lab, stand_in)
    stand_in.failed("The run was not saved: model.safetensors cannot be written: no space is left on the disk.")
    expect(dialog(lab)).to_have_accessible_name("Not saved")
    expect(dialog(lab)).to_contain_text("no space is left on the disk")
    lab.button("Try again").click()
    lab.until(lambda: len(stand_in.asked) == 2)
    stand_in.saved()
    expect(dialog(lab)).to_contain_text("same curve")


def test_a_connection_that_is_lost_while_it_is_saved_ends_in_a_sentence_and_a_way_to_try_again(
    trained: tuple[Lab, StandIn],
) -> None:
    lab, stand_in = trained
    save(lab, stand_in)
    stand_in.drop_connection()
    expect(dialog(lab)).to_contain_text("The connection was lost while the run was being saved")
    lab.until_phase("live")
    lab.button("Try again").click()
    lab.until(lambda: len(stand_in.asked) == 2)
    stand_in.saved()
    expect(dialog(lab)).to_contain_text("same curve")
