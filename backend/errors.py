"""What goes wrong between a client and the server: one class for each reaction, and the wire code of each."""

from typing import ClassVar, Final

from backend.logic.errors import (
    FieldError,
    LimitError,
    NotTrainableError,
    RefusedError,
    TransitionError,
    UnknownPointError,
)

_ROOM_AFTER_S: Final = 2
"""Sooner there is hardly room where there was none."""


class MalformedError(RefusedError):
    """Not JSON, or not an object."""


class UnknownTypeError(RefusedError):
    """A message without a type, or with one that does not exist."""


class InvalidFieldError(RefusedError):
    """A field is missing, unknown, of the wrong type or out of bounds."""


class AwayError(RefusedError):
    """Why a client is sent away: it is told, then the connection is closed.

    Attributes:
        retry_after_s: a page that comes back by itself does so no sooner; None: it does not.
    """

    retry_after_s: ClassVar[int | None] = None


class ServerFullError(AwayError):
    """No room for another session."""

    retry_after_s = _ROOM_AFTER_S


class TooManyConnectionsError(AwayError):
    """As many connections as may come from one address are there."""

    retry_after_s = _ROOM_AFTER_S


class BadTokenError(AwayError):
    """The server has a token, and the client does not have it."""


class TooManyBadMessagesError(AwayError):
    """A client sends one message after another that is none."""


class EndedForMemoryError(AwayError):
    """The session has been ended because memory was short."""

    retry_after_s = _ROOM_AFTER_S


class EndedIdleError(AwayError):
    """The session has been ended because its person did nothing for long."""


class SaveFailedError(RefusedError):
    """The run is not saved; the sentence names the file, if it was one, and the reason."""


class MessageTooBigError(Exception):
    """A message of more bytes than its type may have: the connection is closed."""


class PortTakenError(Exception):
    """The port that was asked for is in use."""


class NotHereError(Exception):
    """Something that was asked for is not on this computer: what compiles the native step, or a device."""


WIRE_CODES: Final[dict[type[RefusedError], str]] = {
    MalformedError: "malformed",
    UnknownTypeError: "unknown_type",
    InvalidFieldError: "invalid_field",
    FieldError: "invalid_field",
    LimitError: "limit_exceeded",
    UnknownPointError: "unknown_point",
    TransitionError: "illegal_transition",
    NotTrainableError: "not_trainable",
    ServerFullError: "server_full",
    TooManyConnectionsError: "too_many_connections",
    BadTokenError: "bad_token",
    TooManyBadMessagesError: "too_many_bad_messages",
    EndedForMemoryError: "ended_for_memory",
    EndedIdleError: "ended_idle",
    SaveFailedError: "save_failed",
}
TRAINING_FAILED: Final = "training_failed"
INTERNAL: Final = "internal"
ERROR_CODES: Final = frozenset({*WIRE_CODES.values(), TRAINING_FAILED, INTERNAL})
"""All codes that an ERROR can have."""

NORMAL: Final = 1000
LEAVING: Final = 1001
PROTOCOL_ERROR: Final = 1002
UNSUPPORTED_DATA: Final = 1003
LOST: Final = 1006
"""Never on the wire: a connection that ended without a code."""
INVALID_DATA: Final = 1007
POLICY_VIOLATION: Final = 1008
MESSAGE_TOO_BIG: Final = 1009
INTERNAL_ERROR: Final = 1011
SERVICE_RESTART: Final = 1012
TRY_AGAIN_LATER: Final = 1013
TAKEN_OVER: Final = 4409
CLOSE_CODES: Final = frozenset(
    {
        NORMAL,
        LEAVING,
        PROTOCOL_ERROR,
        UNSUPPORTED_DATA,
        LOST,
        INVALID_DATA,
        POLICY_VIOLATION,
        MESSAGE_TOO_BIG,
        INTERNAL_ERROR,
        SERVICE_RESTART,
        TRY_AGAIN_LATER,
        TAKEN_OVER,
    }
)
"""All codes that we close a connection with, and those that a client of ours does."""

AWAY_CODES: Final[dict[type[AwayError], int]] = {
    ServerFullError: TRY_AGAIN_LATER,
    TooManyConnectionsError: POLICY_VIOLATION,
    BadTokenError: POLICY_VIOLATION,
    TooManyBadMessagesError: POLICY_VIOLATION,
    EndedForMemoryError: TRY_AGAIN_LATER,
    EndedIdleError: LEAVING,
}
"""What closes the connection of a client that is sent away."""
