"""What the messages of a client are made of: their fields with their bounds, and their rows."""

from typing import Annotated, Final, NamedTuple

from msgspec import Meta

from backend.logic.config import MAX_CLASSES, MAX_HIDDEN_LAYERS, MAX_POINTS, MAX_UNITS
from backend.logic.points import PLANE

MAX_PARAMETERS: Final = 1_000
"""That one message can name."""

MessageId = Annotated[int, Meta(ge=0, lt=2**53)]
Coordinate = Annotated[float, Meta(ge=-PLANE, le=PLANE)]
Label = Annotated[int, Meta(ge=0, lt=MAX_CLASSES)]
Value = Annotated[float, Meta(ge=-1, le=1)]
PointId = Annotated[int, Meta(ge=1, lt=2**53)]
Count = Annotated[int, Meta(ge=2, le=MAX_POINTS)]
Noise = Annotated[float, Meta(ge=0, le=0.5)]
StepCount = Annotated[int, Meta(ge=1, le=10_000)]
FramesPerSecond = Annotated[int, Meta(ge=1, le=60)]
Cells = Annotated[int, Meta(ge=8, le=200)]
TileSize = Annotated[int, Meta(ge=8, le=50)]
UnitPlace = tuple[Annotated[int, Meta(ge=0, le=MAX_HIDDEN_LAYERS + 1)], Annotated[int, Meta(ge=0, lt=MAX_UNITS)]]
"""Layer (0 is the input features) and unit, as in NEURON_MAPS."""
LayerNumber = Annotated[int, Meta(ge=1, le=MAX_HIDDEN_LAYERS + 1)]
"""1 is the first hidden layer, the last are the outputs."""
UnitNumber = Annotated[int, Meta(ge=0, lt=MAX_UNITS)]
ParameterValue = Annotated[float, Meta(ge=-1000, le=1000)]
Seq = Annotated[int, Meta(ge=1, lt=2**32)]


class Row(NamedTuple):
    """A training example; a row of three items has no value of its own."""

    x: Coordinate
    y: Coordinate
    label: Label
    value: Value | None = None


class ChangedRow(NamedTuple):
    """All that a point is to be; a row of four items has no value of its own."""

    point_id: PointId
    x: Coordinate
    y: Coordinate
    label: Label
    value: Value | None = None


class ParameterRow(NamedTuple):
    """Which weight or bias; without an input it is the bias."""

    layer: LayerNumber
    unit: UnitNumber
    input: UnitNumber | None


class ParameterValueRow(NamedTuple):
    """What a weight or bias is to be."""

    layer: LayerNumber
    unit: UnitNumber
    input: UnitNumber | None
    value: ParameterValue
