"""Tables as CSV, written and read row by row; what a cell says is repeated to a person, never believed."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final, NamedTuple, TypeVar

from backend.logic.stretches import GiveWay, in_stretches, nobody_waits
from backend.runs.errors import RunFileError

T = TypeVar("T", bound=str)

_LONGEST_NUMBER: Final = 40
_SHOWN: Final = 20
"""Characters of a wrong cell that are repeated."""


def table_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]], give_way: GiveWay = nobody_waits) -> bytes:
    """The CSV of a table with these columns, lines ending with a newline alone; `give_way` is called among the rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(in_stretches(rows, give_way))
    return text.getvalue().encode()


class Row(NamedTuple):
    """A row of a table that somebody may have changed.

    Attributes:
        file: the name of the file.
        line: where it is, from 1.
        cells: what it says, one for each column.
    """

    file: str
    line: int
    cells: list[str]

    def number(self, column: str, text: str, least: float, most: float) -> float:
        """The number that a cell says.

        Raises:
            RunFileError: it says none, or one that is not between these two.
        """
        # float() would take underscores too, and digits of other scripts.
        if len(text) <= _LONGEST_NUMBER and text.isascii() and "_" not in text:
            with suppress(ValueError):
                number = float(text)
                if least <= number <= most:
                    return number
        raise self._wrong(column, text, f"no number from {least:g} to {most:g}")

    def whole(self, column: str, text: str, least: int, most: int) -> int:
        """The whole number that a cell says.

        Raises:
            RunFileError: it says none, or one that is not between these two.
        """
        if len(text) <= _LONGEST_NUMBER and text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        raise self._wrong(column, text, f"no whole number from {least} to {most}")

    def one_of(self, column: str, text: str, choices: Sequence[T]) -> T:
        """The choice that a cell says.

        Raises:
            RunFileError: it says none of them.
        """
        for choice in choices:
            if text == choice:
                return choice
        raise self._wrong(column, text, f"not {' or '.join(choices)}")

    def _wrong(self, column: str, text: str, why: str) -> RunFileError:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        return RunFileError(self.file, f"says {shown!r} for {column} in line {self.line:,}: that is {why}")


def read_table(
    data: bytes, file: str, columns: Sequence[str], most_rows: int, what: str, *, give_way: GiveWay = nobody_waits
) -> Iterator[Row]:
    """The rows of a CSV, one after the other.

    Args:
        data: what is in the file.
        file: its name.
        columns: what its first line has to name.
        most_rows: how many there can be.
        what: what they are, as a plural.
        give_way: called among the rows.

    Raises:
        RunFileError: when it is come to: what is no such table.
    """
    try:
        # A spreadsheet may have put a byte order mark in front.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RunFileError(file, f"is not text in UTF-8: see byte {error.start:,}") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if next(reader, None) != list(columns):
            raise RunFileError(file, f"does not begin with the line {','.join(columns)}")
        for count, cells in enumerate(in_stretches(reader, give_way), 1):
            if count > most_rows:
                raise RunFileError(file, f"has more than {most_rows:,} {what}")
            if len(cells) != len(columns):
                raise RunFileError(
                    file,
                    f"has {len(cells)} cells in line {reader.line_num:,}, not {len(columns)}: {', '.join(columns)}",
                )
            yield Row(file, reader.line_num, cells)
    except csv.Error as error:
        raise RunFileError(file, f"is not CSV in line {reader.line_num:,}: {error}") from error
