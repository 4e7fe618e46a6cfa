"""What a person sees while a run is opened, whatever the server says or does not say: its part is played."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab
from tests.browser.run_dialogs import ZIP, Played, choose, dialog, drop
from tests.browser.stand_in import StandIn
from tests.support.server import server_process

pytestmark = pytest.mark.browser

CONFIG: FilePayload = {"name": "config.json", "mimeType": "application/json", "buffer": b"{}"}
_DRAG = """(types) => {
  const data = new DataTransfer();
  for (const type of types) data.items.add(new File(["x"], "a", { type }));
  document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


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
    message = {"type": "RUN_OPENED", "state": state, "history": [], "run_id": None, "found": None}
    stand_in.say({**message, "notes": ["A note."]})
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
        (["application/json"], "Drop to open the newest run with these settings, or to take over settings and seed"),
        ([""], "Drop to read points from a CSV file, or to open a saved run"),
    ):
        lab.page.evaluate(_DRAG, types)
        expect(hint).to_be_visible()
        expect(hint).to_have_text(sentence)
    lab.page.evaluate("document.dispatchEvent(new DragEvent('dragleave', { bubbles: true }))")
    expect(hint).to_be_hidden()


def test_the_hint_of_a_drop_stays_while_safari_says_at_each_border_that_the_page_was_left(lab: Lab) -> None:
    hint = lab.page.locator(".drop-hint")
    lab.page.evaluate(_DRAG, ["text/csv"])
    expect(hint).to_be_visible()
    lab.page.evaluate(
        f"""() => {{
          const hint = document.querySelector(".drop-hint");
          hint.addEventListener("beforetoggle", () => {{ hint.dataset.turned = ""; }});
          document.body.dispatchEvent(new DragEvent("dragleave", {{ bubbles: true }}));
          ({_DRAG})(["text/csv"]);
          // Whatever the page still waits for comes before this is over.
          return new Promise((resolve) => {{ setTimeout(resolve, 300); }});
        }}"""
    )
    expect(hint).to_be_visible()
    assert hint.get_attribute("data-turned") is None


def test_what_belongs_to_a_run_and_comes_without_the_rest_is_not_read_as_points(play: Played, tmp_path: Path) -> None:
    lab, _ = play()
    (tmp_path / "model.safetensors").write_bytes(b"x")
    drop(lab, tmp_path / "model.safetensors")
    expect(dialog(lab)).to_contain_text("This belongs to a saved run: give the page its zip or its whole folder.")


def test_on_a_server_of_ones_own_a_config_may_open_a_run_or_bring_its_settings_alone(play: Played) -> None:
    lab, stand_in = play()
    lab.button("Open run…").click()
    expect(dialog(lab)).to_contain_text("A config.json alone opens the newest run with its settings that is kept here")
    lab.page.keyboard.press("Escape")
    lab.click(1, 1)
    lab.until_settled()
    choose(lab, CONFIG)
    expect(dialog(lab)).to_contain_text("The newest run that is kept here with the settings of config.json")
    expect(lab.button("Open it")).to_be_focused()
    lab.button("Settings only").click()
    assert 'name="settings"; filename="settings"' in (stand_in.uploaded().post_data_buffer or b"").decode("latin-1")
    stand_in.accept()
    lab.expect_notice(r"Settings and seed are those of the file\.")
    lab.expect_points(1)


def test_a_kept_run_that_cannot_be_had_is_said_and_its_settings_can_be_had_alone(play: Played) -> None:
    lab, stand_in = play()
    choose(lab, CONFIG)
    path = f"20261125T101530Z-4f3a9c1b/{'3fa8c2e91b04fedc' * 4}/{'91bc00f2aa10fedc' * 4}"
    sentence = f"The newest run with these settings cannot be opened: points.csv is missing. It lies in {path}."
    stand_in.refuse(sentence, status=409)
    expect(dialog(lab)).to_have_accessible_name("Not opened")
    expect(dialog(lab)).to_contain_text(sentence)
    assert dialog(lab).evaluate("(it) => it.scrollWidth <= it.clientWidth")
    expect(lab.button("Try again")).to_be_focused()
    lab.button("Settings only").click()
    assert 'name="settings"; filename="settings"' in (stand_in.uploaded().post_data_buffer or b"").decode("latin-1")
    stand_in.accept()
    lab.expect_notice(r"Settings and seed are those of the file\.")


def test_on_a_server_that_others_use_too_a_config_leaves_the_points(open_lab: OpenLab) -> None:
    with server_process("--allowed-hosts", "lab.example") as server:
        lab = open_lab(server.address)
        lab.may_lose_connection = True
        lab.button("Open run…").click()
        expect(dialog(lab)).to_contain_text("A config.json alone brings settings and seed.")
        lab.page.keyboard.press("Escape")
        lab.click(1, 1)
        lab.until_settled()
        lab.page.evaluate(_DRAG, ["application/json"])
        expect(lab.page.locator(".drop-hint")).to_have_text("Drop to take over settings and seed")
        choose(lab, CONFIG)
        lab.expect_notice(r"Settings and seed are those of the file\.")
        lab.expect_points(1)
