"""Every message of the wire, typed. `decode` and `encode` are the only ways in and out.

The contract is specs/002-stateful-streaming/contracts/websocket.md; a test compares the two.
"""

import math
from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from backend.errors import InvalidFieldError, MalformedError, MessageTooBigError, UnknownTypeError
from backend.field_refusals import field_refusal
from backend.logic.config import MAX_CLASSES, MAX_POINTS, Classes, ConfigChanges, RunConfig, Seed
from backend.logic.data import PLANE, DatasetName, Point, Split
from backend.logic.run_state import RunState

PROTOCOL_VERSION: Final = 1
MESSAGE_BYTES: Final = 64 * 1024
BULK_MESSAGE_BYTES: Final = 256 * 1024
"""For ADD_POINTS and RESTORE."""

MessageId = Annotated[int, Meta(ge=0, lt=2**53)]
Coordinate = Annotated[float, Meta(ge=-PLANE, le=PLANE)]
Label = Annotated[int, Meta(ge=0, lt=MAX_CLASSES)]
Row = tuple[Coordinate, Coordinate, Label]
PointId = Annotated[int, Meta(ge=1, lt=2**53)]
Count = Annotated[int, Meta(ge=2, le=MAX_POINTS)]
Noise = Annotated[float, Meta(ge=0, le=0.5)]
StepCount = Annotated[int, Meta(ge=1, le=10_000)]
FramesPerSecond = Annotated[int, Meta(ge=1, le=60)]
Cells = Annotated[int, Meta(ge=8, le=200)]
Seq = Annotated[int, Meta(ge=1, lt=2**32)]


class ClientMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What every message from a client may carry."""

    id: MessageId | None = None


class AddPoint(ClientMessage, frozen=True, tag="ADD_POINT"):
    """One training example."""

    x: Coordinate
    y: Coordinate
    label: Label


class AddPoints(ClientMessage, frozen=True, tag="ADD_POINTS"):
    """Many training examples, all or none."""

    points: Annotated[tuple[Row, ...], Meta(min_length=1)]


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
    classes: Classes = 2
    seed: Seed | None = None


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
    | RemovePoints
    | ClearPoints
    | LoadDataset
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
    points: list[Point]
    step: int
    epoch: float
    reason: str | None


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
    points: list[Point]


class Config(ServerMessage, frozen=True, tag="CONFIG"):
    """The whole config."""

    config_version: int
    config: RunConfig


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


class Probabilities(ServerMessage, frozen=True, tag="PROBABILITIES"):
    """The answer to a Probe."""

    id: int | None
    x: float
    y: float
    step: int | None
    probabilities: list[float]


Reply = Session | Ok | Error | Points | Config | TrainingStatus | Probabilities

_decoder: Final[msgspec.json.Decoder[Command]] = msgspec.json.Decoder(Command)
_encoder: Final = msgspec.json.Encoder()


class _Envelope(Struct):
    """What can be said of a message that is otherwise wrong."""

    type: msgspec.Raw = msgspec.Raw(b"null")
    id: msgspec.Raw = msgspec.Raw(b"null")


_envelope_decoder: Final = msgspec.json.Decoder(_Envelope)
_type_decoder: Final = msgspec.json.Decoder(str)
_id_decoder: Final[msgspec.json.Decoder[int | None]] = msgspec.json.Decoder(MessageId | None)


def decode(text: str) -> Command:
    """The message that a text means.

    Raises:
        MessageTooBigError: it has more bytes than its type may have.
        MalformedError: it is not JSON, or not an object.
        UnknownTypeError: its type is missing or unknown.
        InvalidFieldError: a field is missing, unknown, of the wrong type or out of bounds.
    """
    _check_size(text, allowed=BULK_MESSAGE_BYTES)
    try:
        command = _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        _check_size(text, allowed=BULK_MESSAGE_BYTES if _type_of(text) in _BULK_TYPES else MESSAGE_BYTES)
        raise _refusal(text, error) from error
    _check_size(text, allowed=BULK_MESSAGE_BYTES if isinstance(command, AddPoints | Restore) else MESSAGE_BYTES)
    return command


def id_of(text: str) -> int | None:
    """The id of a message that may be wrong in every other way, None if it has none."""
    try:
        return _id_decoder.decode(_envelope_decoder.decode(text).id)
    except (msgspec.DecodeError, RecursionError):
        return None


def encode(message: Reply) -> str:
    """The text of a message; numbers that are not finite become null."""
    return _encoder.encode(message).decode()


def finite(value: float | None) -> float | None:
    """The value, None if it is not finite."""
    return value if value is not None and math.isfinite(value) else None


def _check_size(text: str, *, allowed: int) -> None:
    if len(text) > allowed or len(text.encode()) > allowed:
        raise MessageTooBigError


def _type_of(text: str) -> str | None:
    """The type of a message that may be wrong in every other way, None if it has none."""
    try:
        return _type_decoder.decode(_envelope_decoder.decode(text).type)
    except (msgspec.DecodeError, RecursionError):
        return None


def _refusal(text: str, error: Exception) -> MalformedError | UnknownTypeError | InvalidFieldError:
    """Why a text is no message, as a sentence for a person."""
    if not isinstance(error, msgspec.ValidationError):
        return MalformedError(f"This is not JSON: {error}.")
    try:
        _envelope_decoder.decode(text)
    except RecursionError:
        return MalformedError("The message is nested too deeply.")
    except msgspec.DecodeError:
        return MalformedError("A message must be a JSON object.")
    if _type_of(text) not in MESSAGE_TYPES:
        return UnknownTypeError("The message has no type that this server knows.", "type")
    return field_refusal(str(error))


MESSAGE_TYPES: Final = frozenset(str(kind.__struct_config__.tag) for kind in Command.__args__)
"""The types of all client messages."""
_BULK_TYPES: Final = frozenset({"ADD_POINTS", "RESTORE"})
