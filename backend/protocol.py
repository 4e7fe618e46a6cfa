"""Every message of the wire, typed, with its bounds. `codec` makes them of text and text of them.

The contract is specs/002-stateful-streaming/contracts/websocket.md; a test compares the two.
"""

import math
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import UNSET, Meta, Struct, UnsetType

from backend.logic.architecture import ParameterId
from backend.logic.config import (
    MAX_CLASSES,
    MAX_HIDDEN_LAYERS,
    MAX_POINTS,
    MAX_UNITS,
    Classes,
    ConfigChanges,
    RunConfig,
    Seed,
)
from backend.logic.dataset import PLANE, Point, Split, ValuedPoint
from backend.logic.generators import DatasetName
from backend.logic.insight import Confusion
from backend.logic.run_state import RunState

PROTOCOL_VERSION: Final = 1
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


class ClientMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What every message from a client may carry."""

    id: MessageId | None = None


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


class AddPoint(ClientMessage, frozen=True, tag="ADD_POINT"):
    """One training example."""

    x: Coordinate
    y: Coordinate
    label: Label
    value: Value | None = None


class AddPoints(ClientMessage, frozen=True, tag="ADD_POINTS"):
    """Many training examples, all or none."""

    points: Annotated[tuple[Row, ...], Meta(min_length=1)]


class ChangePoints(ClientMessage, frozen=True, tag="CHANGE_POINTS"):
    """Points to move, relabel or revalue, all or none."""

    points: Annotated[tuple[ChangedRow, ...], Meta(min_length=1, max_length=MAX_POINTS)]


class RemovePoints(ClientMessage, frozen=True, tag="REMOVE_POINTS"):
    """Points to remove, all or none."""

    ids: Annotated[tuple[PointId, ...], Meta(min_length=1, max_length=MAX_POINTS)]


class ClearPoints(ClientMessage, frozen=True, tag="CLEAR_POINTS"):
    """Remove all points."""


class LoadDataset(ClientMessage, frozen=True, tag="LOAD_DATASET"):
    """Replace the points by generated ones."""

    dataset: DatasetName
    count: Count = 200
    noise: Noise = 0.0
    classes: Classes | None = None
    seed: Seed | None = None


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


class SetParameters(ClientMessage, frozen=True, tag="SET_PARAMETERS"):
    """Weights and biases that get values, all or none."""

    parameters: Annotated[tuple[ParameterValueRow, ...], Meta(min_length=1, max_length=MAX_PARAMETERS)]


class FreezeParameters(ClientMessage, frozen=True, tag="FREEZE_PARAMETERS"):
    """Weights and biases that training leaves as they are, or no longer does; all or none."""

    parameters: Annotated[tuple[ParameterRow, ...], Meta(min_length=1, max_length=MAX_PARAMETERS)]
    frozen: bool


class Configure(
    ConfigChanges, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="CONFIGURE"
):
    """Any fields of RunConfig."""

    id: MessageId | None = None


class StartTraining(ClientMessage, frozen=True, tag="START_TRAINING"):
    """Train until stopped."""


class StopTraining(ClientMessage, frozen=True, tag="STOP_TRAINING"):
    """Stop training."""


class StepTraining(ClientMessage, frozen=True, tag="STEP_TRAINING"):
    """Train so much, then stop."""

    count: StepCount = 1
    unit: Literal["step", "epoch"] = "epoch"


class ResetModel(ClientMessage, frozen=True, tag="RESET_MODEL"):
    """New weights."""

    seed: Seed | None = None


class View(ClientMessage, frozen=True, tag="VIEW"):
    """What this client wants to see; UNSET stays as it is."""

    frames_per_second: FramesPerSecond | UnsetType = UNSET
    width: Cells | UnsetType = UNSET
    height: Cells | UnsetType = UNSET
    visible: bool | UnsetType = UNSET
    neurons: bool | UnsetType = UNSET
    tile_size: TileSize | UnsetType = UNSET
    unit: UnitPlace | UnsetType | None = UNSET
    metrics: bool | UnsetType = UNSET


class Ack(ClientMessage, frozen=True, tag="ACK"):
    """This frame, and all before it, has been painted."""

    seq: Seq


class Restore(ClientMessage, frozen=True, tag="RESTORE"):
    """The resume document."""

    config: RunConfig
    points: tuple[Row, ...]


class Probe(ClientMessage, frozen=True, tag="PROBE"):
    """Asks for the class probabilities at one place."""

    x: Coordinate
    y: Coordinate


Change = (
    AddPoint
    | AddPoints
    | ChangePoints
    | RemovePoints
    | ClearPoints
    | LoadDataset
    | SetParameters
    | FreezeParameters
    | Configure
    | StartTraining
    | StopTraining
    | StepTraining
    | ResetModel
    | Restore
)
"""What changes a session."""

Command = Change | View | Ack | Probe
"""Every client message."""


class ServerMessage(Struct, frozen=True, kw_only=True, tag_field="type"):
    """A message from the server."""


class Limits(Struct, frozen=True, kw_only=True):
    """What the server allows."""

    points: int
    parameters: int
    classes: int
    hidden_layers: int
    units: int
    message_bytes: int
    bulk_message_bytes: int
    frames_in_flight: int
    resume_window_s: float


class State(Struct, frozen=True, kw_only=True):
    """Where a session is."""

    run_state: RunState
    config: RunConfig
    config_version: int
    revision: int
    points: list[Point] | list[ValuedPoint]
    step: int
    epoch: float
    reason: str | None
    frozen: list[ParameterId]


class Session(ServerMessage, frozen=True, kw_only=True, tag="SESSION"):
    """The first message of every connection."""

    protocol: int = PROTOCOL_VERSION
    resumed: bool
    limits: Limits
    state: State


class Ok(ServerMessage, frozen=True, tag="OK"):
    """A message has been accepted."""

    id: int | None
    point_ids: list[int] | UnsetType = UNSET
    splits: list[Split] | UnsetType = UNSET


class Error(ServerMessage, frozen=True, tag="ERROR"):
    """A message has been refused, or something went wrong by itself."""

    id: int | None
    code: str
    message: str
    path: str | None = None


class Points(ServerMessage, frozen=True, tag="POINTS"):
    """All points."""

    revision: int
    points: list[Point] | list[ValuedPoint]


class Config(ServerMessage, frozen=True, tag="CONFIG"):
    """The whole config."""

    config_version: int
    config: RunConfig


class Frozen(ServerMessage, frozen=True, tag="FROZEN"):
    """All frozen parameters."""

    parameters: list[ParameterId]


class TrainingStatus(ServerMessage, frozen=True, tag="TRAINING_STATUS"):
    """Where training is and how well it does. A number that is not finite is encoded as null."""

    run_state: RunState
    step: int
    epoch: float
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    steps_per_second: float | None
    reason: str | None


class Metrics(ServerMessage, frozen=True, tag="METRICS"):
    """How the network learns: what it confuses, how its gradients flow, which units are dead."""

    step: int
    train_confusion: Confusion
    test_confusion: Confusion
    gradient_norms: tuple[float | None, ...]
    dead_shares: tuple[float, ...]
    learning_rate: float


class Probabilities(ServerMessage, frozen=True, tag="PROBABILITIES"):
    """The answer to a Probe."""

    id: int | None
    x: float
    y: float
    step: int | None
    probabilities: list[float]
    value: float | UnsetType = UNSET


Reply = Session | Ok | Error | Points | Config | Frozen | TrainingStatus | Metrics | Probabilities


def finite(value: float | None) -> float | None:
    """The value, None if it is not finite."""
    return value if value is not None and math.isfinite(value) else None
