"""The index of runs: what it tells, what several processes add to it at once, and what is ever removed."""

import errno
import os
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import json

from backend.runs.errors import RunFileError
from backend.runs.folders import remove_folder
from backend.runs.index import Entry, append, entries, entry_of, prunable, prune, unindexed
from backend.runs.layout import INDEX, folder_of, new_run_id
from backend.runs.writing import SavedRun, save_run
from tests.support.run_records import record_of

NOW = datetime(2026, 11, 25, 10, 15, 30, tzinfo=UTC)


def saved_days_ago(runs_dir: Path, days: int, seed: int = 0) -> Entry:
    """Save a run, and have the index say that it was some days ago."""
    runs_dir.mkdir(exist_ok=True)
    record, when = record_of(seed=seed), NOW - timedelta(days=days)
    before = (runs_dir / INDEX).read_bytes() if (runs_dir / INDEX).exists() else b""
    saved = save_run(record, runs_dir, new_run_id(when))
    entry = entry_of(record, saved.run_id, saved.bytes, when, 90)
    (runs_dir / INDEX).write_bytes(before)
    append(runs_dir, entry)
    return entry


def save(runs_dir: Path) -> SavedRun:
    return save_run(record_of(), runs_dir, new_run_id())


def test_an_entry_tells_what_a_list_of_runs_has_to_show(tmp_path: Path) -> None:
    saved = save_run(record_of(), tmp_path, new_run_id(), kept_days=30)
    (entry,) = entries(tmp_path).entries
    line = json.decode((tmp_path / INDEX).read_bytes())
    assert line["event"] == "saved"
    assert (entry.run_id, entry.config_hash, entry.checkpoint_id, entry.bytes) == saved[1:5]
    assert (entry.steps, entry.problem, entry.train_loss, entry.train_accuracy) == (27, "classification", 0.1, 0.9375)
    assert (entry.test_loss, entry.test_accuracy) == (None, None)
    assert entry.kept_until == entry.saved.date() + timedelta(days=30)
    assert tmp_path / entry.path == saved.path


def test_without_an_index_there_are_no_runs(tmp_path: Path) -> None:
    assert entries(tmp_path / "nowhere") == ((), ())
    assert unindexed(tmp_path / "nowhere", entries(tmp_path / "nowhere").entries) == ()


def test_an_index_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / INDEX).mkdir()
    with pytest.raises(
        RunFileError, match=r"^index.jsonl cannot be read: there is a directory where a file should be\.$"
    ):
        entries(tmp_path)


def test_a_run_that_may_not_be_looked_at_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = saved_days_ago(tmp_path, 1)

    def refuse(_: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(RunFileError, match=rf"^{saved.path} cannot be read: it is not allowed here\.$"):
        entries(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        b"half of a li",
        b'{"event":"saved"}',
        b"\xff\x00",
        b"[" * 10_000,
        json.encode({"event": "removed", "path": "../../home", "removed": "2026-01-01T00:00:00Z"}),
        json.encode({"event": "burnt", "path": "x"}),
    ],
)
def test_a_line_that_is_no_entry_is_left_out_and_told(tmp_path: Path, line: bytes) -> None:
    first = save(tmp_path)
    with (tmp_path / INDEX).open("ab") as file:
        file.write(line)
    second = save(tmp_path)
    found = entries(tmp_path)
    assert [entry.run_id for entry in found.entries] == [first.run_id, second.run_id]
    assert found.notes == ("Line 2 of index.jsonl is no entry: it is left out.",)


@pytest.mark.parametrize(
    "path", ["../x", "/etc", "a/b/c", "", "{run}/../{run}/{config}/{checkpoint}", "{run}/{config}"]
)
def test_an_entry_that_leads_elsewhere_is_none(tmp_path: Path, path: str) -> None:
    entry = saved_days_ago(tmp_path, 400)
    forged = path.format(run=entry.run_id, config=entry.config_hash, checkpoint=entry.checkpoint_id)
    line = json.decode(json.encode(entry)) | {"path": forged}
    (tmp_path / INDEX).write_bytes(json.encode(line) + b"\n")
    assert entries(tmp_path).entries == ()
    assert len(entries(tmp_path).notes) == 1
    assert prunable(entries(tmp_path).entries, NOW) == ()


def test_several_who_add_at_once_lose_nothing(tmp_path: Path) -> None:
    entry = saved_days_ago(tmp_path, 1)
    begin = threading.Barrier(8)

    def add() -> None:
        begin.wait(30)
        for _ in range(50):
            append(tmp_path, entry)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    # An empty line may stand between two: it is passed over.
    lines = filter(None, (tmp_path / INDEX).read_bytes().splitlines())
    assert list(lines) == [json.encode(entry)] * 401
    assert entries(tmp_path) == ((entry,), ())


def test_runs_may_go_after_the_day_until_which_they_are_kept(tmp_path: Path) -> None:
    saved = [saved_days_ago(tmp_path, days) for days in (91, 90, 0)]
    assert saved[0].kept_until == date(2026, 11, 24)
    assert prunable(entries(tmp_path).entries, NOW) == (saved[0],)
    assert prunable(entries(tmp_path).entries, NOW + timedelta(days=1)) == (saved[0], saved[1])


