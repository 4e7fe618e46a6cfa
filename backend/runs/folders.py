"""Folders of runs: begun under a name that nobody looks for, named when they are whole, removed in one step."""

import errno
import logging
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Final

from backend.runs.errors import RunFileError, unwritten
from backend.runs.layout import UNFINISHED

STALE_S: Final = 86_400.0
"""What has not been finished for so long never will be."""

_log = logging.getLogger(__name__)


def nearest(directory: Path) -> Path:
    """What there is of a path: itself, or the nearest above it."""
    whole = directory.absolute()
    return next(place for place in (whole, *whole.parents) if os.path.lexists(place))


def check_directory(runs_dir: Path) -> None:
    """See that runs can be written into a directory, which need not be there yet; nothing is made.

    Raises:
        RunFileError: they cannot.
    """
    there = nearest(runs_dir)
    if not there.is_dir():
        raise unwritten(NotADirectoryError(errno.ENOTDIR, ""), str(runs_dir))
    if not os.access(there, os.W_OK | os.X_OK):
        raise unwritten(PermissionError(errno.EACCES, ""), str(runs_dir))


def begin_folder(runs_dir: Path) -> Path:
    """A new, empty folder in the directory of all runs, which is made if it is not there.

    Raises:
        RunFileError: it cannot be made.
    """
    folder = runs_dir / f"{UNFINISHED}{secrets.token_hex(8)}"
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
    except OSError as error:
        raise RunFileError(runs_dir.name, unwritten(error, runs_dir.name).reason) from error
    return folder


def write_file(path: Path, data: bytes) -> None:
    """Make a file.

    Raises:
        RunFileError: it could not be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise unwritten(error, path.name) from error


def name_folder(unfinished: Path, folder: Path, runs_dir: Path) -> None:
    """Give a folder that is whole its name, in one step.

    Args:
        unfinished: the folder.
        folder: what it is to be called; nothing of this name is there.
        runs_dir: the directory of all runs.

    Raises:
        RunFileError: it could not be named; the folders around it that were made for it are gone.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished.rename(folder)
    except OSError as error:
        _remove_empty(folder.parent, runs_dir)
        raise unwritten(error, folder.name) from error


def remove_folder(folder: Path, runs_dir: Path) -> None:
    """Remove the folder of a run, and the folders around it that are empty then.

    Args:
        folder: of the run.
        runs_dir: the directory of all runs.

    Raises:
        RunFileError: it does not lie in that directory, or a link leads to it, or it could not be removed.
    """
    check_inside(folder, runs_dir)
    leaving = runs_dir / f"{UNFINISHED}{secrets.token_hex(8)}"
    try:
        folder.rename(leaving)
        shutil.rmtree(leaving)
    except OSError as error:
        raise RunFileError(folder.name, f"cannot be removed: {(error.strerror or 'the disk fails').lower()}") from error
    _remove_empty(folder.parent, runs_dir)


def check_inside(folder: Path, runs_dir: Path) -> None:
    """See that a folder lies in the directory of all runs itself, by its name and without any link on the way.

    Raises:
        RunFileError: it does not.
    """
    between = folder.relative_to(runs_dir).parts if folder.is_relative_to(runs_dir) else ()
    if not between or ".." in between:
        raise RunFileError(folder.name, f"does not lie in {runs_dir.name}")
    place = runs_dir
    for part in between:
        place /= part
        if place.is_symlink():
            raise RunFileError(folder.name, f"does not lie in {runs_dir.name} itself: {part} is a link")


def remove_stale(runs_dir: Path) -> None:
    """Remove what was begun long ago and never finished, because its process was killed."""
    for folder in runs_dir.glob(f"{UNFINISHED}*"):
        try:
            if not folder.is_symlink() and time.time() - folder.stat().st_mtime > STALE_S:
                shutil.rmtree(folder)
                _log.info("Removed the unfinished run %s.", folder.name, extra={"event": "unfinished_run_removed"})
        except OSError as error:
            _log.warning(
                "Cannot remove the unfinished run %s: %s.",
                folder.name,
                error.strerror,
                extra={"event": "unfinished_run_left"},
            )


def _remove_empty(folder: Path, runs_dir: Path) -> None:
    """Remove a folder and those around it as far as they are empty; not the directory of all runs."""
    while folder != runs_dir:
        try:
            folder.rmdir()
        except OSError:
            # Another run lies in it, or somebody else has just removed it.
            return
        folder = folder.parent
