"""RunCourse: what a run trains, from one new model or resumed run to the next."""

import logging
from collections.abc import Callable

from backend.logic.architecture import Architecture
from backend.logic.changes import Change, UseConfig
from backend.logic.config import RunConfig
from backend.logic.course import Course
from backend.logic.run_record import RunRecord
from backend.logic.trainer_commands import Diverged, Failed, Outcome, Rebuild, Resume, Settled
from backend.logic.training import Learner, MakeLearner

_log = logging.getLogger(__name__)


class RunCourse:
    """The Course of a run. There is none before the first Rebuild or Resume, and after an exception.

    Args:
        make_learner: makes a new model.

    Attributes:
        has_diverged: whether the next step would not have had a usable loss.
    """

    def __init__(self, make_learner: MakeLearner) -> None:
        self.has_diverged = False
        self._make_learner = make_learner
        self._course: Course | None = None
        # Of the course that there is, or was before an exception.
        self._config: RunConfig | None = None
        self._has_hung = False

    @property
    def learner(self) -> Learner | None:
        """What is trained, None if there is no course."""
        return None if self._course is None else self._course.learner

    @property
    def usable(self) -> Learner | None:
        """What can be trained on, None if there is nothing or if it has diverged."""
        return None if self.has_diverged else self.learner

    @property
    def text(self) -> str:
        """What is trained, or was, in words for the log; "" before the first."""
        if self._config is None:
            return ""
        sizes = "-".join(map(str, Architecture.of(self._config).sizes))
        return f" of {sizes} {self._config.activation}, {self._config.optimizer}"

    def begin(self, command: Rebuild | Resume) -> None:
        """Have another course."""
        if isinstance(command, Rebuild):
            self._config = command.config
            self._course = Course.begun(self._make_learner, command.config, command.dataset)
        else:
            self._config = command.record.checkpoint.config
            self._course = Course.resumed(self._make_learner, command.record)
        self.has_diverged = self._has_hung = False

    def change(self, change: Change) -> None:
        """Make a change between two steps."""
        if isinstance(change, UseConfig):
            self._config = change.config
        if self._course is not None:
            self._course.change(change)

    def end(self) -> None:
        """Nothing of it can be gone on with."""
        self._course = None

    def after_hanging(self) -> "RunCourse":
        """Where a run goes on of which this one hangs; nothing that still happens to this one changes it."""
        after = RunCourse(self._make_learner)
        after._config, after._has_hung = self._config, True
        return after

    def outcome(self, ticket: int, reason: str | None) -> Outcome:
        """How it came to rest.

        Args:
            ticket: of the newest command.
            reason: the stop condition that ended a training, as a sentence.
        """
        if self.learner is None:
            return Failed(ticket, self._has_hung)
        if self.has_diverged:
            return Diverged(ticket, self.learner.step_count, self.learner.epoch)
        return Settled(ticket, reason)

    def note_company(self) -> None:
        """Steps are made together with others from now on: who they are decides the last bits."""
        if self._course is not None:
            self._course.is_exact = False

    def record(self, check: Callable[[], None]) -> RunRecord | None:
        """What is kept of it, None if it has no network of usable numbers, or if it cannot be kept.

        Args:
            check: called when that fails, before it is logged.
        """
        if self._course is None or self.usable is None or not self.usable.is_finite:
            return None
        try:
            return self._course.record()
        except Exception:  # noqa: BLE001 - such as no memory for a copy: that must not end the training
            check()
            _log.exception("A run could not be kept; it goes on.", extra={"event": "capture_failed"})
            return None
