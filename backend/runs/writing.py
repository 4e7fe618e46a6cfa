"""A run, written: all of it into a folder of its own, which gets its name when it is whole; otherwise nothing stays."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from backend.logic.run_record import RunRecord
from backend.runs import index
from backend.runs.changes_file import changes_bytes
from backend.runs.env_file import Device, Parent, environment_bytes
from backend.runs.errors import RunFileError, unwritten
from backend.runs.folders import begin_folder, name_folder, remove_folder, remove_stale, write_file
from backend.runs.history_file import history_bytes
from backend.runs.label_file import labels_bytes, labels_checksum
from backend.runs.layout import (
    CHANGES,
    CONFIG,
    ENVIRONMENT,
    HISTORY,
    LABELS,
    LABELS_CHECKSUM,
    MANIFEST,
    MODEL,
    MOST_BYTES,
    POINTS,
    STATE,
    STATE_TENSORS,
    checkpoint_id,
    config_bytes,
    config_hash,
    new_run_id,
    run_path,
    sha256,
)
from backend.runs.manifest import FileFacts, manifest_bytes, manifest_of, read_manifest
from backend.runs.model_file import model_bytes
from backend.runs.points_file import points_bytes
from backend.runs.sources import read_file
from backend.runs.state_file import state_bytes, state_tensor_bytes

KEPT_DAYS: Final = 90
_TELLING: Final = (CONFIG, POINTS, HISTORY, CHANGES, STATE, STATE_TENSORS)
"""What has to be the same for two runs with the same weights to be one."""

GiveWay = Callable[[], None]
Make = Callable[[RunRecord, Path, GiveWay], None]


class Maker(NamedTuple):
    """What makes one more file of a run.

    Attributes:
        file: its name; or that of a folder, if it makes several.
        make: writes it into the folder of the run, and calls what it is given at least every 5 ms of computing.
    """

    file: str
    make: Make


class SavedRun(NamedTuple):
    """A run that is on the disk.

    Attributes:
        path: its folder.
        run_id: its name.
        config_hash: of its config.
        checkpoint_id: of its parameters.
        bytes: of all its files.
        files: all of them, in the order of their names.
        was_there: whether it had been saved before, so that nothing was written.
    """

    path: Path
    run_id: str
    config_hash: str
    checkpoint_id: str
    bytes: int
    files: tuple[FileFacts, ...]
    was_there: bool


def save_run(
    record: RunRecord,
    runs_dir: Path,
    run_id: str,
    *,
    makers: Sequence[Maker] = (),
    parent: Parent | None = None,
    device: Device | None = None,
    kept_days: int | None = KEPT_DAYS,
    give_way: GiveWay = lambda: None,
    on_file: Callable[[str], None] = lambda _: None,
) -> SavedRun:
    """Write a run, and an entry for it in the index.

    If the same has been saved before, with all that is asked for, nothing is written; if something else is there under
    its name, the run gets a new one.

    Args:
        record: all that is kept of it.
        runs_dir: the directory of all runs; it is made if it is not there.
        run_id: its name.
        makers: make what takes more than writing down the record, in this order.
        parent: the saved run that it went on from, if any.
        device: where it was trained; None for one thread of the CPU.
        kept_days: for how many days it shall be kept; None for one that goes by itself: the index does not name it.
        give_way: called between the parts of the work.
        on_file: told the name of each file before it is made.

    Raises:
        RunFileError: something could not be written; nothing of the run stays.
    """
    config, checkpoint = config_hash(record.checkpoint.config), checkpoint_id(record.checkpoint.parameters)
    files = _own_files(record, give_way)
    there = runs_dir / run_path(run_id, config, checkpoint)
    if there.exists():
        if _is_same(there, files, makers):
            return saved_run(there, was_there=True)
        run_id = new_run_id()
    saved = datetime.now(UTC)
    files[ENVIRONMENT] = environment_bytes(record, run_id, parent, device or Device(), saved)
    folder = runs_dir / run_path(run_id, config, checkpoint)
    unfinished = begin_folder(runs_dir)
    try:
        remove_stale(runs_dir)
        for name, data in files.items():
            on_file(name)
            give_way()
            write_file(unfinished / name, data)
        for maker in makers:
            on_file(maker.file)
            give_way()
            _make(maker, record, unfinished, give_way)
        on_file(MANIFEST)
        write_file(unfinished / MANIFEST, manifest_bytes(manifest_of(unfinished, give_way)))
        name_folder(unfinished, folder, runs_dir)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    run = saved_run(folder)
    if kept_days is None:
        return run
    try:
        index.append(runs_dir, index.entry_of(record, run.run_id, run.bytes, saved, kept_days))
    except RunFileError:
        remove_folder(folder, runs_dir)
        raise
    return run


def saved_run(folder: Path, *, was_there: bool = False) -> SavedRun:
    """What lies in the folder of a run, by its manifest.

    Raises:
        RunFileError: the manifest is missing or not right.
    """
    data = read_file(folder / MANIFEST, MOST_BYTES[MANIFEST])
    files = sorted([*read_manifest(data).files, FileFacts(MANIFEST, len(data), sha256(data))])
    run_id, config, checkpoint = folder.parts[-3:]
    size = sum(file.bytes for file in files)
    return SavedRun(folder, run_id, config, checkpoint, size, tuple(files), was_there)


def _own_files(record: RunRecord, give_way: GiveWay) -> dict[str, bytes]:
    """All that is the record written down."""
    checkpoint = record.checkpoint
    labels = labels_bytes(checkpoint.config.classes)
    writers: Mapping[str, Callable[[], bytes]] = {
        CONFIG: lambda: config_bytes(checkpoint.config),
        POINTS: lambda: points_bytes(checkpoint.dataset, give_way),
        LABELS: lambda: labels,
        LABELS_CHECKSUM: lambda: labels_checksum(labels),
        HISTORY: lambda: history_bytes(record, give_way),
        CHANGES: lambda: changes_bytes(record, give_way),
        MODEL: lambda: model_bytes(checkpoint.config, checkpoint.parameters),
        STATE: lambda: state_bytes(record),
        STATE_TENSORS: lambda: state_tensor_bytes(record),
    }
    files = {}
    for name, write in writers.items():
        give_way()
        files[name] = write()
    return files


def _is_same(folder: Path, files: Mapping[str, bytes], makers: Sequence[Maker]) -> bool:
    """Whether a folder holds this very run, with all that the makers would make."""
    try:
        there = {file.name: file.sha256 for file in saved_run(folder).files}
    except RunFileError:
        return False
    made = {name.split("/")[0] for name in there}
    return all(there.get(name) == sha256(files[name]) for name in _TELLING) and all(
        maker.file in made for maker in makers
    )


def _make(maker: Maker, record: RunRecord, folder: Path, give_way: GiveWay) -> None:
    try:
        maker.make(record, folder, give_way)
    except OSError as error:
        raise unwritten(error, maker.file) from error
