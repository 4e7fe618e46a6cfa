"""`history.csv`: how well a run did, step by step, and what was changed on the way."""

from collections.abc import Iterator
from math import isfinite
from typing import Final, assert_never

from msgspec import json

from backend.logic.changes import Freeze, SetParameters
from backend.logic.config import RunConfig, differing
from backend.logic.dataset_difference import DatasetDifference
from backend.logic.run_record import HistoryRow, RunRecord
from backend.logic.stretches import GiveWay, nobody_waits
from backend.runs.layout import HISTORY
from backend.runs.tables import Row, read_table, table_bytes

COLUMNS: Final = ("step", "epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "changes")
MOST_ROWS: Final = 4_000
"""More than a run keeps."""
LONGEST_CHANGES: Final = 300
"""Characters that tell what was changed."""

_MOST_STEPS: Final = 2**53 - 1
_HIGHEST: Final = 1e300


def history_bytes(record: RunRecord, give_way: GiveWay = nobody_waits) -> bytes:
    """`history.csv` of a run: what was changed since the row before stands in the first row that came after it.

    Args:
        record: of the run.
        give_way: called among the rows.
    """
    return table_bytes(COLUMNS, _rows(record), give_way)


def read_history(data: bytes, give_way: GiveWay = nobody_waits) -> tuple[HistoryRow, ...]:
    """The rows of a history; what it says of changes is for persons alone.

    Args:
        data: what is in the file.
        give_way: called among the rows.

    Raises:
        RunFileError: they are no history, or too many.
    """
    rows: list[HistoryRow] = []
    least = 0
    for row in read_table(data, HISTORY, COLUMNS, MOST_ROWS, "rows", give_way=give_way):
        step, epoch, train_loss, test_loss, train_accuracy, test_accuracy, _ = row.cells
        rows.append(
            HistoryRow(
                row.whole("step", step, least, _MOST_STEPS),
                row.number("epoch", epoch, 0, _HIGHEST),
                _number(row, "train_loss", train_loss, _HIGHEST),
                _number(row, "test_loss", test_loss, _HIGHEST),
                _number(row, "train_accuracy", train_accuracy, 1),
                _number(row, "test_accuracy", test_accuracy, 1),
            )
        )
        least = rows[-1].step
    return tuple(rows)


def _rows(record: RunRecord) -> Iterator[list[object]]:
    changes = list(_told_changes(record))
    first = 0
    for row in record.history:
        last = first
        while last < len(changes) and changes[last][0] <= row.step:
            last += 1
        told = "; ".join(text for _, text in changes[first:last])
        first = last
        shown = told if len(told) <= LONGEST_CHANGES else f"{told[: LONGEST_CHANGES - 1]}…"
        yield [row.step, *map(_cell, row[1:]), shown]


def _told_changes(record: RunRecord) -> Iterator[tuple[int, str]]:
    """After how many steps something was changed, and what."""
    if record.beginning is None:
        return
    config = record.beginning.config
    for step, change in record.changes:
        yield step, f"step {step}: {_told(change, config)}"
        if isinstance(change, RunConfig):
            config = change


def _told(change: RunConfig | DatasetDifference | SetParameters | Freeze, before: RunConfig) -> str:
    match change:
        case RunConfig():
            return ", ".join(
                f"{name} {_value(before, name)} → {_value(change, name)}" for name in sorted(differing(before, change))
            )
        case DatasetDifference():
            return f"{len(change.put)} points put, {len(change.removed)} removed"
        case SetParameters():
            return f"{len(change.values)} weights set"
        case Freeze():
            return f"{len(change.parameters)} weights frozen"
        case _:
            assert_never(change)


def _value(config: RunConfig, name: str) -> str:
    return json.encode(getattr(config, name)).decode()


def _cell(number: float | None) -> str:
    return repr(float(number)) if number is not None and isfinite(number) else ""


def _number(row: Row, column: str, text: str, most: float) -> float | None:
    return row.number(column, text, 0, most) if text else None
