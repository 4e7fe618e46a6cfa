"""`runs list`, `runs show` and `runs prune`: what is saved, and what goes."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from backend.command_line.main import FAILED, WELL, WRONG_USAGE
from backend.command_line.saved_runs import COLUMNS
from tests.unit.commands.carrying_out import Run, folder_in, train


def test_saved_runs_are_listed_for_persons_and_for_scripts(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    head, row = command("runs", "list", "--runs-dir", outputs).out.splitlines()
    assert tuple(head.split()) == COLUMNS
    assert row.split()[1:3] == [folder.parts[-3], folder.name[:12]]
    (line,) = command("runs", "list", "--runs-dir", outputs, "--json").out.splitlines()
    assert json.loads(line)["path"] == folder.relative_to(outputs).as_posix()


def test_a_line_of_the_index_that_is_none_is_told_and_left_out(outputs: Path, command: Run) -> None:
    with (outputs / "index.jsonl").open("a") as index:
        index.write("{nonsense\n")
    ended = command("runs", "list", "--runs-dir", outputs)
    assert len(ended.out.splitlines()) == 2
    assert "Line 2 of index.jsonl" in ended.err


@pytest.mark.parametrize("order", [["list"], ["prune", "--dry-run"]])
def test_the_index_is_read_once(order: list[str], outputs: Path, command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    really_open: Callable[..., IO[Any]] = Path.open

    def note_and_open(path: Path, *arguments: Any, **how: Any) -> IO[Any]:
        opened.append(path.name)
        return really_open(path, *arguments, **how)

    monkeypatch.setattr(Path, "open", note_and_open)
    assert command("runs", *order, "--runs-dir", outputs).status == WELL
    assert opened.count("index.jsonl") == 1


def test_where_no_run_is_saved_that_is_said(tmp_path: Path, command: Run) -> None:
    ended = command("runs", "list", "--runs-dir", tmp_path)
    assert (ended.status, ended.out) == (WELL, "")
    assert ended.err == f"No run is saved in {tmp_path}.\n"


def test_a_run_is_shown_by_the_beginning_of_its_id(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    for name in (folder.parts[-3], folder.name[:8]):
        facts = command("runs", "show", name, "--runs-dir", outputs).facts
        assert facts["checkpoint_id"] == folder.name
        assert facts["directory"] == str(folder)
        assert "metrics.json" in facts["files"].split(", ")
    ended = command("runs", "show", "nothing", "--runs-dir", outputs)
    assert (ended.status, ended.out) == (WRONG_USAGE, "")
    assert "'nothing'" in ended.err


def test_an_id_that_several_runs_have_is_refused_with_their_names(outputs: Path, files: Path, command: Run) -> None:
    first = folder_in(outputs)
    for steps in range(3, 7):
        assert command(*train(files, steps)).status == WELL
    ended = command("runs", "show", "2", "--runs-dir", outputs)
    assert (ended.status, ended.out) == (WRONG_USAGE, "")
    assert ended.err.startswith(f"5 runs have an id that begins with '2': {first.parts[-3]} ({first.name[:12]}), ")
    assert ended.err.endswith(", 2 more.\n")
    assert len(ended.err) < 250


def aged(outputs: Path, days: int) -> None:
    """Have its runs be saved, and kept until, so many days earlier."""
    index = outputs / "index.jsonl"
    entry = json.loads(index.read_bytes())
    saved, kept_until = datetime.fromisoformat(entry["saved"]), date.fromisoformat(entry["kept_until"])
    entry["saved"] = (saved - timedelta(days)).isoformat()
    entry["kept_until"] = (kept_until - timedelta(days)).isoformat()
    index.write_text(json.dumps(entry) + "\n")


def test_old_runs_are_deleted_and_named_and_others_stay(outputs: Path, files: Path, command: Run) -> None:
    old = folder_in(outputs)
    aged(outputs, 20)
    young = Path(command(*train(files, 3)).facts["directory"])
    prune = ("runs", "prune", "--runs-dir", outputs, "--older-than", "10d")
    rehearsal = command(*prune, "--dry-run")
    assert (rehearsal.status, rehearsal.out) == (WELL, f"{old.relative_to(outputs)}\n")
    assert "would be deleted" in rehearsal.err
    assert old.is_dir()
    pruned = command(*prune)
    assert pruned.out == rehearsal.out
    assert not old.exists()
    assert young.is_dir()
    assert command(*prune).out == ""
    assert old.name[:12] not in command("runs", "list", "--runs-dir", outputs).out


def test_without_an_age_those_whose_day_is_past_are_deleted(outputs: Path, command: Run) -> None:
    aged(outputs, 90)
    assert command("runs", "prune", "--runs-dir", outputs).out == ""
    aged(outputs, 1)
    (line,) = command("runs", "prune", "--runs-dir", outputs, "--json").out.splitlines()
    assert json.loads(line)["steps"] == 30
    assert list(outputs.glob("*/*/*")) == []


def test_what_the_index_does_not_list_is_named_and_stays(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    (outputs / "index.jsonl").unlink()
    ended = command("runs", "prune", "--runs-dir", outputs, "--older-than", "0")
    assert (ended.status, ended.out) == (WELL, "")
    assert f"{folder.relative_to(outputs)} is not in index.jsonl" in ended.err
    assert folder.is_dir()


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_link_is_not_followed(depth: int, outputs: Path, tmp_path: Path, command: Run) -> None:
    folder = folder_in(outputs)
    linked = (folder, *folder.parents)[depth]
    elsewhere = linked.rename(tmp_path / "elsewhere")
    linked.symlink_to(elsewhere, target_is_directory=True)
    ended = command("runs", "prune", "--runs-dir", outputs, "--older-than", "0")
    assert ended.status == FAILED
    assert "Traceback" not in ended.err
    assert [path.name for path in elsewhere.rglob("config.json")] == ["config.json"]


@pytest.mark.parametrize("path", ["../elsewhere", "/etc", "a/b/c", "../" + "0" * 64])
def test_a_path_in_the_index_that_leads_elsewhere_deletes_nothing(
    path: str, outputs: Path, tmp_path: Path, command: Run
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    index = outputs / "index.jsonl"
    entry = json.loads(index.read_bytes())
    index.write_text(json.dumps({**entry, "path": path}) + "\n")
    ended = command("runs", "prune", "--runs-dir", outputs, "--older-than", "0")
    assert (ended.status, ended.out) == (WELL, "")
    assert elsewhere.is_dir()
    assert folder_in(outputs).is_dir()
