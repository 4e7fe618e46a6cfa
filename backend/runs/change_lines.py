"""The lines of `changes.jsonl` as types, with their bounds."""

from typing import Annotated

from msgspec import Meta, Struct

from backend.logic.config import MAX_CLASSES, MAX_POINTS, MAX_UNITS, ConfigChanges, RunConfig, Seed, TrainFraction
from backend.logic.dataset_rows import MAX_ID
from backend.logic.parameters import MAX_FROZEN
from backend.logic.points import PLANE, Split

Step = Annotated[int, Meta(ge=0, lt=2**53)]
PointId = Annotated[int, Meta(ge=1, le=MAX_ID)]
Coordinate = Annotated[float, Meta(ge=-PLANE, le=PLANE)]
Label = Annotated[int, Meta(ge=0, lt=MAX_CLASSES)]
Value = Annotated[float, Meta(ge=-1, le=1)]
Place = Annotated[int, Meta(ge=0, le=MAX_UNITS)]
Weight = Annotated[float, Meta(ge=-1e6, le=1e6)]

PointRow = tuple[PointId, Coordinate, Coordinate, Label, Value | None, Split]
"""Id, x, y, label, value, split: the columns of `points.csv`."""
ParameterRow = tuple[Place, Place, Place | None]
"""Layer, unit, input: as ParameterId."""
WeightRow = tuple[Place, Place, Place | None, Weight]
"""The same, and what it becomes."""

PointRows = Annotated[list[PointRow], Meta(max_length=MAX_POINTS)]
PointIds = Annotated[list[PointId], Meta(max_length=MAX_POINTS)]
ParameterRows = Annotated[list[ParameterRow], Meta(max_length=MAX_FROZEN)]
WeightRows = Annotated[list[WeightRow], Meta(max_length=20_000)]


class Points(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Dataset: its points, and what it knows beside them."""

    put: PointRows
    first_id: PointId
    next_id: PointId
    train_fraction: TrainFraction
    seed: Seed


class BeginningLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a run began with."""

    config: RunConfig
    points: Points


class FirstLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The beginning of a run, or why it is not known."""

    format: int
    beginning: BeginningLine | None = None
    why_not: Annotated[str, Meta(max_length=300)] | None = None


class ConfigLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="change", tag="config"):
    """The fields of the config that change."""

    step: Step
    fields: ConfigChanges


class PointsLine(Points, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="change", tag="points"):
    """Points that go, then points that are put in place of those of their ids, or added."""

    step: Step
    removed: PointIds


class WeightsLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="change", tag="weights"):
    """Weights and biases that get values."""

    step: Step
    values: WeightRows


class FrozenLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="change", tag="frozen"):
    """All weights and biases that no step changes from now on."""

    step: Step
    parameters: ParameterRows


ChangeLine = ConfigLine | PointsLine | WeightsLine | FrozenLine
"""One change, and after how many steps it was made."""
