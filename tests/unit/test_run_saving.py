"""Saving a run: it is there whole, or nothing of it is there and a sentence says why."""

import errno
import json
import os
import resource
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from backend.logic.config import RunConfig
from backend.logic.dataset import PointChange
from backend.logic.run_record import RunRecord
from backend.runs import env_file, index
from backend.runs.archive import file_bytes, zipped
from backend.runs.env_file import Device, Parent, _git_commit
from backend.runs.errors import RunFileError
from backend.runs.layout import INDEX, UNFINISHED, folder_of, new_run_id, run_path
from backend.runs.reading import read_run
from backend.runs.sources import FolderSource, ZipSource
from backend.runs.writing import GiveWay, Maker, save_run, saved_run
from tests.support.run_records import comparable, record_of, replace_config

RUN = "20261125T101530Z-4f3a9c1b"
OWN_FILES = [
    *("config.json", "points.csv", "labelmap.json", "labelmap.sha256", "history.csv", "changes.jsonl"),
    *("model.safetensors", "state.json", "state.safetensors", "env.json", "manifest.json"),
]


def makes(file: str, text: str = "made") -> Maker:
    """A maker of one file, or of one in a folder."""

    def make(_: RunRecord, folder: Path, give_way: GiveWay) -> None:
        give_way()
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text)

    return Maker(file.split("/", maxsplit=1)[0], make)


def everything_in(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*")}


@contextmanager
def failing_at(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> Iterator[None]:
    """Let the disk fail in the middle of a file."""
    write = Path.write_bytes

    def fail(path: Path, data: bytes) -> int:
        if path.name == name:
            write(path, data[: len(data) // 2])
            raise OSError(number, os.strerror(number))
        return write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fail)
        yield


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


REASONS = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EACCES: "it is not allowed here",
    errno.EROFS: "the disk can only be read",
    errno.ENODEV: "no such device",
}


@pytest.mark.parametrize("number", REASONS)
@pytest.mark.parametrize("name", OWN_FILES)
def test_a_disk_that_fails_at_any_file_leaves_nothing_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    with failing_at(monkeypatch, name, number), pytest.raises(RunFileError) as refused:
        save_run(record_of(), tmp_path / "outputs", RUN)
    assert str(refused.value) == f"{name} cannot be written: {REASONS[number]}."
    assert everything_in(tmp_path / "outputs") == set()
    assert save_run(record_of(), tmp_path / "outputs", RUN).path.is_dir()


def test_a_file_that_the_system_cuts_off_leaves_nothing_and_is_told(tmp_path: Path) -> None:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, usual[1]))
    try:
        with pytest.raises(RunFileError, match=r"changes.jsonl cannot be written: it is larger than the system allows"):
            save_run(record_of(), tmp_path, RUN)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert everything_in(tmp_path) == set()


@pytest.mark.parametrize("where", ["outputs", "above"])
def test_a_file_where_the_directory_of_runs_should_be_is_told(tmp_path: Path, where: str) -> None:
    runs = tmp_path / "above" / "outputs"
    if where == "outputs":
        runs.parent.mkdir()
    (tmp_path / "above" if where == "above" else runs).write_text("a file")
    with pytest.raises(
        RunFileError, match=r"^outputs cannot be written: there is a file where a directory should be\.$"
    ):
        save_run(record_of(), runs, RUN)


def test_a_file_where_the_folder_of_a_run_should_be_is_told_and_stays(tmp_path: Path) -> None:
    (tmp_path / RUN).write_text("a file")
    with pytest.raises(RunFileError, match=r"cannot be written: there is a file where a directory should be\.$"):
        save_run(record_of(), tmp_path, RUN)
    assert everything_in(tmp_path) == {RUN}


def test_a_run_that_cannot_get_its_name_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        with pytest.raises(RunFileError, match=r"cannot be written: no space is left on the disk\.$"):
            save_run(record_of(), tmp_path, RUN)
    assert everything_in(tmp_path) == set()


@pytest.mark.parametrize("what", ["the folder of the run", "the directory of all runs"])
def test_a_directory_that_vanishes_meanwhile_is_told(tmp_path: Path, what: str) -> None:
    runs = tmp_path / "outputs"

    def vanish(_: RunRecord, folder: Path, __: GiveWay) -> None:
        shutil.rmtree(folder if what == "the folder of the run" else runs)

    with pytest.raises(RunFileError, match=r"^manifest.json cannot be written: its directory is not there\.$"):
        save_run(record_of(), runs, RUN, makers=[Maker("train.py", vanish)])
    assert not runs.exists() or everything_in(runs) == set()


