"""The newest run of a config among those that are kept: found by the index, checked like every run that is read."""

from pathlib import Path
from typing import NamedTuple

from backend.logic.config import RunConfig
from backend.logic.stretches import GiveWay, nobody_waits
from backend.runs.errors import KeptRunError, RunFileError
from backend.runs.folders import check_inside
from backend.runs.index import Entry, entries
from backend.runs.layout import CONFIG, INDEX, MODEL, config_hash, folder_of
from backend.runs.reading import OpenedRun, read_run
from backend.runs.sources import FolderSource


class KeptRun(NamedTuple):
    """A run that was found.

    Attributes:
        run: what was read; it has a name even where its files tell none.
        path: its folder, from the directory of all runs on.
        others: how many others there are of its config.
    """

    run: OpenedRun
    path: str
    others: int


def newest_of(runs_dir: Path, config: RunConfig, give_way: GiveWay = nobody_waits) -> KeptRun | None:
    """The run of a config that was saved last, None if there is none.

    Args:
        runs_dir: the directory of all runs.
        config: with the seed.
        give_way: called every few milliseconds of it.

    Raises:
        KeptRunError: it is not as it was saved, or the index cannot be read.
    """
    wanted = config_hash(config)
    try:
        found = [entry for entry in entries(runs_dir, give_way).entries if entry.config_hash == wanted]
    except RunFileError as error:
        raise KeptRunError(error) from error
    if not found:
        return None
    # Of those of the same second the one that stands last in the index.
    newest = max(reversed(found), key=lambda entry: entry.saved)
    try:
        run = _read(runs_dir, newest, give_way)
    except RunFileError as error:
        raise KeptRunError(error, newest.path) from error
    return KeptRun(run._replace(run_id=run.run_id or newest.run_id), newest.path, len(found) - 1)


def _read(runs_dir: Path, entry: Entry, give_way: GiveWay) -> OpenedRun:
    """The run of an entry.

    Raises:
        RunFileError: it is not as it was saved, or a link leads to it.
    """
    folder = folder_of(runs_dir, entry.path)
    check_inside(folder, runs_dir)
    run = read_run(FolderSource(folder), give_way)
    if run.config_hash != entry.config_hash:
        raise RunFileError(CONFIG, f"is not the one that {INDEX} names: its checksum is another")
    if run.checkpoint_id != entry.checkpoint_id:
        raise RunFileError(MODEL, f"has not the weights that {INDEX} names: their checksum is another")
    return run
