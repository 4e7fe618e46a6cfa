"""`index.jsonl`: which runs have been saved, and until when they are kept. Lines are added to it, never changed."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from msgspec import Meta, Struct, json

from backend.logic.config import Problem
from backend.logic.run_record import RunRecord
from backend.logic.stretches import GiveWay, in_stretches, nobody_waits
from backend.runs.decoding import decode
from backend.runs.env_file import RunId, Sha256
from backend.runs.errors import RunFileError, unread, unwritten
from backend.runs.folders import check_inside, remove_folder
from backend.runs.layout import INDEX, RUN_ID, checkpoint_id, config_hash, folder_of, run_path

MOST_BYTES: Final = 67_108_864

_Moment = Annotated[datetime, Meta(tz=True)]


class Entry(Struct, frozen=True, kw_only=True, tag_field="event", tag="saved"):
    """A run that was saved.

    Attributes:
        run_id: its name.
        config_hash: of its config.
        checkpoint_id: of its parameters.
        saved: when, in UTC.
        bytes: of all its files.
        kept_until: the last day on which it is kept.
        steps: optimizer updates.
        problem: what it learns.
        train_loss: at its end, None if it is not known, as all below.
        test_loss: likewise.
        train_accuracy: likewise.
        test_accuracy: likewise.
        path: its folder, from the directory of all runs on.
    """

    run_id: RunId
    config_hash: Sha256
    checkpoint_id: Sha256
    saved: _Moment
    bytes: Annotated[int, Meta(ge=0)]
    kept_until: date
    steps: Annotated[int, Meta(ge=0)]
    problem: Problem
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    path: str


class Removal(Struct, frozen=True, kw_only=True, tag_field="event", tag="removed"):
    """A run that was removed, and when."""

    path: str
    removed: _Moment


_DECODER: Final[json.Decoder[Entry | Removal]] = json.Decoder(Entry | Removal)


class Index(NamedTuple):
    """What the index says.

    Attributes:
        entries: the runs that are there, in the order in which they were saved.
        notes: lines that are none, as sentences.
    """

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]


def entry_of(record: RunRecord, run_id: str, size_bytes: int, saved: datetime, kept_days: int) -> Entry:
    """The entry of a run.

    Args:
        record: of the run.
        run_id: its name.
        size_bytes: of all its files.
        saved: when, in UTC.
        kept_days: for how many days it shall be kept.
    """
    checkpoint = record.checkpoint
    last = record.history[-1] if record.history else None
    config, parameters = config_hash(checkpoint.config), checkpoint_id(checkpoint.parameters)
    return Entry(
        run_id=run_id,
        config_hash=config,
        checkpoint_id=parameters,
        saved=saved.replace(microsecond=0),
        bytes=size_bytes,
        kept_until=(saved + timedelta(days=kept_days)).date(),
        steps=checkpoint.step,
        problem=checkpoint.config.problem,
        train_loss=last and last.train_loss,
        test_loss=last and last.test_loss,
        train_accuracy=last and last.train_accuracy,
        test_accuracy=last and last.test_accuracy,
        path=run_path(run_id, config, parameters),
    )


def append(runs_dir: Path, line: Entry | Removal) -> None:
    """Add a line to the index, by one write, so that several processes can do so.

    Raises:
        RunFileError: it could not be written.
    """
    data = json.encode(line) + b"\n"
    try:
        with (runs_dir / INDEX).open("ab+", buffering=0) as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                # The last line may have been cut off, by a disk that was full. If it is only being written by another
                # process right now, an empty line comes between the two.
                data = data if file.read(1) == b"\n" else b"\n" + data
            written = file.write(data)
    except OSError as error:
        raise unwritten(error, INDEX) from error
    if written != len(data):
        raise RunFileError(INDEX, "cannot be written: no space is left on the disk")


def entries(runs_dir: Path, give_way: GiveWay = nobody_waits) -> Index:
    """The runs of which the index knows and which are there; lines that are none are told and left out.

    Args:
        runs_dir: the directory of all runs.
        give_way: called among the lines.

    Raises:
        RunFileError: there is an index, but it cannot be read, or a run in it may not be looked at.
    """
    try:
        with (runs_dir / INDEX).open("rb") as file:
            lines = file.read(MOST_BYTES).split(b"\n")
    except FileNotFoundError:
        return Index((), ())
    except OSError as error:
        raise unread(error, INDEX) from error
    found: dict[str, Entry] = {}
    notes = []
    for number, line in enumerate(in_stretches(lines, give_way), 1):
        if not line:
            continue
        try:
            told = decode(line, _DECODER, INDEX, number)
            folder_of(runs_dir, told.path)
        except (RunFileError, ValueError):
            notes.append(f"Line {number:,} of {INDEX} is no entry: it is left out.")
            continue
        if isinstance(told, Entry):
            found[told.path] = told
        else:
            found.pop(told.path, None)
    return Index(
        tuple(entry for entry in in_stretches(found.values(), give_way) if _is_there(runs_dir, entry)), tuple(notes)
    )


def _is_there(runs_dir: Path, entry: Entry) -> bool:
    """Whether the folder of a run has not been removed by hand.

    Raises:
        RunFileError: it may not be looked at.
    """
    try:
        return (runs_dir / entry.path).is_dir()
    except OSError as error:
        raise unread(error, entry.path) from error


def prunable(found: Iterable[Entry], now: datetime, older_than_days: int | None = None) -> tuple[Entry, ...]:
    """Those of these runs that may be removed, the oldest first.

    Args:
        found: the runs.
        now: this moment, in UTC.
        older_than_days: those that were saved so many days ago or earlier; None for those no longer to be kept.
    """

    def is_old(entry: Entry) -> bool:
        if older_than_days is None:
            return entry.kept_until < now.date()
        return entry.saved <= now - timedelta(days=older_than_days)

    return tuple(sorted(filter(is_old, found), key=lambda entry: entry.saved))


def unindexed(runs_dir: Path, found: Iterable[Entry]) -> tuple[str, ...]:
    """The paths of the folders that look like runs, but are none of those found in the index; nobody removes them."""
    known = {entry.path for entry in found}
    there = (
        folder.relative_to(runs_dir).as_posix()
        for run in sorted(runs_dir.glob("*"))
        if RUN_ID.fullmatch(run.name)
        for folder in sorted(run.glob("*/*"))
    )
    return tuple(path for path in there if path not in known)


def prune(runs_dir: Path, old: Iterable[Entry], on_each: Callable[[Entry], None]) -> None:
    """Remove runs, one after the other; none of them if one may not be removed.

    Args:
        runs_dir: the directory of all runs.
        old: the runs.
        on_each: told each run before it is removed.

    Raises:
        RunFileError: one of them does not lie in the directory itself, or could not be removed.
    """
    folders = {entry: folder_of(runs_dir, entry.path) for entry in old}
    for folder in folders.values():
        check_inside(folder, runs_dir)
    for entry, folder in folders.items():
        on_each(entry)
        remove_folder(folder, runs_dir)
        append(runs_dir, Removal(path=entry.path, removed=datetime.now(UTC).replace(microsecond=0)))
