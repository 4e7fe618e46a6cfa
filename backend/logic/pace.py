"""Pace: when the next step of a run that is held back is due."""

from typing import Final

_MOST_LATE_S: Final = 0.1
"""A run that falls behind further than this, because the machine is busy, does not make it up."""


class Pace:
    """When the next step is due. Times are seconds of one clock, given from outside; an interval of 0 never rests."""

    def __init__(self) -> None:
        self._last_due_s = 0.0

    def begin(self, interval_s: float, now_s: float) -> None:
        """The first step is due now."""
        self._last_due_s = now_s - interval_s

    def stepped(self, interval_s: float, now_s: float) -> None:
        """A step has been made."""
        self._last_due_s = max(self._last_due_s + interval_s, now_s - _MOST_LATE_S)

    def due_s(self, interval_s: float) -> float:
        """When the next step is due; an interval that has changed counts from the last one on."""
        return self._last_due_s + interval_s if interval_s else 0.0
