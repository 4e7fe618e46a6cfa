"""A run is saved in a browser, looked into, and opened by another start of the server, where it trains on."""

import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from backend.logic.config import RunConfig
from backend.runs.layout import MANIFEST, config_bytes
from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.test_run_dialogs import dialog, drop
from tests.support.server import ServerProcess, server_process

pytestmark = pytest.mark.browser

SAVED_MS: Final = 120_000
"""A process of its own imports PyTorch and trains 200 steps, beside whatever else the machine does."""
_CURVE: Final = """() => {
  dispatchEvent(new Event("pagehide"));
  return JSON.parse(sessionStorage.getItem("boundary-lab/run")).curves.trainLoss.samples;
}"""


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that keeps runs in `tmp_path / "runs"`."""
    with server_process("--runs-dir", str(tmp_path / "runs")) as running:
        yield running


def train(lab: Lab) -> None:
    """Learn XOR by other settings than the page opens with, until it can."""
    lab.draw(XOR_PLACES)
    lab.page.locator("#learning-rate").select_option("0.03")
    lab.page.locator("#seed").fill("11")
    lab.page.keyboard.press("Enter")
    lab.start()
    lab.until_trained()
    lab.stop()


def save(lab: Lab) -> None:
    """Save the run, and wait until it has been checked against plain PyTorch."""
    lab.button("Save run").click()
    dialog(lab).get_by_role("button", name="Save run").click()
    expect(dialog(lab)).to_have_accessible_name("Run saved", timeout=SAVED_MS)


def download(lab: Lab, name: str) -> bytes:
    """What a link of the dialog gives."""
    with lab.page.expect_download() as coming:
        dialog(lab).get_by_role("link", name=name, exact=True).click()
    return Path(coming.value.path()).read_bytes()


def choose(lab: Lab, name: str, content: bytes) -> None:
    payload: FilePayload = {"name": name, "mimeType": "", "buffer": content}
    lab.button("Open run…").click()
    dialog(lab).locator("input[type=file]").first.set_input_files(payload)


def curve(lab: Lab) -> list[dict[str, Any]]:
    """The samples of the train loss."""
    found: list[dict[str, Any]] = lab.page.evaluate(_CURVE)
    return found


def said(lab: Lab) -> Locator:
    return dialog(lab).get_by_role("status").first


def test_a_run_is_saved_looked_into_and_opened_by_the_next_start_of_the_server_where_it_trains_on(
    keeping: ServerProcess, open_lab: OpenLab, tmp_path: Path
) -> None:
    lab = open_lab(keeping.address)
    train(lab)
    step = lab.number("step")
    save(lab)
    expect(said(lab)).to_have_text(re.compile("^Plain PyTorch gives the same curve"))
    expect(dialog(lab).locator(".run-figures")).to_contain_text("100.0\u2009%train accuracy")
    content = download(lab, "Download the whole run (.zip)")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        inside = {Path(name).name: archive.read(name) for name in archive.namelist()}
    assert {"config.json", "points.csv", "history.csv", "model.safetensors", "train.py", MANIFEST} <= inside.keys()
    assert json.loads(inside["config.json"])["seed"] == 11
    assert inside["points.csv"].count(b"\n") == 1 + len(XOR_PLACES)
    script = download(lab, "train.py")
    assert script == inside["train.py"]
    compile(script, "train.py", "exec")
    folder = Path(dialog(lab).locator("code").last.inner_text())
    assert (folder / "train.py").read_bytes() == script
    before = curve(lab)
    lab.page.context.close()
    keeping.process.terminate()
    keeping.process.wait(10)

    with server_process("--runs-dir", str(tmp_path / "runs")) as next_start:
        later = open_lab(next_start.address)
        later.may_lose_connection = True
        choose(later, "mine.zip", content)
        later.expect_notice(r"The saved run is open, at step [\d,]+: points, settings, curves and weights are back\.")
        expect(dialog(later)).to_have_count(0)
        later.expect_points(len(XOR_PLACES))
        assert later.number("step") == step
        later.until_state("PAUSED")
        later.until_trained()
        expect(later.page.locator("#seed")).to_have_value("11")
        expect(later.page.locator("#learning-rate")).to_have_value("0.03")
        expect(later.button("Undo")).to_be_disabled()
        opened = curve(later)
        assert opened[0]["epoch"] <= before[0]["epoch"]
        assert opened[-1]["epoch"] == pytest.approx(before[-1]["epoch"])
        later.until(lambda: later.frames[-1].step == step)
        later.page.keyboard.press(" ")
        later.until_state("TRAINING")
        later.until(lambda: later.number("step") > step)
        later.button("Stop training").click()
        later.until_state("PAUSED")
        assert later.reload()["state"]["config"]["seed"] == 11
        later.expect_points(len(XOR_PLACES))

        by_folder = open_lab(next_start.address)
        by_folder.may_lose_connection = True
        drop(by_folder, folder)
        by_folder.expect_notice("The saved run is open")
        assert by_folder.number("step") == step


def test_a_config_alone_brings_settings_and_seed_which_undo_takes_back(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.until_settled()
    choose(lab, "config.json", config_bytes(RunConfig(seed=23, activation="relu", l2=0.001)))
    lab.expect_notice(r"Settings and seed are those of the file\. Points and weights are in the zip")
    expect(lab.page.locator("#seed")).to_have_value("23")
    expect(lab.page.locator("#activation")).to_have_value("relu")
    lab.expect_points(len(XOR_PLACES))
    lab.button("Take it back").click()
    expect(lab.page.locator("#seed")).to_have_value("7")
    lab.until_settled()
    state = lab.reload()["state"]
    assert (state["config"]["seed"], len(state["points"])) == (7, len(XOR_PLACES))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("mine.zip", b"PK\3\4 and nothing else", "The zip is not a whole zip."),
        ("config.json", b"{", "config.json"),
        (
            "config.json",
            config_bytes(RunConfig()).replace(b'"format": 1', b'"format": 9'),
            "was written by a newer version",
        ),
    ],
    ids=["a zip that is none", "a config cut off", "a config of a newer version"],
)
def test_what_cannot_be_opened_is_refused_with_a_sentence_and_changes_nothing(
    lab: Lab, name: str, content: bytes, sentence: str
) -> None:
    lab.click(1, 1)
    lab.until_settled()
    lab.may_be_refused = True
    choose(lab, name, content)
    if name == "mine.zip":
        lab.button("Open it").click()
    expect(dialog(lab)).to_have_accessible_name("Not opened")
    expect(said(lab)).to_contain_text(sentence)
    lab.page.keyboard.press("Escape")
    lab.expect_points(1)
    assert lab.rows_on_server() == [(1, 1, 0)]


def test_where_nothing_is_kept_the_run_is_offered_as_a_download_only(open_lab: OpenLab, tmp_path: Path) -> None:
    with server_process("--no-saving", "--runs-dir", str(tmp_path / "runs")) as server:
        lab = open_lab(server.address)
        lab.may_lose_connection = True
        train(lab)
        save(lab)
        expect(dialog(lab).get_by_text("Folder", exact=True)).to_have_count(0)
        expect(dialog(lab)).to_contain_text("Download it to keep it")
        content = download(lab, "Download the whole run (.zip)")
        assert zipfile.is_zipfile(BytesIO(content))
        assert not (tmp_path / "runs").exists()
        dialog(lab).get_by_role("button", name="Close").click()
        choose(lab, "mine.zip", content)
        lab.button("Open it").click()
        lab.expect_notice("The saved run is open")
