"""`runs`: the saved runs, listed, shown, and deleted by name."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, assert_never

import msgspec

from backend.command_line.errors import FailedError, WrongUsageError
from backend.command_line.orders import ListOrder, PruneOrder, ShowOrder, Speech
from backend.command_line.telling import Fact, say, tell_facts
from backend.runs.errors import RunFileError
from backend.runs.index import Entry, entries, prunable, prune, unindexed
from backend.runs.writing import saved_run

COLUMNS: Final = ("saved", "run_id", "checkpoint_id", "steps", "accuracy", "loss", "bytes", "kept_until")
"""Of a list: `accuracy` and `loss` are those over the test points, or over the training points if there are none."""

_SHORT: Final = 12
"""Digits of a checkpoint_id in a list: as many as `runs show` needs to find it."""

_NAMED: Final = 3
"""Runs that are named where one was meant: a line has no room for more, and `runs list` has all."""


def look_after_runs(order: ListOrder | ShowOrder | PruneOrder) -> None:
    """Carry out the order.

    Raises:
        RunFileError: the index, or a run, cannot be read.
        WrongUsageError: no run is called so, or several are.
        FailedError: a run could not be deleted.
        KeyboardInterrupt: a person ended it; its text says how far it came.
    """
    match order:
        case ListOrder():
            _list(order)
        case ShowOrder():
            _show(order)
        case PruneOrder():
            _prune(order)
        case _:
            assert_never(order)


def _list(order: ListOrder) -> None:
    found = entries(order.runs_dir)
    _say_all(order.speech, found.notes)
    _say_unindexed(unindexed(order.runs_dir, found.entries), order.speech)
    if order.speech.as_json:
        for entry in found.entries:
            _tell_entry(entry)
    elif found.entries:
        _tell_table(found.entries)
    else:
        _say_all(order.speech, [f"No run is saved in {order.runs_dir}."])


def _show(order: ShowOrder) -> None:
    found = [
        entry
        for entry in entries(order.runs_dir).entries
        if any(text.startswith(order.name) for text in (entry.run_id, entry.checkpoint_id, entry.path))
    ]
    if not found:
        raise WrongUsageError(f"No run in {order.runs_dir} has an id that begins with {order.name!r}.")
    if len(found) > 1:
        some = [f"{entry.run_id} ({entry.checkpoint_id[:_SHORT]})" for entry in found[:_NAMED]]
        more = [f"{len(found) - _NAMED} more"] if len(found) > _NAMED else []
        raise WrongUsageError(
            f"{len(found)} runs have an id that begins with {order.name!r}: {', '.join([*some, *more])}."
        )
    entry = found[0]
    try:
        run = saved_run(order.runs_dir / entry.path)
    except RunFileError as error:
        raise RunFileError(str(order.runs_dir / entry.path / error.file), error.reason) from error
    facts: dict[str, Fact] = {
        **msgspec.to_builtins(entry),
        "directory": str(run.path),
        "files": [file.name for file in run.files],
    }
    del facts["event"], facts["path"]
    tell_facts(facts, as_json=order.speech.as_json)


def _prune(order: PruneOrder) -> None:
    found = entries(order.runs_dir).entries
    others = unindexed(order.runs_dir, found)
    old = prunable(found, datetime.now(UTC), order.older_than_days)
    named: list[Entry] = []

    def name(entry: Entry) -> None:
        named.append(entry)
        if order.speech.as_json:
            _tell_entry(entry)
        else:
            sys.stdout.write(f"{entry.path}\n")
            sys.stdout.flush()

    if order.is_rehearsal:
        for entry in old:
            name(entry)
    else:
        try:
            prune(order.runs_dir, old, name)
        except RunFileError as error:
            raise FailedError(f"{len(named) - 1} of {len(old)} runs are deleted, then: {error}") from error
        except KeyboardInterrupt as error:
            raise KeyboardInterrupt(f"Ended: of {len(old)} runs only those named are deleted.") from error
    _say_unindexed(others, order.speech)
    size = sum(entry.bytes for entry in old)
    done = "would be deleted: leave out --dry-run to do so" if order.is_rehearsal else "deleted"
    _say_all(order.speech, [f"{len(old)} runs of {size:,} bytes {done}."])


def _tell_entry(entry: Entry) -> None:
    facts: dict[str, Any] = msgspec.to_builtins(entry)
    del facts["event"]
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _tell_table(found: Sequence[Entry]) -> None:
    rows = [COLUMNS, *map(_row, found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _row(entry: Entry) -> tuple[str, ...]:
    accuracy = entry.train_accuracy if entry.test_accuracy is None else entry.test_accuracy
    loss = entry.train_loss if entry.test_loss is None else entry.test_loss
    return (
        f"{entry.saved:%Y-%m-%dT%H:%M:%SZ}",
        entry.run_id,
        entry.checkpoint_id[:_SHORT],
        str(entry.steps),
        "none" if accuracy is None else f"{accuracy:.4f}",
        "none" if loss is None else f"{loss:.6f}",
        str(entry.bytes),
        str(entry.kept_until),
    )


def _say_unindexed(paths: Iterable[str], speech: Speech) -> None:
    _say_all(speech, (f"{path} is not in index.jsonl: it is neither listed nor deleted." for path in paths))


def _say_all(speech: Speech, sentences: Iterable[str]) -> None:
    if not speech.is_quiet:
        for sentence in sentences:
            say(sentence)
