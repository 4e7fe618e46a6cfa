"""A run is saved in a browser, looked into, and opened by another start of the server, where it trains on."""

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, expect

from backend.logic.config import RunConfig
from backend.runs.layout import MANIFEST, config_bytes
from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.run_dialogs import dialog, drop
from tests.support.server import server_process

pytestmark = pytest.mark.browser

SAVED_MS: Final = 120_000
"""A process of its own imports PyTorch and trains 200 steps, beside whatever else the machine does."""
_CURVE: Final = """() => {
  dispatchEvent(new Event("pagehide"));
  return JSON.parse(sessionStorage.getItem("boundary-lab/run")).curves.trainLoss.samples;
}"""


class Saved(NamedTuple):
    """A run that was saved in a page, by a server that has ended since.

    Attributes:
        content: the zip that was downloaded.
        script: `train.py`, downloaded by itself.
        folder: where the server has kept it.
        step: at which it was.
        samples: of the curve of its train loss, as the page showed it.
        verdict: what was said of the check.
        figures: what was said of how well it does.
    """

    content: bytes
    script: bytes
    folder: Path
    step: float
    samples: list[dict[str, Any]]
    verdict: str
    figures: str


@pytest.fixture(scope="module")
def saved(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """Saved once for all tests that look into it or open it."""
    runs_dir = tmp_path_factory.mktemp("runs")
    with server_process("--runs-dir", str(runs_dir)) as server, browser.new_context() as context:
        lab = Lab(context.new_page(), server.address)
        lab.open()
        train(lab)
        save(lab)
        lab.assert_untroubled()
        return Saved(
            content=download(lab, "Download the whole run (.zip)"),
            script=download(lab, "train.py"),
            folder=Path(lab.of_type("RUN_SAVED")[-1]["directory"]),
            step=lab.number("step"),
            samples=curve(lab),
            verdict=said(lab).inner_text(),
            figures=dialog(lab).locator(".run-figures").inner_text(),
        )


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


def test_what_is_downloaded_is_what_lies_in_the_folder_and_plain_pytorch_agrees_with_it(saved: Saved) -> None:
    with zipfile.ZipFile(BytesIO(saved.content)) as archive:
        inside = {Path(name).name: archive.read(name) for name in archive.namelist()}
    assert {"config.json", "points.csv", "history.csv", "model.safetensors", "train.py", MANIFEST} <= inside.keys()
    assert inside == {path.name: path.read_bytes() for path in saved.folder.iterdir()}
    assert json.loads(inside["config.json"])["seed"] == 11
    assert inside["points.csv"].count(b"\n") == 1 + len(XOR_PLACES)
    assert saved.script == inside["train.py"]
    compile(saved.script, "train.py", "exec")
    assert saved.verdict.startswith("Plain PyTorch gives the same curve")
    assert "100.0\u2009%" in saved.figures


def test_another_start_of_the_server_opens_it_with_all_that_belongs_to_it_and_trains_on(lab: Lab, saved: Saved) -> None:
    choose(lab, "mine.zip", saved.content)
    lab.expect_notice(r"The saved run is open, at step [\d,]+, with its points")
    expect(dialog(lab)).to_have_count(0)
    lab.expect_points(len(XOR_PLACES))
    expect(lab.button("Regenerate")).to_have_attribute("aria-description", re.compile("are no ready dataset"))
    lab.until_state("PAUSED")
    lab.until(lambda: lab.number("step") == saved.step)
    lab.until_trained()
    expect(lab.page.locator("#seed")).to_have_value("11")
    expect(lab.page.locator("#learning-rate")).to_have_value("0.03")
    expect(lab.button("Undo")).to_be_disabled()
    samples = curve(lab)
    assert samples[0]["epoch"] <= saved.samples[0]["epoch"]
    assert samples[-1]["epoch"] == pytest.approx(saved.samples[-1]["epoch"])
    lab.until(lambda: bool(lab.frames) and lab.frames[-1].step == saved.step)
    lab.page.keyboard.press(" ")
    lab.until_state("TRAINING")
    expect(lab.page.locator("#notice")).to_be_hidden()
    lab.until(lambda: lab.number("step") > saved.step)
    lab.button("Stop training").click()
    lab.until_state("PAUSED")
    assert len(curve(lab)) > len(samples)
    assert lab.reload()["state"]["config"]["seed"] == 11
    lab.expect_points(len(XOR_PLACES))


def test_its_folder_is_opened_where_another_network_was_looked_at(lab: Lab, saved: Saved) -> None:
    lab.button("Remove layer").click()
    lab.page.get_by_role("radio", name="Network", exact=True).check()
    lab.until_settled()
    drop(lab, saved.folder)
    lab.expect_notice("The saved run is open")
    lab.until(lambda: lab.number("step") == saved.step)
    expect(lab.page.locator("#layers .layer-slot")).to_have_count(4)
    lab.until(lambda: bool(lab.neurons) and lab.neurons[-1].step == saved.step)


def test_its_config_dropped_alone_opens_it_where_the_server_is_ones_own_and_training_goes_on(
    open_lab: OpenLab, saved: Saved
) -> None:
    with server_process("--runs-dir", str(saved.folder.parents[2])) as server:
        lab = open_lab(server.address)
        lab.may_lose_connection = True
        drop(lab, saved.folder / "config.json")
        run_id, config, checkpoint = saved.folder.parts[-3:]
        path = re.escape(f"{run_id}/{config[:12]}…/{checkpoint[:12]}…")
        lab.expect_notice(rf"The newest run with these settings was opened: {path}, at step [\d,]+, .* weights\.$")
        expect(dialog(lab)).to_have_count(0)
        lab.expect_points(len(XOR_PLACES))
        lab.until(lambda: lab.number("step") == saved.step)
        expect(lab.page.locator("#learning-rate")).to_have_value("0.03")
        expect(lab.button("Undo")).to_be_disabled()
        assert curve(lab)[-1]["epoch"] == pytest.approx(saved.samples[-1]["epoch"])
        lab.start()
        expect(lab.page.locator("#notice")).to_be_hidden()
        lab.until(lambda: lab.number("step") > saved.step)
        lab.stop()


def test_a_config_of_which_no_run_is_kept_brings_settings_and_seed_which_undo_takes_back(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.until_settled()
    choose(lab, "config.json", config_bytes(RunConfig(seed=23, activation="relu", l2=0.001)))
    lab.button("Open it").click()
    lab.expect_notice(r"No run with these settings is kept here, so only settings and seed are those of the file\.")
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
    lab.button("Open it").click()
    expect(dialog(lab)).to_have_accessible_name("Not opened")
    expect(said(lab)).to_contain_text(sentence)
    lab.page.keyboard.press("Escape")
    lab.expect_points(1)
    assert lab.rows_on_server() == [(1, 1, 0)]


def test_a_page_that_was_away_until_its_run_was_saved_hears_of_it_and_has_its_files(
    open_lab: OpenLab, tmp_path: Path
) -> None:
    runs_dir = tmp_path / "runs"
    # Its session has ended when it comes back.
    with server_process("--runs-dir", str(runs_dir), "--resume-window-s", "0.1") as server:
        lab = open_lab(server.address)
        lab.may_lose_connection = True
        train(lab)
        lab.button("Save run").click()
        dialog(lab).get_by_role("button", name="Save run").click()
        expect(dialog(lab)).to_contain_text("plain PyTorch")
        lab.page.goto("about:blank")
        lab.until(lambda: any(runs_dir.glob("[0-9]*/*/*/manifest.json")))
        lab.open()
        lab.expect_notice(r"the weights are new\. The run is saved\.")
        lab.button("Show").click()
        assert zipfile.is_zipfile(BytesIO(download(lab, "Download the whole run (.zip)")))


def test_where_nothing_is_kept_the_run_is_offered_as_a_download_only(open_lab: OpenLab, tmp_path: Path) -> None:
    with server_process("--no-saving", "--runs-dir", str(tmp_path / "runs")) as server:
        lab = open_lab(server.address)
        lab.may_lose_connection = True
        train(lab)
        save(lab)
        expect(dialog(lab).get_by_text("Folder", exact=True)).to_have_count(0)
        expect(dialog(lab)).to_contain_text("This server keeps nothing: download it now.")
        content = download(lab, "Download the whole run (.zip)")
        assert zipfile.is_zipfile(BytesIO(content))
        assert not (tmp_path / "runs").exists()
        dialog(lab).get_by_role("button", name="Close").click()
        choose(lab, "mine.zip", content)
        lab.button("Open it").click()
        lab.expect_notice("The saved run is open")
