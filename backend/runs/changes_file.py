"""`changes.jsonl`: what a run began with, then each change, a line each: enough to make the same run again."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, assert_never

import numpy as np
from msgspec import UNSET, Struct, json, structs

from backend.logic.architecture import Architecture, ParameterId
from backend.logic.changes import Freeze, SetParameters
from backend.logic.config import MAX_POINTS, REBUILDING_FIELDS, ConfigChanges, RunConfig, differing
from backend.logic.dataset import Dataset
from backend.logic.dataset_difference import DatasetDifference
from backend.logic.dataset_rows import dataset_of
from backend.logic.errors import RefusedError
from backend.logic.points import ValuedPoint
from backend.logic.run_record import Applied, Beginning, RunRecord
from backend.logic.stretches import GiveWay, in_stretches, nobody_waits
from backend.runs.change_lines import (
    BeginningLine,
    ChangeLine,
    ConfigLine,
    FirstLine,
    FrozenLine,
    ParameterRow,
    PointRow,
    Points,
    PointsLine,
    WeightsLine,
)
from backend.runs.decoding import check_format, decode
from backend.runs.errors import RunFileError
from backend.runs.layout import CHANGES, FORMAT

MOST_CHANGES: Final = 20_000
WHY_NOT: Final = "So much was changed in this run that not all of it was kept."

_FIRST: Final = json.Decoder(FirstLine)
_CHANGE: Final[json.Decoder[ChangeLine]] = json.Decoder(ChangeLine)


def changes_bytes(record: RunRecord, give_way: GiveWay = nobody_waits) -> bytes:
    """`changes.jsonl` of a run.

    Args:
        record: of the run.
        give_way: called before and after each line is put together.
    """
    return b"".join(_encoded(line, give_way) for line in _lines(record))


def read_changes(
    data: bytes, file: str = CHANGES, give_way: GiveWay = nobody_waits
) -> tuple[Beginning | None, tuple[Applied, ...]]:
    """What a run began with, None if the file says that it is not known, and what was changed since.

    Args:
        data: what is in the file.
        file: its name.
        give_way: called before each line, and among the points of one.

    Raises:
        RunFileError: a line is none, or what it changes is not there to be changed.
    """
    if data.count(b"\n") > MOST_CHANGES + 1:
        raise RunFileError(file, f"has more than {MOST_CHANGES:,} changes")
    first, *lines = data.removesuffix(b"\n").split(b"\n")
    check_format(first, file)
    give_way()
    beginning = decode(first, _FIRST, file, 1).beginning
    if beginning is None:
        if lines:
            raise RunFileError(file, "has changes, but not what the run began with")
        return None, ()
    replay = _Replay(beginning, file, give_way)
    changes = []
    for number, line in enumerate(lines, 2):
        give_way()
        changes.append(replay.apply(decode(line, _CHANGE, file, number), number))
    return replay.beginning, tuple(changes)


def _lines(record: RunRecord) -> Iterator[Struct]:
    if record.beginning is None:
        yield FirstLine(format=FORMAT, why_not=WHY_NOT)
        return
    config, dataset = record.beginning
    yield FirstLine(format=FORMAT, beginning=BeginningLine(config=config, points=Points(**_points(dataset))))
    for step, change in record.changes:
        match change:
            case RunConfig():
                fields = {name: getattr(change, name) for name in differing(config, change)}
                yield ConfigLine(step=step, fields=ConfigChanges(**fields))
                config = change
            case DatasetDifference():
                yield PointsLine(step=step, removed=change.removed.tolist(), **_points(change.put))
            case SetParameters():
                yield WeightsLine(step=step, values=[(*place, value) for place, value in change.values.items()])
            case Freeze():
                yield FrozenLine(step=step, parameters=rows_of(change.parameters))
            case _:
                assert_never(change)


def _encoded(line: Struct, give_way: GiveWay) -> bytes:
    give_way()
    data = json.encode(line) + b"\n"
    give_way()
    return data


def rows_of(places: Iterable[ParameterId]) -> list[ParameterRow]:
    """Parameters layer by layer, unit by unit, each bias before the weights of its unit."""
    rows = [(place.layer, place.unit, place.input) for place in places]
    return sorted(rows, key=lambda row: (row[0], row[1], -1 if row[2] is None else row[2]))


def _points(dataset: Dataset) -> dict[str, Any]:
    """The fields of `Points`."""
    put: list[PointRow] = [
        (point_id, x, y, label, value, split) for point_id, x, y, label, split, value in dataset.valued_points()
    ]
    return {"put": put, **_facts(dataset)}


def _facts(points: Dataset | Points) -> dict[str, Any]:
    """What a dataset knows beside its points."""
    return {name: getattr(points, name) for name in ("first_id", "next_id", "train_fraction", "seed")}


class _Replay:
    """Config and points as they are after each line: a change has to fit what is there then.

    Args:
        line: the beginning.
        file: whose lines these are.
        give_way: called among their points.

    Attributes:
        beginning: the same as what it stands for.
    """

    def __init__(self, line: BeginningLine, file: str, give_way: GiveWay) -> None:
        self._give_way = give_way
        self._file, self._line, self._step = file, 1, 0
        self._config, self._dataset = line.config, self._put(line.points)
        self.beginning = Beginning(self._config, self._dataset)
        self._check()

    def apply(self, line: ChangeLine, number: int) -> Applied:
        """The change that the line of this number stands for.

        Raises:
            RunFileError: it does not fit.
        """
        self._line = number
        if line.step < self._step:
            raise self._wrong(f"is of step {line.step:,}, the one before it of step {self._step:,}")
        self._step = line.step
        return Applied(line.step, self._change(line))

    def _change(self, line: ChangeLine) -> RunConfig | DatasetDifference | SetParameters | Freeze:
        match line:
            case ConfigLine():
                return self._use_config(line.fields)
            case PointsLine():
                return self._use_points(line)
            case WeightsLine():
                values = {ParameterId(layer, unit, before): value for layer, unit, before, value in line.values}
                self._check_places(values)
                return SetParameters(values)
            case FrozenLine():
                places = frozenset(ParameterId(*row) for row in line.parameters)
                self._check_places(places)
                return Freeze(places)
            case _:
                assert_never(line)

    def _use_config(self, fields: ConfigChanges) -> RunConfig:
        values = {name: getattr(fields, name) for name in RunConfig.__struct_fields__}
        given = {name: value for name, value in values.items() if value is not UNSET}
        if new := [name for name in REBUILDING_FIELDS if name in given]:
            raise self._wrong(f"changes {new[0]}: that begins a new run")
        try:
            self._config = structs.replace(self._config, **given)
        except ValueError as error:
            raise self._wrong(f"does not fit: {error}") from error
        self._check()
        return self._config

    def _use_points(self, line: PointsLine) -> DatasetDifference:
        difference = DatasetDifference(np.array(line.removed, np.int64), self._put(line))
        self._dataset = difference.applied_to(self._dataset)
        self._check()
        return difference

    def _put(self, points: Points) -> Dataset:
        put = in_stretches(points.put, self._give_way)
        rows = [ValuedPoint(point_id, x, y, label, split, value) for point_id, x, y, label, value, split in put]
        try:
            return dataset_of(rows, **_facts(points), give_way=self._give_way)
        except RefusedError as error:
            raise self._wrong(f"does not fit: {str(error).rstrip('.')}") from error

    def _check(self) -> None:
        """See that points and config go together."""
        config, dataset = self._config, self._dataset
        if len(dataset) > MAX_POINTS:
            raise self._wrong(f"leads to {len(dataset):,} points: there can be {MAX_POINTS:,} at most")
        if len(dataset) and dataset.labels.max() >= config.classes:
            raise self._wrong(f"has points of class {dataset.labels.max()}: the classes are 0 to {config.classes - 1}")
        if len(dataset) and not dataset.first_id <= dataset.ids[0] <= dataset.ids[-1] < dataset.next_id:
            raise self._wrong(f"leaves points whose ids are not from {dataset.first_id} on and below {dataset.next_id}")

    def _check_places(self, places: Iterable[ParameterId]) -> None:
        architecture = Architecture.of(self._config)
        for layer, unit, before in (place for place in places if not architecture.has(place)):
            what = f"bias of unit {unit}" if before is None else f"weight from {before} to unit {unit}"
            raise self._wrong(f"names the {what} in layer {layer}: the network has none")

    def _wrong(self, why: str) -> RunFileError:
        return RunFileError(self._file, f"is not right: line {self._line:,} {why}")
