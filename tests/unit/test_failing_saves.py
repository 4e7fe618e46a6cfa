"""A save that fails, by the disk or by a maker: it is told which file, and nothing is left."""

import errno
import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.logic.run_record import RunRecord
from backend.runs.errors import RunFileError
from backend.runs.layout import INDEX
from backend.runs.writing import GiveWay, Maker, save_run
from tests.support.run_records import RUN, record_of
from tests.unit.save_rig import OWN_FILES, everything_in


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
