"""A saved run as one zip: always the same bytes for the same files."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final

from backend.logic.stretches import GiveWay, nobody_waits, pieces
from backend.runs.errors import unread
from backend.runs.writing import saved_run

_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can tell: when a run was saved stands in its env.json."""
_PLAIN_FILE: Final = 0o100644 << 16


def zipped(folder: Path, give_way: GiveWay = nobody_waits) -> bytes:
    """The zip of a run: the files of its manifest, at the top of the zip.

    Args:
        folder: of the run.
        give_way: called before each file, and among its bytes.

    Raises:
        RunFileError: one of the files is missing or cannot be read.
    """
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in saved_run(folder).files:
            give_way()
            entry = zipfile.ZipInfo(file.name, _DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _PLAIN_FILE
            data = _read(folder, file.name)
            entry.file_size = len(data)
            with archive.open(entry, "w") as target_file:
                for piece in pieces(data, give_way):
                    target_file.write(piece)
    return target.getvalue()


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise unread(error, name) from error
