"""`manifest.json`: every other file of a run with its size and its SHA-256."""

import os
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from msgspec import Meta, Struct
from msgspec.json import Decoder

from backend.logic.stretches import GiveWay, nobody_waits
from backend.runs.decoding import check_format, decode
from backend.runs.env_file import Sha256
from backend.runs.errors import RunFileError
from backend.runs.layout import FORMAT, MANIFEST, canonical_json, sha256


class FileFacts(NamedTuple):
    """A file of a run.

    Attributes:
        name: from the folder of the run on, with /.
        bytes: its size.
        sha256: of what is in it, as 64 hex digits.
    """

    name: str
    bytes: int
    sha256: str


class _Entry(Struct, frozen=True, forbid_unknown_fields=True):
    bytes: Annotated[int, Meta(ge=0, lt=2**53)]
    sha256: Sha256


class _Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    files: dict[Annotated[str, Meta(max_length=200)], _Entry]


class Manifest(NamedTuple):
    """The files of a run, in the order of their names."""

    files: tuple[FileFacts, ...]

    def check(self, name: str, data: bytes, give_way: GiveWay = nobody_waits) -> None:
        """See that this is what was written in a file; `give_way` is called among the bytes.

        Raises:
            RunFileError: it is not, or there was no such file.
        """
        for file in self.files:
            if file.name == name:
                if file.sha256 != sha256(data, give_way):
                    raise RunFileError(
                        name, f"has been changed since it was saved: {MANIFEST} has another checksum of it"
                    )
                return
        raise RunFileError(name, f"is not in {MANIFEST}")


_DECODER: Final = Decoder(_Manifest)


def manifest_of(folder: Path, give_way: GiveWay) -> Manifest:
    """What is in a folder, at any depth.

    Args:
        folder: of a run.
        give_way: called before each file, and among its bytes.
    """
    names = sorted(
        (Path(place) / name).relative_to(folder).as_posix() for place, _, names in os.walk(folder) for name in names
    )
    files = []
    for name in names:
        give_way()
        data = (folder / name).read_bytes()
        files.append(FileFacts(name, len(data), sha256(data, give_way)))
    return Manifest(tuple(files))


def manifest_bytes(manifest: Manifest) -> bytes:
    """`manifest.json`."""
    files = {file.name: {"bytes": file.bytes, "sha256": file.sha256} for file in manifest.files}
    return canonical_json({"format": FORMAT, "files": files})


def read_manifest(data: bytes) -> Manifest:
    """What a `manifest.json` tells.

    Raises:
        RunFileError: it is none.
    """
    check_format(data, MANIFEST)
    files = decode(data, _DECODER, MANIFEST).files
    return Manifest(tuple(FileFacts(name, entry.bytes, entry.sha256) for name, entry in sorted(files.items())))
