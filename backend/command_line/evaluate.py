"""`evaluate`: whether a saved run is what it says: its checksums, its names and every figure, had once more."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec
from msgspec.json import Decoder

from backend.command_line.orders import EvaluateOrder
from backend.command_line.reading import source_of
from backend.command_line.telling import Fact, say, tell_facts
from backend.logic.gate import compute_single_threaded
from backend.logic.run_record import HistoryRow
from backend.runs.decoding import decode
from backend.runs.differences import differences
from backend.runs.errors import RunFileError
from backend.runs.label_file import labels_bytes, labels_checksum
from backend.runs.layout import BASELINE, HISTORY, LABELS_CHECKSUM, MANIFEST, METRICS, MOST_BYTES, SHA256, sha256
from backend.runs.manifest import FileFacts, read_manifest
from backend.runs.reading import OpenedRun, read_run
from backend.runs.scores import Baseline, Metrics, baseline, metrics
from backend.runs.sources import Source

SAME: Final = "same"
_DIFFERS: Final = "differs"
_MOST_FIGURES_BYTES: Final = 1_048_576
_METRICS: Final[Decoder[Metrics]] = Decoder(Metrics)
_BASELINE: Final = Decoder(Baseline)


def evaluate(order: EvaluateOrder) -> bool:
    """Tell what of a run is not as it says, and whether all is; and return that.

    Raises:
        RunFileError: there is no run.
    """
    facts = evaluated(order.run, lambda note: None if order.speech.is_quiet else say(note))
    differing = {name: fact for name, fact in facts.items() if fact != SAME}
    verdict: dict[str, Fact] = {"compared": len(facts), "result": _DIFFERS if differing else SAME}
    tell_facts({**(facts if order.tells_all else differing), **verdict}, as_json=order.speech.as_json)
    return not differing


def evaluated(run: Path, on_note: Callable[[str], None] = lambda _: None) -> dict[str, str]:
    """Of each thing that a run says whether it is SAME, or how it differs.

    Args:
        run: its folder, or its zip.
        on_note: called with what a person should know, as sentences.

    Raises:
        RunFileError: there is no run.
    """
    compute_single_threaded()
    source = source_of(run)
    facts: dict[str, str] = {}
    try:
        facts.update(_checksums(source))
        opened = read_run(source)
        for note in opened.notes:
            on_note(note)
        facts.update(_names(run, source, opened))
        facts.update(_figures(source, opened))
    except RunFileError as error:
        facts["run"] = f"{_DIFFERS}: {error}"
    return facts


def _checksums(source: Source) -> Iterator[tuple[str, str]]:
    """Of each file whether it is as it was saved."""
    if not source.has(MANIFEST):
        return
    for file in read_manifest(source.read(MANIFEST, MOST_BYTES[MANIFEST])).files:
        yield f"{MANIFEST}/{file.name}", _checksum(source, file)


def _checksum(source: Source, file: FileFacts) -> str:
    if PurePosixPath(file.name).is_absolute() or ".." in PurePosixPath(file.name).parts:
        raise RunFileError(MANIFEST, f"names a file outside the run, {file.name!r}")
    try:
        data = source.read(file.name, file.bytes)
    except RunFileError as error:
        return f"{_DIFFERS}: {error}"
    return SAME if sha256(data) == file.sha256 else f"{_DIFFERS}: {file.name} has been changed since it was saved."


def _names(run: Path, source: Source, opened: OpenedRun) -> Iterator[tuple[str, str]]:
    """Of each name that stands somewhere whether it is the right one; folders of another making say nothing."""
    *_, config_said, checkpoint_said = ("", *run.resolve().parts)
    names = {"config_hash": (config_said, opened.config_hash), "checkpoint_id": (checkpoint_said, opened.checkpoint_id)}
    for name, (said, found) in names.items():
        if re.fullmatch(SHA256, said):
            yield name, SAME if said == found else f"{_DIFFERS}: {said} is the folder's name, {found} is right"
    checksum = labels_checksum(labels_bytes(opened.record.checkpoint.config.classes))
    said_checksum = source.read(LABELS_CHECKSUM, _MOST_FIGURES_BYTES)
    yield LABELS_CHECKSUM, SAME if said_checksum == checksum else f"{_DIFFERS}: it is not that of these classes"


def _figures(source: Source, opened: OpenedRun) -> Iterator[tuple[str, str]]:
    """Of each figure whether it comes out again; of the history this can be said of the last row alone."""
    record = opened.record
    found = metrics(record, lambda: None)
    yield from _compared(METRICS, decode(source.read(METRICS, _MOST_FIGURES_BYTES), _METRICS, METRICS), found)
    said = dict(zip(HistoryRow._fields, record.history[-1], strict=True)) if record.history else {}
    yield from _compared(HISTORY, said, _row_of(found, record.checkpoint.epoch))
    said_baseline = decode(source.read(BASELINE, _MOST_FIGURES_BYTES), _BASELINE, BASELINE)
    yield from _compared(BASELINE, said_baseline, baseline(record, lambda: None))


def _row_of(found: Metrics, epoch: float) -> dict[str, float | None]:
    """What the last row of the history has to say; a regression has no accuracies."""
    train_accuracy, test_accuracy = (getattr(scores, "accuracy", None) for scores in (found.train, found.test))
    return HistoryRow(found.step, epoch, found.train.loss, found.test.loss, train_accuracy, test_accuracy)._asdict()


def _compared(file: str, said: object, found: object) -> Iterator[tuple[str, str]]:
    """Of each figure that a file has, or should have, whether it is the one that comes out."""
    in_file, right = (dict(_leaves(msgspec.to_builtins(value), "")) for value in (said, found))
    for name in dict.fromkeys([*right, *in_file]):
        one, other = in_file.get(name), right.get(name)
        is_same = name in in_file and name in right and not differences(one, other)
        yield f"{file}/{name}", SAME if is_same else f"{_DIFFERS}: {one} was saved, {other} comes out"


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON values
    """The figures in a JSON value by their names; a list of numbers is one figure."""
    match value:
        case dict():
            for key, part in value.items():
                yield from _leaves(part, f"{name}.{key}" if name else key)
        case [dict(), *_] | (dict(), *_):
            for index, part in enumerate(value):
                yield from _leaves(part, f"{name}[{index}]")
        case _:
            yield name, value