def test_runs_of_a_certain_age_may_go_the_oldest_first(tmp_path: Path) -> None:
    young, old, middle = (saved_days_ago(tmp_path, days) for days in (3, 50, 10))
    assert prunable(entries(tmp_path).entries, NOW, older_than_days=10) == (old, middle)
    assert prunable(entries(tmp_path).entries, NOW, older_than_days=11) == (old,)
    assert prunable(entries(tmp_path).entries, NOW, older_than_days=0) == (old, middle, young)


def test_each_run_is_named_before_it_goes_and_nothing_else_goes(tmp_path: Path) -> None:
    old, young = saved_days_ago(tmp_path, 100), saved_days_ago(tmp_path, 1)
    (tmp_path / "my notes.txt").write_text("mine")
    named: list[tuple[str, bool]] = []
    prune(
        tmp_path,
        prunable(entries(tmp_path).entries, NOW),
        lambda entry: named.append((entry.path, (tmp_path / entry.path).is_dir())),
    )
    assert named == [(old.path, True)]
    assert {path.name for path in tmp_path.iterdir()} == {"my notes.txt", INDEX, young.run_id}
    assert entries(tmp_path).entries == (young,)
    last = json.decode((tmp_path / INDEX).read_bytes().splitlines()[-1])
    assert (last["event"], last["path"]) == ("removed", old.path)


def test_a_checkpoint_goes_without_those_beside_it(tmp_path: Path) -> None:
    run_id = new_run_id()
    saved = [save_run(record_of(seed=seed), tmp_path, run_id) for seed in range(2)]
    first, second = entries(tmp_path).entries
    prune(tmp_path, [first], lambda _: None)
    assert not saved[0].path.exists()
    assert saved[1].path.is_dir()
    assert entries(tmp_path).entries == (second,)


def test_a_run_that_was_removed_may_be_saved_again(tmp_path: Path) -> None:
    first = save(tmp_path)
    prune(tmp_path, entries(tmp_path).entries, lambda _: None)
    assert entries(tmp_path).entries == ()
    again = save_run(record_of(), tmp_path, first.run_id)
    assert [entry.path for entry in entries(tmp_path).entries] == [again.path.relative_to(tmp_path).as_posix()]


def test_a_run_that_was_removed_and_is_put_back_by_hand_is_nothing_that_the_index_knows(tmp_path: Path) -> None:
    entry = saved_days_ago(tmp_path, 100)
    (tmp_path / entry.path).parents[1].rename(tmp_path / "backup")
    (tmp_path / entry.path).mkdir(parents=True)
    prune(tmp_path, [entry], lambda _: None)
    (tmp_path / "backup").rename(tmp_path / entry.run_id)
    assert entries(tmp_path).entries == ()
    assert unindexed(tmp_path, entries(tmp_path).entries) == (entry.path,)


def test_a_run_that_somebody_has_removed_by_hand_is_not_listed(tmp_path: Path) -> None:
    entry = saved_days_ago(tmp_path, 100)
    remove_folder(folder_of(tmp_path, entry.path), tmp_path)
    assert entries(tmp_path) == ((), ())


@pytest.mark.parametrize("level", [1, 2, 3])
def test_what_lies_behind_a_link_is_never_removed_and_nothing_else_either(tmp_path: Path, level: int) -> None:
    runs, elsewhere = tmp_path / "outputs", tmp_path / "elsewhere"
    plain, linked = saved_days_ago(runs, 100), saved_days_ago(runs, 99)
    place = runs.joinpath(*linked.path.split("/")[:level])
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    with pytest.raises(RunFileError, match=r"does not lie in outputs itself: .* is a link\.$"):
        prune(runs, prunable(entries(runs).entries, NOW), lambda _: None)
    assert list(elsewhere.rglob("points.csv"))
    assert (runs / plain.path).is_dir()


def test_a_folder_outside_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "outputs").mkdir()
    (tmp_path / "mine").mkdir()
    for folder in (tmp_path / "mine", tmp_path / "outputs" / ".." / "mine", tmp_path / "outputs"):
        with pytest.raises(RunFileError, match=r"does not lie in outputs\.$"):
            remove_folder(folder, tmp_path / "outputs")
    assert (tmp_path / "mine").is_dir()


def test_a_folder_that_the_index_does_not_know_is_named_and_left_alone(tmp_path: Path) -> None:
    known, unknown = saved_days_ago(tmp_path, 100), saved_days_ago(tmp_path, 99)
    lines = (tmp_path / INDEX).read_bytes().splitlines(keepends=True)
    (tmp_path / INDEX).write_bytes(lines[0])
    (tmp_path / "holiday").mkdir()
    assert unindexed(tmp_path, entries(tmp_path).entries) == (unknown.path,)
    prune(tmp_path, prunable(entries(tmp_path).entries, NOW, 0), lambda _: None)
    assert not (tmp_path / known.path).exists()
    assert (tmp_path / unknown.path).is_dir()


def test_a_run_that_cannot_be_removed_stays_in_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = saved_days_ago(tmp_path, 100)

    def refuse(*_: object) -> None:
        raise OSError(30, os.strerror(30))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        with pytest.raises(RunFileError, match=r"cannot be removed: read-only file system\.$"):
            prune(tmp_path, [entry], lambda _: None)
    assert entries(tmp_path).entries == (entry,)


def test_the_index_says_nothing_of_scores_that_are_not_known(tmp_path: Path) -> None:
    record = record_of(history=())
    save_run(replace(record), tmp_path, new_run_id())
    (entry,) = entries(tmp_path).entries
    assert (entry.train_loss, entry.test_loss, entry.train_accuracy, entry.test_accuracy) == (None,) * 4
