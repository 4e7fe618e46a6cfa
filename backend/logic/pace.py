"""Pace: when the next step of a run that is held back is due, and how its first epochs are held back."""

from typing import Final

_MOST_LATE_S: Final = 0.1
"""A run that falls behind further than this, because the machine is busy, does not make it up."""

OPENING_EPOCHS: Final = 100
"""So far new weights are held back at full speed: most data is learned by then, and nobody would have seen how."""
_FIRST_EPOCHS_PER_S: Final = 20.0
_GROWTH: Final = 0.12
"""By this share of its first speed a run becomes faster with each epoch: the opening takes a second."""


def opening_interval_s(epoch: float, steps_per_epoch: int) -> float:
    """How long a step of new weights shall take, so that a person can watch the beginning.

    Args:
        epoch: passes over the training points so far, below OPENING_EPOCHS.
        steps_per_epoch: how many steps a pass takes.
    """
    return 1 / (_FIRST_EPOCHS_PER_S * (1 + _GROWTH * epoch) * steps_per_epoch)


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
