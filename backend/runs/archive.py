"""A saved run as one zip: always the same bytes for the same files."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

from backend.runs.errors import unread
from backend.runs.writing import saved_run

_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can tell: when a run was saved stands in its env.json."""
_PLAIN_FILE: Final = 0o100644 << 16


def zipped(folder: Path, give_way: Callable[[], None] = lambda: None) -> bytes:
    """The zip of a run: the files of its manifest, at the top of the zip.

    Args:
        folder: of the run.
        give_way: called before each file.

    Raises:
        RunFileError: one of the files is missing or cannot be read.
    """
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in saved_run(folder).files:
            give_way()
            entry = zipfile.ZipInfo(file.name, _DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _PLAIN_FILE
            archive.writestr(entry, _read(folder, file.name))
    return target.getvalue()


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise unread(error, name) from error
