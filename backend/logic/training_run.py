"""TrainingRun: what one session trains. Commands go in, snapshots and outcomes come out; it knows no threads."""

import logging
import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, assert_never

from backend.logic.changes import Freeze, SetParameters, UseConfig, UseDataset
from backend.logic.ensemble import together_key
from backend.logic.observer import NOBODY, ComputeObserver
from backend.logic.pace import Clock
from backend.logic.progress import Progress
from backend.logic.run_course import RunCourse
from backend.logic.run_ends import CommandedRun, Inbox, Outlet
from backend.logic.run_steps import RunSteps
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer_commands import (
    Capture,
    Command,
    Outcome,
    Rebuild,
    Resume,
    Stop,
    Train,
)
from backend.logic.training import DivergedError, Learner, MakeLearner

_log = logging.getLogger(__name__)

_STEP: Final = "a step"


class TrainingRun(CommandedRun):
    """A Learner and what becomes of it.

    What any thread may do with it, see CommandedRun; all else belongs to the one that trains.

    Args:
        latest: where its snapshots go.
        on_outcome: called whenever it comes to rest, with the ticket of the newest command.
        on_end: called when it has been let go.
        clock: what tells the time.
        make_learner: makes a new model.
        observer: is told of its steps.
        inbox: what is wanted of it.

    Attributes:
        is_training: whether it has steps to make.
        due_s: when it can make the next one, by the clock; 0 for at once, infinite while it rests.
        key: what runs that can train together have in common; None for one that can only train alone.
    """

    def __init__(
        self,
        latest: Latest[Snapshot],
        on_outcome: Callable[[Outcome], None],
        on_end: Callable[[], None],
        clock: Clock = time.perf_counter,
        make_learner: MakeLearner = Learner,
        *,
        observer: ComputeObserver = NOBODY,
        inbox: Inbox | None = None,
    ) -> None:
        super().__init__(inbox or Inbox())
        self.is_training = False
        self.due_s = math.inf
        self.key: str | None = None
        self.end = on_end
        self._outlet = Outlet(latest, on_outcome)
        self._progress = Progress(self._outlet)
        self._clock = clock
        self._make_learner = make_learner
        self._observer = observer
        self._course = RunCourse(make_learner)
        self._steps = RunSteps(self._inbox, clock, observer)
        self._heir: TrainingRun | None = None
        self._doing = _STEP
        self._ticket = 0

    @property
    def learner(self) -> Learner | None:
        """What is trained, None before the first Rebuild or Resume and after an exception."""
        return self._course.learner

    @property
    def current(self) -> "TrainingRun":
        """This run, or the one that has taken its place."""
        return self if self._heir is None else self._heir.current

    @property
    def work(self) -> str:
        """What it is doing, in words for the log."""
        return self._doing + self._course.text

    def give_up(self) -> "TrainingRun":
        """Let another run take the place of this one, which hangs; it has nothing to train, as after an exception.

        The thread that hangs in this one may wake: what it does then reaches nobody.
        """
        outlet = self._outlet
        outlet.cut()
        self._heir = heir = TrainingRun(
            outlet.latest,
            outlet.on_outcome,
            self.end,
            self._clock,
            self._make_learner,
            observer=self._observer,
            inbox=self._inbox,
        )
        heir._ticket, heir._course = self._ticket, self._course.after_hanging()
        return heir

    def fail(self) -> None:
        """Tell that there is nothing to train."""
        self._course.end()
        self._finish()

    def note_company(self) -> None:
        """It makes its steps together with others from now on: who they are decides its last bits."""
        self._course.note_company()

    def check(self) -> None:
        """See that no other run has taken its place.

        Raises:
            TurnLostError: one has.
        """
        self._outlet.check()

    def apply_next(self) -> None:
        """Apply the command that has waited longest; there is one."""
        with self._whatever_happens():
            command = self._inbox.commands.get_nowait()
            self._doing = type(command).__name__
            self._apply(command)
            self._find_key()
        self._doing = _STEP

    @property
    def steps_to_look(self) -> float:
        """How many steps, one at least, it can make before somebody has to look whether it has come to its end."""
        return math.inf if self.learner is None else self._steps.to_look(self.learner)

    def train(self, until_s: float, most_steps: float = math.inf) -> None:
        """Make steps, one at least, until this time, a command, a rest or a look; then look how far it has come.

        Args:
            until_s: the time, by the clock.
            most_steps: after so many it is over as well.
        """
        with self._whatever_happens():
            if self.learner is not None:
                self._steps.make(self.learner, until_s, most_steps)
                self._look(self.learner)

    def look(self) -> None:
        """See whether the steps that its learner has made were its last, and show them; `steps_to_look` at most."""
        with self._whatever_happens():
            if self.learner is not None:
                self._look(self.learner)

    def diverge(self) -> None:
        """Come to rest: its learner would not have had a usable loss in the next step that it made with others."""
        with self._whatever_happens():
            raise DivergedError

    @contextmanager
    def _whatever_happens(self) -> Iterator[None]:
        """What goes wrong inside is told to this run's person, and touches no other run."""
        try:
            yield
        except DivergedError:
            self._course.has_diverged = True
            self._finish()
        except Exception:  # noqa: BLE001 - whatever it is, the person is told and the others train on
            self.check()
            _log.exception("Training failed.", extra={"event": "training_failed"})
            self.fail()
        finally:
            self.due_s = self._steps.due_s(self.learner) if self.learner is not None and self.is_training else math.inf

    def _apply(self, command: Command) -> None:
        match command:
            case Rebuild() | Resume():
                self._ticket = command.ticket
                self._progress.generation, self._progress.config_version = command.generation, command.config_version
                self._course.begin(command)
                self._finish()
            case Train():
                self._ticket = command.ticket
                learner = self._course.usable
                why_not = None if learner is None else self._steps.begin(learner, command.steps)
                if learner is None or why_not is not None:
                    self._finish(why_not)
                else:
                    self.is_training = True
            case Stop():
                self._ticket = command.ticket
                self._finish()
            case UseConfig() | UseDataset() | SetParameters() | Freeze():
                if isinstance(command, UseConfig):
                    self._progress.config_version = command.config_version
                self._course.change(command)
                learner = self._course.usable
                if learner is not None and (not self.is_training or learner.step_interval_s):
                    # The next step may be far away, or never come: until then this shows what has changed.
                    self._progress.show(learner)
            case Capture():
                record = self._course.record(self.check)
                self._outlet.answer(lambda: command.on_captured(record))
            case _:
                assert_never(command)

    def _find_key(self) -> None:
        key = None
        if self.learner is not None and self.is_training and not self._steps.are_opening:
            key = together_key(self.learner)
        # It is compared with the others' in every turn: of interned strings the same are one.
        self.key = None if key is None else sys.intern(repr(key))

    def _look(self, learner: Learner) -> None:
        """Come to rest if this was the end; else show it, if that is of use."""
        reason = self._steps.reason_to_stop(learner)
        if reason is not None or self._steps.are_made(learner):
            self._finish(reason)
            return
        now_s = self._clock()
        if self._steps.look(learner, now_s):
            self._find_key()
        self._progress.show_if_of_use(learner, now_s)

    def _finish(self, reason: str | None = None) -> None:
        """Come to rest, show the final step, and say how it went."""
        self.is_training = False
        self._progress.rest()
        if self.learner is not None:
            # The buffers of a wide network's step are a hundred times as large as the network.
            self.learner.rest()
        if self._course.usable is not None:
            self._progress.show(self._course.usable)
        self._outlet.tell(self._course.outcome(self._ticket, reason))
