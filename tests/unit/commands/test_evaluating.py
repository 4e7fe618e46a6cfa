"""`evaluate`: everything of a run comes out again, or what does not is named."""

import json
import zipfile
from pathlib import Path

import pytest

from backend.command_line.main import FAILED, WELL, WRONG_USAGE
from backend.logic.run_record import HistoryRow
from backend.runs.archive import zipped
from backend.runs.manifest import manifest_bytes, manifest_of
from tests.unit.commands.carrying_out import Run, folder_in


def test_everything_of_a_run_comes_out_again(outputs: Path, command: Run) -> None:
    whole = command("evaluate", folder_in(outputs), "--all")
    assert whole.status == WELL, whole
    compared = int(whole.facts["compared"])
    assert list(whole.facts.values()) == ["same"] * compared + [str(compared), "same"]
    for name in ("manifest.json/model.safetensors", "checkpoint_id", "metrics.json/test.accuracy", "result"):
        assert name in whole.facts
    assert any(name.startswith("baseline.json/") for name in whole.facts)
    history = {name.removeprefix("history.csv/") for name in whole.facts if name.startswith("history.csv/")}
    assert history == set(HistoryRow._fields)
    short = command("evaluate", folder_in(outputs))
    assert (short.status, short.facts) == (WELL, {"compared": str(compared), "result": "same"})


def test_a_zip_of_a_run_is_evaluated_too(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    path = outputs / "handed in.zip"
    path.write_bytes(zipped(folder))
    ended = command("evaluate", path)
    assert (ended.status, ended.facts["result"]) == (WELL, "same")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.writestr(file.name, file.read_bytes() + b" " * (file.name == "train.py"))
    ended = command("evaluate", path)
    assert ended.status == FAILED
    assert list(ended.facts) == ["manifest.json/train.py", "compared", "result"]


def test_a_forged_end_of_the_history_is_found_also_with_another_manifest(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    *rows, last = (folder / "history.csv").read_text().splitlines()
    step, epoch, _, *others = last.split(",")
    (folder / "history.csv").write_text("\n".join([*rows, ",".join([step, epoch, "0.001", *others]), ""]))
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").write_bytes(manifest_bytes(manifest_of(folder, lambda: None)))
    ended = command("evaluate", folder)
    assert ended.status == FAILED
    assert list(ended.facts) == ["history.csv/train_loss", "compared", "result"]
    assert ended.facts["history.csv/train_loss"].startswith("differs: 0.001 was saved, 0.")


def test_weights_that_are_not_those_of_the_run_are_told_with_a_result(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    (folder / "manifest.json").unlink()
    environment = json.loads((folder / "env.json").read_bytes())
    (folder / "env.json").write_text(json.dumps({**environment, "checkpoint_id": "0" * 64}))
    ended = command("evaluate", folder)
    assert (ended.status, ended.facts["result"]) == (FAILED, "differs")
    assert "has not the weights that env.json names" in ended.facts["run"]


def test_a_figure_that_nobody_would_have_is_found(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    metrics = json.loads((folder / "metrics.json").read_bytes())
    metrics["train"]["classes"].append({**metrics["train"]["classes"][0], "label": 2})
    (folder / "metrics.json").write_text(json.dumps(metrics))
    ended = command("evaluate", folder)
    assert ended.facts["metrics.json/train.classes[2].label"] == "differs: 2 was saved, None comes out"


def test_a_figure_that_was_changed_is_named_with_both_values(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    metrics = json.loads((folder / "metrics.json").read_bytes())
    metrics["train"]["accuracy"] = 2.0
    (folder / "metrics.json").write_text(json.dumps(metrics))
    ended = command("evaluate", folder)
    assert ended.status == FAILED
    assert list(ended.facts) == ["manifest.json/metrics.json", "metrics.json/train.accuracy", "compared", "result"]
    assert ended.facts["metrics.json/train.accuracy"].startswith("differs: 2.0 was saved")


@pytest.mark.parametrize("name", ["config.json", "points.csv", "model.safetensors", "train.py"])
def test_a_file_that_was_changed_is_named(name: str, outputs: Path, command: Run) -> None:
    path = folder_in(outputs) / name
    path.write_bytes(path.read_bytes() + b" ")
    ended = command("evaluate", path.parent)
    assert ended.status == FAILED
    assert ended.facts[f"manifest.json/{name}"].startswith("differs: ")
    assert ended.facts["result"] == "differs"


def test_a_run_in_a_folder_of_another_name_is_not_that_run(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    moved = folder.rename(folder.with_name("0" * 64))
    ended = command("evaluate", moved)
    assert ended.status == FAILED
    assert ended.facts["checkpoint_id"].startswith("differs")
    unpacked = moved.rename(outputs / "what somebody unpacked")
    assert command("evaluate", unpacked).status == WELL


def test_a_run_without_its_manifest_is_evaluated_with_a_note(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    (folder / "manifest.json").unlink()
    ended = command("evaluate", folder)
    assert ended.status == WELL
    assert "could not be checked" in ended.err
    assert "manifest.json" not in command("evaluate", folder, "--all").out
    assert command("evaluate", folder, "--quiet").err == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "is no run of Boundary Lab: config.json is missing."),
        ("nowhere", "is missing."),
        ("holiday.jpg", "is not a whole zip."),
        ("holiday.zip", "is no run of Boundary Lab: config.json is missing."),
    ],
)
def test_what_is_no_run_is_one_sentence(name: str, told: str, tmp_path: Path, command: Run) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x" * 100)
    with zipfile.ZipFile(tmp_path / "holiday.zip", "w") as archive:
        archive.write(tmp_path / "holiday.jpg", "holiday.jpg")
    ended = command("evaluate", tmp_path / name)
    assert (ended.status, ended.out, ended.err) == (WRONG_USAGE, "", f"{tmp_path / name} {told}\n")


@pytest.mark.parametrize("manifest", ["{}", '{"format": 1, "files": {"../../x": {"bytes": 1, "sha256": "%s"}}}'])
def test_a_manifest_that_is_none_is_told_with_a_result(manifest: str, outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    (folder / "manifest.json").write_text(manifest.replace("%s", "0" * 64))
    ended = command("evaluate", folder)
    assert ended.status == FAILED
    assert list(ended.facts) == ["run", "compared", "result"]
    assert ended.facts["run"].startswith("differs: manifest.json ")
