"""RunSteps: the steps that a run has been told to make: how many, how fast, and when somebody has to look."""

from backend.logic.observer import ComputeObserver
from backend.logic.pace import Clock, RunPace
from backend.logic.progress import SHOWING_INTERVAL_S
from backend.logic.run_ends import Inbox
from backend.logic.stop_conditions import has_reached_epochs, reason_to_stop, steps_to_look
from backend.logic.training import Learner


class RunSteps:
    """The steps of a learner, from each Train to the rest after it.

    Args:
        inbox: what is wanted of the run: what comes in ends a stretch of steps.
        clock: what tells the time.
        observer: is told of the steps.
    """

    def __init__(self, inbox: Inbox, clock: Clock, observer: ComputeObserver) -> None:
        self._inbox = inbox
        self._clock = clock
        self._observer = observer
        self._pace = RunPace()
        self._last_step: int | None = None

    @property
    def are_opening(self) -> bool:
        """Whether they are held back so that the beginning can be watched."""
        return self._pace.is_opening

    def begin(self, learner: Learner, count: int | None) -> str | None:
        """Make so many, the first of them now, or with None go on without an end.

        Returns:
            Why there is none to be made, as a sentence; None if there are.
        """
        if count is None and has_reached_epochs(learner.config, learner.epoch):
            # Whoever asked for more did not know yet that they are reached.
            return reason_to_stop(learner)
        self._last_step = None if count is None else learner.step_count + count
        # Whoever asked for so many steps does not want to watch each of them.
        self._pace.begin(learner, self._clock(), is_watched=count is None and self._inbox.is_seen)
        return None

    def due_s(self, learner: Learner) -> float:
        """When the next can be made, by the clock; 0 for at once."""
        return self._pace.due_s(learner)

    def to_look(self, learner: Learner) -> float:
        """How many, one at least, can be made before somebody has to look whether that was the end."""
        return steps_to_look(learner) if self._last_step is None else self._last_step - learner.step_count

    def make(self, learner: Learner, until_s: float, most: float) -> None:
        """Make some, one at least, until this time, a command or a rest; no more than so many."""
        began_s, first_step = self._clock(), learner.step_count
        try:
            self._make(learner, until_s, min(most, self.to_look(learner)))
        finally:
            self._observer.sliced(learner.step_count - first_step, self._clock() - began_s)

    def are_made(self, learner: Learner) -> bool:
        """Whether that were as many as were asked for."""
        return learner.step_count == self._last_step

    def reason_to_stop(self, learner: Learner) -> str | None:
        """Why a training without an end stops here, as a sentence; None if it goes on."""
        # Whoever asked for so many steps gets them all.
        has_end = self._last_step is not None
        return None if has_end or not learner.is_between_epochs else reason_to_stop(learner)

    def look(self, learner: Learner, now_s: float) -> bool:
        """See how fast they go on, and return whether that was the end of the opening."""
        return self._pace.look(learner, now_s)

    def _make(self, learner: Learner, until_s: float, most: float) -> None:
        pace, inbox, commands = self._pace, self._inbox, self._inbox.commands
        interval_s, last_step = pace.interval_s(learner), learner.step_count + most
        while True:
            learner.advance(1 if interval_s else last_step - learner.step_count)
            now_s = self._clock()
            if interval_s:
                pace.stepped(interval_s, now_s)
            if now_s >= until_s or learner.step_count >= last_step or inbox.is_closed or not commands.empty():
                return
            if interval_s and (interval_s >= SHOWING_INTERVAL_S or pace.has_rest(interval_s, now_s)):
                return
