"""Where the files of a run that is opened come from: a folder, a zip, or memory."""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Final, Protocol

from backend.logic.stretches import GiveWay, in_stretches, nobody_waits
from backend.runs.errors import RunFileError, unread
from backend.runs.layout import CONFIG

MOST_ENTRIES: Final = 1_024
"""Of a zip."""
MOST_UNPACKED_BYTES: Final = 268_435_456
"""Of all files of a zip together, as it declares them; what is read of them is far less."""

_THE_ZIP: Final = "The zip"
_DIRECTORY_BYTES: Final = 262_144
_PIECE_BYTES: Final = 65_536
_END: Final = struct.Struct("<4s4H2IH")
"""The end of a zip's directory; the sixth is the size of the directory. See APPNOTE.TXT 4.3.16 of PKWARE."""
_END_MARK, _LARGE_MARK = b"PK\x05\x06", b"PK\x06\x07"
_ENCRYPTED: Final = 0x1
_MADE_ON_UNIX: Final = 3
_SHOWN: Final = 60
"""Characters of a name that are repeated."""


class Source(Protocol):
    """What the files of a run are read from."""

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""

    def read(self, name: str, most_bytes: int) -> bytes:
        """What is in a file.

        Args:
            name: of the file.
            most_bytes: of a larger one nothing is read.

        Raises:
            RunFileError: it is missing, too large or damaged.
        """


class FolderSource:
    """A folder of this machine; links in it are not followed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def has(self, name: str) -> bool:
        """See Source."""
        return os.path.lexists(self._path / name)

    def read(self, name: str, most_bytes: int) -> bytes:
        """See Source."""
        return read_file(self._path / name, most_bytes)


def read_file(path: Path, most_bytes: int) -> bytes:
    """What is in a file of this machine that is no link, pipe or device.

    Raises:
        RunFileError: it is missing, too large or cannot be read.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise RunFileError(path.name, "is no plain file")
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise unread(error, path.name) from error
    if len(data) > most_bytes:
        raise RunFileError(path.name, f"is too large: it can have {most_bytes:,} bytes")
    return data


class FilesSource:
    """Files that are in memory already, by their names."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def has(self, name: str) -> bool:
        """See Source."""
        return name in self._files

    def read(self, name: str, most_bytes: int) -> bytes:
        """See Source."""
        if name not in self._files:
            raise RunFileError(name, "is missing")
        data = self._files[name]
        if len(data) > most_bytes:
            raise RunFileError(name, f"is too large: it can have {most_bytes:,} bytes, and has {len(data):,}")
        return data


class ZipSource:
    """A zip in memory, nothing of which is ever written to the disk.

    The files lie at its top, or all in one folder there, as when somebody has packed the folder again.

    Args:
        data: the zip.
        give_way: called among its files, and while one is unpacked.

    Raises:
        RunFileError: it is none, or one that nobody has made with good intent.
    """

    def __init__(self, data: bytes, give_way: GiveWay = nobody_waits) -> None:
        self._give_way = give_way
        _check_directory(data)
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise _damaged(error) from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in in_stretches(self._zip.infolist(), give_way):
            _check_entry(entry)
            if entry.filename in self._entries:
                raise RunFileError(_THE_ZIP, f"has two files of the name {_shown(entry.filename)}")
            self._entries[entry.filename] = entry
        unpacked = sum(entry.file_size for entry in self._entries.values())
        if unpacked > MOST_UNPACKED_BYTES:
            raise RunFileError(
                _THE_ZIP, f"would have {unpacked:,} bytes when unpacked: {MOST_UNPACKED_BYTES:,} are allowed"
            )
        self._prefix = _prefix_of(self._entries)

    def has(self, name: str) -> bool:
        """See Source."""
        return self._prefix + name in self._entries

    def read(self, name: str, most_bytes: int) -> bytes:
        """See Source."""
        entry = self._entries.get(self._prefix + name)
        if entry is None:
            raise RunFileError(name, "is missing in the zip")
        if entry.file_size > most_bytes:
            raise RunFileError(name, f"is too large: it can have {most_bytes:,} bytes, and has {entry.file_size:,}")
        try:
            with self._zip.open(entry) as file:
                # With a number of bytes no more is unpacked at a time. A file that is larger than it says ends where it
                # says, and then its checksum is wrong.
                return b"".join(self._pieces(file))
        except (
            *(zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, OSError),
            *(ValueError, struct.error),
        ) as error:
            raise RunFileError(name, "is damaged in the zip") from error

    def _pieces(self, file: IO[bytes]) -> Iterator[bytes]:
        while piece := file.read(_PIECE_BYTES):
            yield piece
            self._give_way()


def _prefix_of(names: Iterable[str]) -> str:
    """What the names of a run's files begin with in a zip: nothing, or the one folder in which they lie.

    Raises:
        RunFileError: there is no run, or more than one.
    """
    tops = [str(path.parent) for path in map(PurePosixPath, names) if path.name == CONFIG]
    if "." in tops:
        return ""
    match [top for top in tops if "/" not in top]:
        case [top]:
            return f"{top}/"
        case []:
            raise RunFileError(_THE_ZIP, f"is no run of Boundary Lab: {CONFIG} is missing")
        case _:
            raise RunFileError(_THE_ZIP, f"is no single run: {CONFIG} is in several of its folders")


def _check_directory(data: bytes) -> None:
    """See that the directory of a zip is small before it is read.

    Raises:
        RunFileError: it is not, or there is none.
    """
    place = data.rfind(_END_MARK, max(0, len(data) - _END.size - 65_535))
    if place < 0 or len(data) - place < _END.size:
        raise RunFileError(_THE_ZIP, "is not a whole zip")
    *_, entries, directory_bytes, _, _ = _END.unpack_from(data, place)
    if _LARGE_MARK in data[max(0, place - 20) : place]:
        raise RunFileError(_THE_ZIP, "is of the kind for more than 4 GB, which no run needs")
    if entries > MOST_ENTRIES or directory_bytes > _DIRECTORY_BYTES:
        raise RunFileError(_THE_ZIP, f"has too many files: {MOST_ENTRIES:,} are allowed")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """See that a file of a zip is one that a run can have.

    Raises:
        RunFileError: it is not.
    """
    name = entry.orig_filename
    if name != entry.filename or "\\" in name or "\0" in name or ":" in name or not name.isprintable():
        raise RunFileError(_THE_ZIP, f"has a file with a forbidden name, {_shown(name)}")
    if name.startswith("/") or ".." in name.split("/"):
        raise RunFileError(_THE_ZIP, f"has a file whose name leads out of it, {_shown(name)}")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.create_system == _MADE_ON_UNIX and kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise RunFileError(_THE_ZIP, f"has {_shown(name)}, which is a link or a device and no file")
    if entry.flag_bits & _ENCRYPTED:
        raise RunFileError(_THE_ZIP, f"has a password: {_shown(name)} is encrypted")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise RunFileError(_THE_ZIP, f"has {_shown(name)} packed in a way that is not read here")


def _damaged(error: Exception) -> RunFileError:
    return RunFileError(_THE_ZIP, f"is damaged: {str(error).rstrip('.')[:_SHOWN]}")


def _shown(name: str) -> str:
    return repr(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…")
