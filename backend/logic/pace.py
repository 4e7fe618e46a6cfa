"""The pace of a run: when its next step is due, and how its first epochs are held back."""

from collections.abc import Callable
from typing import Final, Protocol

Clock = Callable[[], float]
"""Seconds since some time."""

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


class Paced(Protocol):
    """What is held back; see `Learner`."""

    @property
    def epoch(self) -> float:
        """Passes over the training points so far."""

    @property
    def steps_per_epoch(self) -> int:
        """How many steps a pass takes."""

    @property
    def step_interval_s(self) -> float:
        """How long a step shall take: 0 for as short as it can."""


class RunPace:
    """The pace of a run: that of its config; and before, at full speed, that of an opening that somebody watches.

    Attributes:
        is_opening: whether it is held back so that its beginning can be watched.
    """

    def __init__(self) -> None:
        self.is_opening = False
        self._pace = Pace()

    def begin(self, learner: Paced, now_s: float, *, is_watched: bool) -> None:
        """The first step of a training is due now."""
        self.is_opening = is_watched and learner.epoch < OPENING_EPOCHS
        self._pace.begin(self.interval_s(learner), now_s)

    def interval_s(self, learner: Paced) -> float:
        """How long the next step shall take; 0 for as short as it can."""
        if learner.step_interval_s or not self.is_opening:
            return learner.step_interval_s
        return opening_interval_s(learner.epoch, learner.steps_per_epoch)

    def due_s(self, learner: Paced) -> float:
        """When the next step is due."""
        return self._pace.due_s(self.interval_s(learner))

    def stepped(self, interval_s: float, now_s: float) -> None:
        """A step has been made, which was to take so long."""
        self._pace.stepped(interval_s, now_s)

    def has_rest(self, interval_s: float, now_s: float) -> bool:
        """Whether the next step, which is to take so long, is not due yet."""
        return self._pace.due_s(interval_s) > now_s

    def look(self, learner: Paced, now_s: float) -> bool:
        """See how far it has come after steps, and return whether that was the end of its opening."""
        ends = self.is_opening and learner.epoch >= OPENING_EPOCHS
        if ends:
            self.is_opening = False
        if not self.interval_s(learner):
            self._pace.stepped(0, now_s)
        return ends
