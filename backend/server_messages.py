"""Every message of the server, typed. `codec` makes text of them.

The contract is specs/002-stateful-streaming/contracts/websocket.md; a test compares the two.
"""

from typing import Final, Literal

from msgspec import UNSET, Struct, UnsetType

from backend.logic.architecture import ParameterId
from backend.logic.config import RunConfig
from backend.logic.insight import Confusion
from backend.logic.points import Point, Split, ValuedPoint
from backend.logic.run_record import HistoryRow
from backend.logic.run_state import RunState

PROTOCOL_VERSION: Final = 1


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
    run_bytes: int


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
    finds_runs: bool
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
    retry_after_s: int | UnsetType = UNSET


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


class FoundRun(Struct, frozen=True):
    """The newest kept run of a config: its folder among those of all runs, and how many others there are of it."""

    path: str
    others: int


class RunOpened(ServerMessage, frozen=True, kw_only=True, tag="RUN_OPENED"):
    """The session is now where a run was that somebody brought."""

    state: State
    history: list[HistoryRow]
    run_id: str | None
    found: FoundRun | None
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
