"""RunFileError: why a run cannot be kept or opened, as a sentence that names the file and the reason."""

import errno
from pathlib import Path
from typing import Final

_REASONS: Final = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EACCES: "it is not allowed here",
    errno.EPERM: "it is not allowed here",
    errno.EROFS: "the disk can only be read",
    errno.ENOENT: "its directory is not there",
    errno.ENOTDIR: "there is a file where a directory should be",
    errno.EEXIST: "there is a file where a directory should be",
    errno.EISDIR: "there is a directory where a file should be",
    errno.ENOTEMPTY: "something else is there already",
    errno.EFBIG: "it is larger than the system allows",
    errno.EMFILE: "too many files are open",
    errno.EIO: "the disk fails",
}


class RunFileError(Exception):
    """A file of a run is not what it should be, or it cannot be written; nothing has changed.

    Args:
        file: its name within the run.
        reason: what is wrong, as what follows behind the name, without the full stop.
    """

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file} {reason}.")
        self.file = file
        self.reason = reason


class KeptRunError(RunFileError):
    """The run that somebody means is kept, but cannot be had.

    Args:
        error: what is wrong.
        path: the folder of the run, from the directory of all runs on; "" if it could not be looked for.
    """

    def __init__(self, error: RunFileError, path: str = "") -> None:
        super().__init__(error.file, error.reason)
        self.path = path

    def __str__(self) -> str:
        """What is wrong, and with which run."""
        place = f" It lies in {self.path}. Remove it, or give the page the zip or the folder of another."
        why = f"The newest run with these settings cannot be opened: {super().__str__()}"
        return why + place if self.path else why


def unwritten(error: OSError, file: str) -> RunFileError:
    """What it means for a person that the operating system did not write.

    Args:
        error: why not.
        file: what was being written, if the error does not say it.
    """
    name = Path(error.filename).name if isinstance(error.filename, str) else file
    return RunFileError(name, f"cannot be written: {_reason(error)}")


def unread(error: OSError, file: str) -> RunFileError:
    """What it means for a person that the operating system did not read a file."""
    if isinstance(error, FileNotFoundError):
        return RunFileError(file, "is missing")
    return RunFileError(file, f"cannot be read: {_reason(error)}")


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0) or (error.strerror or "the disk fails").lower()
