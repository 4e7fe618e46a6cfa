"""Heartbeat: whether the other side of a connection is still there."""

from collections.abc import Callable
from enum import Enum, auto


class Pulse(Enum):
    """What is to be done about a connection."""

    FINE = auto()
    ASK = auto()
    LOST = auto()


class Heartbeat:
    """Whatever is heard is a sign of life. Whoever is silent is asked, and lost if that is not answered.

    Who has to wait until it is read, because it sends too fast, has its answer behind all it has sent: so an answer
    alone would be no fair sign.

    Args:
        interval_s: how long one may be silent before being asked, and how long an answer may take.
        clock: the time in seconds.
    """

    def __init__(self, interval_s: float, clock: Callable[[], float]) -> None:
        self._interval_s = interval_s
        self._clock = clock
        self._heard_s = clock()
        self._asked_s: float | None = None

    def hear(self, unread_s: float = 0.0) -> None:
        """Something has come; what comes in the next so many seconds is not read before they are over."""
        self._heard_s = self._clock() + unread_s
        self._asked_s = None

    def check(self) -> Pulse:
        """What is to be done now; if that is to ask, it counts as done."""
        now_s = self._clock()
        if self._asked_s is not None:
            return Pulse.LOST if now_s - self._asked_s >= self._interval_s else Pulse.FINE
        if now_s - self._heard_s < self._interval_s:
            return Pulse.FINE
        self._asked_s = now_s
        return Pulse.ASK
