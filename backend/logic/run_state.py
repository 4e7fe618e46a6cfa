"""The state of a run: one field, one table of legal moves."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from backend.logic.errors import TransitionError


class RunState(StrEnum):
    """Where a run is."""

    IDLE = "IDLE"
    TRAINING = "TRAINING"
    PAUSED = "PAUSED"
    DIVERGED = "DIVERGED"
    FAILED = "FAILED"


class Move(StrEnum):
    """What can change the state of a run; the text fits behind "cannot"."""

    START = "start training"
    STEP = "step"
    STOP = "stop training"
    EDIT = "change or freeze a weight"
    SAVE = "save the run"
    OPEN = "open a run"
    RESET = "reset the model"
    FINISH = "finish"
    DIVERGE = "diverge"
    FAIL = "fail"


_MOVES: Final[Mapping[RunState, Mapping[Move, RunState]]] = {
    RunState.IDLE: {
        Move.START: RunState.TRAINING,
        Move.STEP: RunState.TRAINING,
        Move.EDIT: RunState.IDLE,
        Move.SAVE: RunState.IDLE,
        Move.OPEN: RunState.PAUSED,
        Move.RESET: RunState.IDLE,
        Move.FAIL: RunState.FAILED,
    },
    RunState.TRAINING: {
        Move.EDIT: RunState.TRAINING,
        Move.SAVE: RunState.TRAINING,
        Move.STOP: RunState.PAUSED,
        Move.FINISH: RunState.PAUSED,
        Move.RESET: RunState.IDLE,
        Move.DIVERGE: RunState.DIVERGED,
        Move.FAIL: RunState.FAILED,
    },
    RunState.PAUSED: {
        Move.START: RunState.TRAINING,
        Move.STEP: RunState.TRAINING,
        Move.EDIT: RunState.PAUSED,
        Move.SAVE: RunState.PAUSED,
        Move.OPEN: RunState.PAUSED,
        Move.RESET: RunState.IDLE,
        # A step that was under way when the person pressed Stop.
        Move.DIVERGE: RunState.DIVERGED,
        Move.FAIL: RunState.FAILED,
    },
    RunState.DIVERGED: {Move.RESET: RunState.IDLE, Move.OPEN: RunState.PAUSED, Move.FAIL: RunState.FAILED},
    RunState.FAILED: {Move.RESET: RunState.IDLE, Move.OPEN: RunState.PAUSED},
}

_WHY_NOT: Final[Mapping[RunState, str]] = {
    RunState.IDLE: "Training has not been started.",
    RunState.TRAINING: "Training is already running.",
    RunState.PAUSED: "Training is not running.",
    RunState.DIVERGED: "Training has diverged; reset the model first.",
    RunState.FAILED: "Training has failed; reset the model first.",
}


def advance(state: RunState, move: Move) -> RunState:
    """The state after a move.

    Raises:
        TransitionError: the move is not legal in this state.
    """
    after = _MOVES[state].get(move)
    if after is None:
        raise TransitionError(f"Cannot {move} now. {_WHY_NOT[state]}")
    return after
