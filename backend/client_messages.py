"""Every message of a client, typed, with its bounds. `codec` makes them of text.

The contract is specs/002-stateful-streaming/contracts/websocket.md; a test compares the two.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from backend.client_fields import (
    MAX_PARAMETERS,
    Cells,
    ChangedRow,
    Coordinate,
    Count,
    FramesPerSecond,
    Label,
    MessageId,
    Noise,
    ParameterRow,
    ParameterValueRow,
    PointId,
    Row,
    Seq,
    StepCount,
    TileSize,
    UnitPlace,
    Value,
)
from backend.logic.config import MAX_POINTS, Classes, ConfigChanges, RunConfig, Seed
from backend.logic.generators import DatasetName
from backend.runs.colors import ThemeName


class ClientMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What every message from a client may carry."""

    id: MessageId | None = None


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
    theme: ThemeName = "light"


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