def test_the_file_that_a_maker_could_not_write_is_named(tmp_path: Path) -> None:
    def fail(_: RunRecord, folder: Path, __: GiveWay) -> None:
        (folder / "map.png").write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(RunFileError, match=r"^map.png cannot be written: no space is left on the disk\.$"):
        save_run(record_of(), tmp_path, RUN, makers=[Maker("map.png", fail)])
    assert everything_in(tmp_path) == set()


def test_whatever_a_maker_raises_leaves_nothing(tmp_path: Path) -> None:
    def fail(_: RunRecord, folder: Path, __: GiveWay) -> None:
        (folder / "map.png").write_bytes(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_run(record_of(), tmp_path, RUN, makers=[Maker("map.png", fail)])
    assert everything_in(tmp_path) == set()


def test_a_run_that_the_index_cannot_take_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / INDEX).mkdir()
    with pytest.raises(RunFileError, match=r"^index.jsonl cannot be written: there is a directory where a file"):
        save_run(record_of(), tmp_path, RUN)
    assert everything_in(tmp_path) == {INDEX}


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


@pytest.mark.parametrize("name", ["../index.jsonl", "notes.txt", "/etc/passwd", "tb", "", "tb/../../index.jsonl"])
def test_only_files_of_the_manifest_are_handed_out(tmp_path: Path, name: str) -> None:
    saved = save_run(record_of(), tmp_path, RUN, makers=[makes("tb/events", "seen")])
    (saved.path / "notes.txt").write_text("not part of the run")
    assert file_bytes(saved.path, "tb/events") == b"seen"
    with pytest.raises(RunFileError, match="is no file of this run"):
        file_bytes(saved.path, name)


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


def environment_of(tmp_path: Path, record: RunRecord | None = None, **given: object) -> dict[str, object]:
    saved = save_run(record or record_of(), tmp_path, new_run_id(), **given)  # type: ignore[arg-type]
    told: dict[str, object] = json.loads((saved.path / "env.json").read_bytes())
    return told


def test_the_environment_tells_parent_device_and_what_made_the_steps(tmp_path: Path) -> None:
    parent, device = Parent(RUN, 64 * "a"), Device("cuda", "H100", "580.1", "13.0", 4)
    told = environment_of(tmp_path, record_of(engine="native", is_exact=False), parent=parent, device=device)
    assert told["parent"] == {"run_id": RUN, "checkpoint_id": 64 * "a"}
    names = ("device", "gpu_name", "gpu_driver", "cuda_version", "threads", "engine", "is_exact")
    assert [told[name] for name in names] == ["cuda", "H100", "580.1", "13.0", 4, "native", False]


def test_the_hash_of_the_environment_is_of_the_machine_and_not_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = environment_of(tmp_path)["env_hash"]
    assert environment_of(tmp_path, record_of(replace_config(RunConfig(), seed=9)))["env_hash"] == first
    assert environment_of(tmp_path, device=Device(threads=2))["env_hash"] != first
    monkeypatch.setattr(env_file, "version", lambda _: "0.1")
    assert environment_of(tmp_path)["env_hash"] != first


@pytest.fixture
def repository(tmp_path: Path) -> Callable[..., None]:
    def git(*arguments: str) -> None:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@b.example", *arguments]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "-m", "One")
    return git


@pytest.mark.usefixtures("repository")
def test_the_commit_is_told_and_whether_anything_has_been_changed_since(tmp_path: Path) -> None:
    _git_commit.cache_clear()
    clean = _git_commit(tmp_path)
    assert clean is not None
    assert len(clean) == 40
    (tmp_path / "file").write_text("two")
    _git_commit.cache_clear()
    assert _git_commit(tmp_path) == f"{clean}-dirty"


@pytest.mark.usefixtures("repository")
def test_nothing_is_written_into_the_repository_when_it_is_asked(tmp_path: Path) -> None:
    index = tmp_path / ".git" / "index"
    before = index.read_bytes()
    # Git would now write down that the file is as it was.
    os.utime(tmp_path / "file", (1, 1))
    _git_commit.cache_clear()
    assert _git_commit(tmp_path) is not None
    assert index.read_bytes() == before


@pytest.mark.usefixtures("repository")
def test_a_repository_around_the_project_is_not_taken_for_its_own(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    assert _git_commit(tmp_path / "inside") is None


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _git_commit(tmp_path) is None
