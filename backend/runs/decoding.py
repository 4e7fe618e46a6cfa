"""`decode`: JSON of a file into a value of a type, or a sentence that says what is wrong with it."""

import re
from typing import Final, TypeVar

import msgspec
from msgspec import Struct
from msgspec.json import Decoder

from backend.field_refusals import field_refusal
from backend.runs.errors import RunFileError
from backend.runs.layout import FORMAT

T = TypeVar("T")


class _Versioned(Struct):
    """What every file says of itself, whatever else is in it."""

    format: int = FORMAT


_VERSIONED: Final = Decoder(_Versioned)
_PLACE: Final = re.compile(r"\(byte (\d+)\)$")
"""Where msgspec says that a text went wrong, counted from 0. It says so always, unless the text is cut off."""


def decode(data: bytes, decoder: Decoder[T], file: str, line: int | None = None) -> T:
    """The value that a JSON text stands for.

    Args:
        data: the text in UTF-8.
        decoder: of its type, with its bounds.
        file: whose text it is.
        line: in which line, if the file has more than one value.

    Raises:
        RunFileError: it is none.
    """
    place = "" if line is None else f" in line {line:,}"
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        sentence = str(field_refusal(str(error))).rstrip(".")
        raise RunFileError(file, f"is not right{place}: {sentence[0].lower()}{sentence[1:]}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RunFileError(file, f"is not JSON{place}: {_why_not_json(error)}") from error
    except RecursionError as error:
        raise RunFileError(file, f"is nested too deeply{place}") from error


def _why_not_json(error: msgspec.DecodeError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    if place := _PLACE.search(str(error)):
        return f"it makes no sense from byte {int(place[1]) + 1:,} on"
    return "it ends too early"


def check_format(data: bytes, file: str) -> None:
    """See that a file is not of a later format than this version knows.

    Raises:
        RunFileError: it is, or it is no JSON object.
    """
    found = decode(data, _VERSIONED, file).format
    if found > FORMAT:
        raise RunFileError(
            file, f"was written by a newer version of Boundary Lab: it has format {found}, this version reads {FORMAT}"
        )
