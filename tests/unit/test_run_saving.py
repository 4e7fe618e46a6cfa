"""Saving a run: it is there whole, or nothing of it is there and a sentence says why."""

import os
import shutil
import time
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from backend.logic.config import RunConfig
from backend.logic.points import PointChange
from backend.runs import index
from backend.runs.archive import zipped
from backend.runs.errors import RunFileError
from backend.runs.layout import INDEX, UNFINISHED, folder_of, run_path
from backend.runs.reading import read_run
from backend.runs.sources import FolderSource, ZipSource
from backend.runs.writing import Maker, save_run, saved_run
from tests.support.run_records import RUN, comparable, record_of
from tests.unit.save_rig import OWN_FILES, everything_in, makes


def test_a_saved_run_lies_under_its_three_names_and_is_read_back_from_folder_and_zip(tmp_path: Path) -> None:
    record, runs = record_of(), tmp_path / "deep" / "outputs"
    saved = save_run(record, runs, RUN, makers=[makes("train.py"), makes("tb/events")])
    assert saved.path == folder_of(runs, run_path(RUN, saved.config_hash, saved.checkpoint_id))
    assert [file.name for file in saved.files] == sorted([*OWN_FILES, "train.py", "tb/events"])
    assert saved.bytes == sum(path.stat().st_size for path in saved.path.rglob("*") if path.is_file())
    assert {path.name for path in runs.iterdir()} == {RUN, INDEX}
    for source in (FolderSource(saved.path), ZipSource(zipped(saved.path))):
        opened = read_run(source)
        assert comparable(opened.record) == comparable(record)
        assert (opened.run_id, opened.config_hash, opened.checkpoint_id) == saved[1:4]
        assert opened.notes == ()


def test_each_file_is_named_before_it_is_made_in_a_fixed_order(tmp_path: Path) -> None:
    told: list[str] = []
    save_run(record_of(), tmp_path, RUN, makers=[makes("b.txt"), makes("a.txt")], on_file=told.append)
    assert told == [*OWN_FILES[:-1], "b.txt", "a.txt", "manifest.json"]


def test_the_same_run_saved_again_is_written_once(tmp_path: Path) -> None:
    first = save_run(record_of(), tmp_path, RUN, makers=[makes("train.py")])
    before = everything_in(tmp_path)
    again = save_run(record_of(), tmp_path, RUN, makers=[makes("train.py")])
    assert again == first._replace(was_there=True)
    assert everything_in(tmp_path) == before
    assert len(index.entries(tmp_path).entries) == 1


@pytest.mark.parametrize("what", ["points", "step", "an option", "a damaged one"])
def test_what_is_another_run_with_the_same_weights_gets_a_name_of_its_own(tmp_path: Path, what: str) -> None:
    record = record_of()
    first = save_run(record, tmp_path, RUN)
    makers: list[Maker] = []
    match what:
        case "points":
            moved = record.checkpoint.dataset.changing([PointChange(1, 5, 5, 1)])
            record = record_of(checkpoint=replace(record.checkpoint, dataset=moved))
        case "step":
            record = record_of(history=record.history[:1])
        case "an option":
            makers = [makes("tb/events")]
        case _:
            (first.path / "manifest.json").write_text("{}")
    second = save_run(record, tmp_path, RUN, makers=makers)
    assert not second.was_there
    assert second.run_id != RUN
    assert second.checkpoint_id == first.checkpoint_id


def test_two_moments_of_a_run_lie_under_one_name(tmp_path: Path) -> None:
    saved = [save_run(record_of(seed=seed), tmp_path, RUN) for seed in range(2)]
    other = save_run(record_of(RunConfig(optimizer="sgd")), tmp_path, RUN)
    assert len({run.path for run in [*saved, other]}) == 3
    assert saved[0].path.parent == saved[1].path.parent != other.path.parent
    assert {path.name for path in tmp_path.iterdir()} == {RUN, INDEX}


def test_what_was_left_unfinished_a_day_ago_is_removed_and_what_is_new_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old, new, link = (tmp_path / f"{UNFINISHED}{name}" for name in ("old", "new", "link"))
    elsewhere = tmp_path / "elsewhere"
    for folder in (old, new, elsewhere):
        folder.mkdir()
        (folder / "points.csv").write_text("half")
    link.symlink_to(elsewhere)
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))
    os.utime(elsewhere, (two_days_ago, two_days_ago))
    with caplog.at_level("INFO"):
        save_run(record_of(), tmp_path, RUN)
    assert [record.getMessage() for record in caplog.records] == [f"Removed the unfinished run {old.name}."]
    assert not old.exists()
    assert (new / "points.csv").exists()
    assert (elsewhere / "points.csv").exists()


def test_a_zip_of_a_run_has_the_files_of_its_manifest_at_its_top_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    saved = save_run(record_of(), tmp_path, RUN, makers=[makes("tb/events")])
    first = zipped(saved.path)
    (saved.path / "notes of a student.txt").write_text("not part of the run")
    for path in saved.path.rglob("*"):
        os.utime(path, (0, 0))
    assert zipped(saved.path) == first
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert archive.namelist() == [file.name for file in saved.files]
        assert archive.testzip() is None


def test_only_files_of_the_manifest_are_packed(tmp_path: Path) -> None:
    saved = save_run(record_of(), tmp_path, RUN, makers=[makes("tb/events", "seen")])
    (saved.path / "notes.txt").write_text("not part of the run")
    with zipfile.ZipFile(BytesIO(zipped(saved.path))) as archive:
        assert archive.read("tb/events") == b"seen"
        assert "notes.txt" not in archive.namelist()


def test_a_file_that_has_gone_from_a_run_is_told(tmp_path: Path) -> None:
    saved = save_run(record_of(), tmp_path, RUN)
    (saved.path / "points.csv").unlink()
    with pytest.raises(RunFileError, match=r"^points.csv is missing\.$"):
        zipped(saved.path)
    shutil.rmtree(saved.path)
    with pytest.raises(RunFileError, match=r"^manifest.json is missing\.$"):
        saved_run(saved.path)


def test_others_have_their_turn_between_all_files(tmp_path: Path) -> None:
    turns = []
    save_run(record_of(), tmp_path, RUN, give_way=lambda: turns.append(len(everything_in(tmp_path))))
    assert len(turns) >= 2 * len(OWN_FILES)
