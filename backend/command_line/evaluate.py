"""`evaluate`: whether a saved run is what it says: its checksums, its names and every figure, had once more."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec

from backend.command_line.orders import EvaluateOrder
from backend.command_line.telling import Fact, say, tell_facts
from backend.logic.gate import compute_single_threaded
from backend.logic.run_record import RunRecord
from backend.runs.errors import RunFileError
from backend.runs.label_file import labels_bytes, labels_checksum
from backend.runs.layout import BASELINE, LABELS_CHECKSUM, MANIFEST, METRICS, MOST_BYTES, SHA256, sha256
from backend.runs.manifest import FileFacts, read_manifest
from backend.runs.reading import OpenedRun, read_run
from backend.runs.scores import Baseline, Metrics, baseline, differences, metrics
from backend.runs.sources import FolderSource, read_file

SAME: Final = "same"
_DIFFERS: Final = "differs"
_MOST_FIGURES_BYTES: Final = 1_048_576


def evaluate(order: EvaluateOrder) -> bool:
    """Tell of each thing that a run says whether it is so, and return whether all are.

    Raises:
        RunFileError: a file is not what it should be, and not because somebody changed it after it was saved.
    """
    try:
        facts = evaluated(order.folder, lambda note: None if order.speech.is_quiet else say(note))
    except RunFileError as error:
        raise RunFileError(str(order.folder / error.file), error.reason) from error
    is_all_same = _is_all_same(facts)
    tell_facts({**facts, "result": SAME if is_all_same else _DIFFERS}, as_json=order.speech.as_json)
    return is_all_same


def evaluated(folder: Path, on_note: Callable[[str], None] = lambda _: None) -> dict[str, Fact]:
    """Of each thing that a run says whether it is SAME, or how it differs.

    Args:
        folder: of the run.
        on_note: called with what a person should know, as sentences.

    Raises:
        RunFileError: a file is not what it should be, and not because somebody changed it after it was saved.
    """
    compute_single_threaded()
    facts: dict[str, Fact] = dict(_checksums(folder))
    try:
        opened = read_run(FolderSource(folder))
    except RunFileError as error:
        if _is_all_same(facts):
            raise
        return {**facts, "run": f"{_DIFFERS}: {error}"}
    for note in opened.notes:
        on_note(note)
    return {**facts, **dict(_names(folder, opened)), **dict(_figures(folder, opened.record))}


def _is_all_same(facts: dict[str, Fact]) -> bool:
    return all(fact == SAME for fact in facts.values())


def _checksums(folder: Path) -> Iterator[tuple[str, str]]:
    """Of each file whether it is as it was saved."""
    source = FolderSource(folder)
    if not source.has(MANIFEST):
        return
    for file in read_manifest(source.read(MANIFEST, MOST_BYTES[MANIFEST])).files:
        yield f"{MANIFEST}/{file.name}", _checksum(folder, file)


def _checksum(folder: Path, file: FileFacts) -> str:
    if PurePosixPath(file.name).is_absolute() or ".." in PurePosixPath(file.name).parts:
        raise RunFileError(MANIFEST, f"names a file outside the run, {file.name!r}")
    try:
        data = read_file(folder / file.name, file.bytes)
    except RunFileError as error:
        return f"{_DIFFERS}: {error}"
    return SAME if sha256(data) == file.sha256 else f"{_DIFFERS}: {file.name} has been changed since it was saved."


def _names(folder: Path, opened: OpenedRun) -> Iterator[tuple[str, str]]:
    """Of each name that stands somewhere whether it is the right one; folders of another making say nothing."""
    folders = folder.resolve().parts[-3:]
    names = {"config_hash": (folders[-2:-1], opened.config_hash), "checkpoint_id": (folders[-1:], opened.checkpoint_id)}
    for name, ((said,), found) in names.items():
        if re.fullmatch(SHA256, said):
            yield name, SAME if said == found else f"{_DIFFERS}: {said} is the folder's name, {found} is right"
    checksum = labels_checksum(labels_bytes(opened.record.checkpoint.config.classes))
    said_checksum = read_file(folder / LABELS_CHECKSUM, _MOST_FIGURES_BYTES)
    yield LABELS_CHECKSUM, SAME if said_checksum == checksum else f"{_DIFFERS}: it is not that of these classes"


def _figures(folder: Path, record: RunRecord) -> Iterator[tuple[str, str]]:
    """Of each figure whether it comes out again."""
    yield from _compared(METRICS, _read(folder, METRICS, Metrics), metrics(record, lambda: None))
    yield from _compared(BASELINE, _read(folder, BASELINE, Baseline), baseline(record, lambda: None))


def _read(folder: Path, name: str, kind: Any) -> msgspec.Struct:  # noqa: ANN401 - a union of types is no type
    try:
        found: msgspec.Struct = msgspec.json.decode(read_file(folder / name, _MOST_FIGURES_BYTES), type=kind)
    except msgspec.DecodeError as error:
        raise RunFileError(name, f"is not right: {error}") from error
    return found


def _compared(file: str, kept: msgspec.Struct, found: msgspec.Struct) -> Iterator[tuple[str, str]]:
    differing = differences(kept, found)
    said = dict(_leaves(msgspec.to_builtins(kept), ""))
    for name, value in _leaves(msgspec.to_builtins(found), ""):
        is_same = not any(other == name or other.startswith((f"{name}[", f"{name}.")) for other in differing)
        yield f"{file}/{name}", SAME if is_same else f"{_DIFFERS}: {said.get(name)} was saved, {value} comes out"


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
