"""What a person sees while a run is saved or opened, whatever the server says or does not say: its part is played."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.stand_in import CHECKPOINT, StandIn
from tests.browser.test_accessibility import grave_violations

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
ZIP: FilePayload = {"name": "mine.zip", "mimeType": "application/zip", "buffer": b"PK\5\6" + bytes(18)}
_DRAG = """(types) => {
  const data = new DataTransfer();
  for (const type of types) data.items.add(new File(["x"], "a", { type }));
  document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""

Played = Callable[..., tuple[Lab, StandIn]]


@pytest.fixture
def play(make_lab: OpenLab) -> Played:
    """Opens a tab, the server's part of whose runs is played."""

    def open_one(**options: object) -> tuple[Lab, StandIn]:
        lab = make_lab(**options)
        stand_in = StandIn(lab)
        lab.open()
        return lab, stand_in

    return open_one


@pytest.fixture
def trained(play: Played) -> tuple[Lab, StandIn]:
    """One whose network has learned something."""
    lab, stand_in = play()
    train(lab)
    return lab, stand_in


def train(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.until_settled()
    lab.button("Step").click()
    lab.until(lambda: lab.number("epoch") == 1)


def dialog(lab: Lab) -> Locator:
    return lab.page.locator("dialog[open]")


def save(lab: Lab, stand_in: StandIn) -> None:
    """Press Save run, and again in the dialog, and wait until the server has heard it."""
    lab.button("Save run").click()
    heard = len(stand_in.asked)
    dialog(lab).get_by_role("button", name="Save run").click()
    lab.until(lambda: len(stand_in.asked) > heard)


def choose(lab: Lab, payload: FilePayload = ZIP) -> None:
    lab.button("Open run…").click()
    dialog(lab).locator("input[type=file]").first.set_input_files(payload)


def drop(lab: Lab, *paths: Path) -> None:
    """Drop files or folders of the disk on the page, as the file manager does."""
    session = lab.page.context.new_cdp_session(lab.page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 300, "data": data})


def test_there_is_nothing_to_save_before_anything_is_learned_and_it_says_so(lab: Lab) -> None:
    expect(lab.button("Save run")).to_be_disabled()
    expect(lab.button("Save run")).to_have_attribute("aria-description", re.compile("nothing to save yet"))
    lab.page.keyboard.press("k")
    lab.expect_notice("nothing to save yet")
    expect(dialog(lab)).to_have_count(0)
    train(lab)
    expect(lab.button("Save run")).to_be_enabled()
    expect(lab.button("Save run")).to_have_attribute("aria-description", re.compile(r"\(K\)\.$"))


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


def test_what_would_be_lost_is_said_before_a_run_is_opened(trained: tuple[Lab, StandIn]) -> None:
    lab, stand_in = trained
    choose(lab)
    expect(dialog(lab)).to_contain_text("mine.zip takes the place of what is on the page")
    dialog(lab).get_by_role("button", name="Cancel").click()
    expect(dialog(lab)).to_have_count(0)
    assert stand_in.uploads == []
    lab.expect_points(16)
    choose(lab)
    lab.button("Open it").click()
    expect(dialog(lab).get_by_role("status").first).to_have_text("Opening mine.zip…")
    assert 'name="zip"; filename="zip"' in (stand_in.uploaded().post_data_buffer or b"").decode("latin-1")
    stand_in.accept()
    state = lab.of_type("SESSION")[-1]["state"] | {"run_state": "PAUSED", "step": 500, "epoch": 25}
    stand_in.say({"type": "RUN_OPENED", "state": state, "history": [], "run_id": None, "notes": ["A note."]})
    lab.expect_notice(r"The saved run is open, at step 500, .* A note\.")
    expect(dialog(lab)).to_have_count(0)
    lab.expect_points(0)


def test_a_refusal_is_said_in_the_servers_words_and_another_file_can_be_chosen(play: Played) -> None:
    lab, stand_in = play()
    choose(lab)
    stand_in.refuse("The zip is not a whole zip.")
    expect(dialog(lab)).to_have_accessible_name("Not opened")
    expect(dialog(lab)).to_contain_text("The zip is not a whole zip.")
    expect(lab.button("Choose a file…")).to_be_focused()
    expect(lab.button("Try again")).to_have_count(0)
    dialog(lab).locator("input[type=file]").first.set_input_files(ZIP)
    stand_in.refuse("Several runs are being opened at this moment.", status=503)
    expect(lab.button("Try again")).to_be_focused()
    lab.button("Another file").click()
    dialog(lab).locator("input[type=file]").first.set_input_files(
        {"name": "notes.docx", "mimeType": "application/msword", "buffer": b"x"}
    )
    expect(dialog(lab)).to_contain_text("notes.docx is no saved run")
    expect(lab.button("Choose a file…")).to_be_focused()


def test_a_connection_that_is_lost_while_a_run_is_opened_is_said(play: Played) -> None:
    lab, stand_in = play()
    choose(lab)
    stand_in.uploaded()
    stand_in.drop_connection()
    expect(dialog(lab)).to_contain_text("The connection was lost while the run was being opened")
    lab.until_phase("live")
    stand_in.uploads.clear()
    lab.button("Try again").click()
    stand_in.uploaded()
    dialog(lab).get_by_role("button", name="Cancel").click()
    expect(dialog(lab)).to_have_count(0)


def test_a_folder_dropped_on_the_page_is_sent_as_the_files_that_a_run_is_read_from(
    play: Played, tmp_path: Path
) -> None:
    lab, stand_in = play()
    folder = tmp_path / "outputs" / "20261125T101530Z-4f3a9c1b" / "abc" / "def"
    (folder / "tb").mkdir(parents=True)
    for name in ("config.json", "points.csv", "state.safetensors", "map.png", "tb/events"):
        (folder / name).write_text(name)
    drop(lab, tmp_path / "outputs")
    sent = (stand_in.uploaded().post_data_buffer or b"").decode("latin-1")
    assert sorted(re.findall(r'name="([^"]+)";', sent)) == ["config.json", "points.csv", "state.safetensors"]
    expect(dialog(lab).get_by_role("status").first).to_have_text("Opening def…")


def test_several_runs_and_none_are_told_apart_from_one(play: Played, tmp_path: Path) -> None:
    lab, _ = play()
    for name in ("a", "b"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "config.json").write_text("{}")
    drop(lab, tmp_path / "runs")
    expect(dialog(lab)).to_contain_text("There are 2 runs in this folder")
    (tmp_path / "photos").mkdir()
    drop(lab, tmp_path / "photos")
    expect(dialog(lab)).to_contain_text("There is no config.json in it")


def test_what_belongs_to_a_run_and_comes_without_the_rest_is_not_read_as_points(play: Played, tmp_path: Path) -> None:
    lab, _ = play()
    (tmp_path / "model.safetensors").write_bytes(b"x")
    drop(lab, tmp_path / "model.safetensors")
    expect(dialog(lab)).to_contain_text("This belongs to a saved run: give the page its zip or its whole folder.")


def test_points_are_still_read_from_what_is_dropped_as_a_csv(play: Played, tmp_path: Path) -> None:
    lab, _ = play()
    (tmp_path / "mine.csv").write_text("1,1,0\n2,2,1\n")
    drop(lab, tmp_path / "mine.csv")
    expect(dialog(lab)).to_contain_text("mine.csv: 2 rows can be imported.")


def test_a_drag_over_the_page_is_told_what_a_drop_would_do(lab: Lab) -> None:
    hint = lab.page.locator(".drop-hint")
    for types, sentence in (
        (["text/csv"], "Drop to read points from the file"),
        (["application/zip"], "Drop to open the saved run"),
        (["application/json"], "Drop to take over settings and seed"),
        ([""], "Drop to read points from a CSV file, or to open a saved run"),
    ):
        lab.page.evaluate(_DRAG, types)
        expect(hint).to_be_visible()
        expect(hint).to_have_text(sentence)
    lab.page.evaluate("document.dispatchEvent(new DragEvent('dragleave', { bubbles: true }))")
    expect(hint).to_be_hidden()


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
