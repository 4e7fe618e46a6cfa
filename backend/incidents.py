"""What a limit does to people: counted by its reason, and told in the log without saying to whom."""

import logging
from typing import Final

from backend import metrics
from backend.metrics import Ending, Refusal

_REFUSALS: Final[dict[Refusal, str]] = {
    "full": "Somebody was turned away: all sessions are taken.",
    "address": "Somebody was turned away: there are too many connections from one address.",
    "memory": "Somebody was turned away: there is too little memory.",
    "token": "Somebody was turned away: the token was missing or wrong.",
    "draining": "Somebody was turned away: the server ends.",
}
_ENDINGS: Final[dict[Ending, str]] = {
    "abandoned": "A session was ended: its connection was lost for too long, or its place was needed.",
    "idle": "A session was ended: nothing was done in it for too long.",
    "memory": "A session was ended: there is too little memory.",
    "draining": "A session was ended: the server ends.",
}

_log = logging.getLogger(__name__)


def refused(reason: Refusal) -> None:
    """Somebody has been turned away."""
    metrics.sessions_refused.labels(reason).inc()
    _log.log(
        logging.INFO if reason == "draining" else logging.WARNING,
        _REFUSALS[reason],
        extra={"event": "session_refused"},
    )


def ended(reason: Ending) -> None:
    """A session has been ended by the server."""
    metrics.sessions_ended.labels(reason).inc()
    _log.log(
        logging.WARNING if reason == "memory" else logging.DEBUG, _ENDINGS[reason], extra={"event": "session_ended"}
    )
