"""Every message of the wire, typed, with its bounds. `codec` makes them of text and text of them.

The contract is specs/002-stateful-streaming/contracts/websocket.md; a test compares the two.
"""

import math
from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from backend.logic.architecture import ParameterId
from backend.logic.config import MAX_POINTS, Classes, ConfigChanges, RunConfig, Seed
from backend.logic.generators import DatasetName
from backend.logic.insight import Confusion
from backend.logic.points import Point, Split, ValuedPoint
from backend.logic.run_record import HistoryRow
from backend.logic.run_state import RunState
from backend.protocol_parts import (
    MAX_PARAMETERS,
    Cells,
    ChangedRow,
    ClientMessage,
    Coordinate,
    Count,
    FramesPerSecond,
    Label,
    Limits,
    MessageId,
    Noise,
    ParameterRow,
    ParameterValueRow,
    PointId,
    Row,
    Seq,
    ServerMessage,
    State,
    StepCount,
    TileSize,
    UnitPlace,
    Value,
)

PROTOCOL_VERSION: Final = 1


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


class SaveRun(ClientMessage, frozen=True, tag="SAVE_RUN"):
    """Keep the run as it is now, with what else is wished."""

    tensorboard: bool = False
    fiftyone: bool = False


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

Command = Change | View | Ack | Probe | SaveRun
"""Every client message."""


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


SavingPhase = Literal["waiting", "writing", "checking"]
"""Where a save is: in the line, being written, or its train.py being tried out."""


class RunSaving(ServerMessage, frozen=True, tag="RUN_SAVING"):
    """How far a SaveRun has come."""

    id: int | None
    phase: SavingPhase
    ahead: int


class SavedFile(Struct, frozen=True):
    """A file that can be downloaded by its name."""

    name: str
    bytes: int


class RunSaved(ServerMessage, frozen=True, kw_only=True, tag="RUN_SAVED"):
    """The end of a SaveRun: what came out."""

    id: int | None
    run_id: str
    config_hash: str
    checkpoint_id: str
    step: int
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    linear_train_loss: float | None
    linear_test_loss: float | None
    linear_train_accuracy: float | None
    linear_test_accuracy: float | None
    kept: bool
    directory: str | None
    bytes: int
    verified_steps: int | None
    largest_difference: float | None
    is_same_curve: bool | None
    why_not_verified: str | None
    replayable: bool
    changed: bool
    files: list[SavedFile]


class RunOpened(ServerMessage, frozen=True, kw_only=True, tag="RUN_OPENED"):
    """The session is now where a run was that somebody brought."""

    state: State
    history: list[HistoryRow]
    run_id: str | None
    notes: list[str]


Reply = (
    Session
    | Ok
    | Error
    | Points
    | Config
    | Frozen
    | TrainingStatus
    | Metrics
    | Probabilities
    | RunSaving
    | RunSaved
    | RunOpened
)
"""Every message from the server."""


def finite(value: float | None) -> float | None:
    """The value, None if it is not finite."""
    return value if value is not None and math.isfinite(value) else None
