"""TrainingRun: what one session trains. Commands go in, snapshots and outcomes come out; it knows no threads."""

import logging
import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, assert_never

from backend.logic.architecture import Architecture
from backend.logic.changes import Freeze, SetParameters, UseConfig, UseDataset
from backend.logic.config import RunConfig
from backend.logic.course import Course
from backend.logic.ensemble import together_key
from backend.logic.observer import NOBODY, ComputeObserver
from backend.logic.pace import RunPace
from backend.logic.progress import SHOWING_INTERVAL_S, Progress
from backend.logic.run_ends import Inbox, Outlet
from backend.logic.run_record import RunRecord
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.stop_conditions import has_reached_epochs, reason_to_stop, steps_to_look
from backend.logic.trainer_commands import (
    Capture,
    Command,
    Diverged,
    Failed,
    Outcome,
    Rebuild,
    Resume,
    Settled,
    Stop,
    Train,
)
from backend.logic.training import DivergedError, Learner, MakeLearner

_log = logging.getLogger(__name__)

Clock = Callable[[], float]
"""Seconds since some time."""

_STEP: Final = "a step"


class TrainingRun:
    """A Learner and what becomes of it.

    Any thread may call `put` and `close`, read `backlog` and set `is_seen`; all else belongs to the one that trains.

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
        self.is_training = False
        self.due_s = math.inf
        self.key: str | None = None
        self.end = on_end
        self._outlet = Outlet(latest, on_outcome)
        self._progress = Progress(self._outlet)
        self._clock = clock
        self._make_learner = make_learner
        self._observer = observer
        self._inbox = inbox or Inbox()
        self._course: Course | None = None
        self._heir: TrainingRun | None = None
        self._has_hung = False
        self._config: RunConfig | None = None
        self._doing = _STEP
        self._has_diverged = False
        self._last_step: int | None = None
        self._pace = RunPace()
        self._ticket = 0

    @property
    def learner(self) -> Learner | None:
        """What is trained, None before the first Rebuild or Resume and after an exception."""
        return None if self._course is None else self._course.learner

    @property
    def is_closed(self) -> bool:
        """Whether nothing is wanted of it any more."""
        return self._inbox.is_closed

    @property
    def is_seen(self) -> bool:
        """Whether somebody looks at it."""
        return self._inbox.is_seen

    @is_seen.setter
    def is_seen(self, is_seen: bool) -> None:
        self._inbox.is_seen = is_seen

    @property
    def backlog(self) -> int:
        """How many commands have not been applied yet."""
        return self._inbox.commands.qsize()

    @property
    def current(self) -> "TrainingRun":
        """This run, or the one that has taken its place."""
        return self if self._heir is None else self._heir.current

    @property
    def work(self) -> str:
        """What it is doing, in words for the log."""
        if self._config is None:
            return self._doing
        config, sizes = self._config, Architecture.of(self._config).sizes
        return f"{self._doing} of {'-'.join(map(str, sizes))} {config.activation}, {config.optimizer}"

    def put(self, command: Command) -> None:
        """Have a command applied before the next step."""
        self._inbox.commands.put(command)

    def close(self) -> None:
        """Ask to be let go; this overtakes all commands."""
        self._inbox.is_closed = True

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
        heir._ticket, heir._config, heir._has_hung = self._ticket, self._config, True
        return heir

    def fail(self) -> None:
        """Tell that there is nothing to train."""
        self._course = None
        self._finish()

    def note_company(self) -> None:
        """It makes its steps together with others from now on: who they are decides its last bits."""
        if self._course is not None:
            self._course.is_exact = False

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
        if self.learner is None:
            return math.inf
        return steps_to_look(self.learner) if self._last_step is None else self._last_step - self.learner.step_count

    def train(self, until_s: float, most_steps: float = math.inf) -> None:
        """Make steps, one at least, until this time, a command, a rest or a look; then look how far it has come.

        Args:
            until_s: the time, by the clock.
            most_steps: after so many it is over as well.
        """
        with self._whatever_happens():
            if self.learner is not None:
                self._make_measured_steps(self.learner, until_s, min(most_steps, self.steps_to_look))
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
            self._has_diverged = True
            self._finish()
        except Exception:  # noqa: BLE001 - whatever it is, the person is told and the others train on
            self.check()
            _log.exception("Training failed.", extra={"event": "training_failed"})
            self.fail()
        finally:
            self._look_at_pace()

    def _apply(self, command: Command) -> None:
        match command:
            case Rebuild() | Resume():
                self._ticket = command.ticket
                self._progress.generation, self._progress.config_version = command.generation, command.config_version
                self._course = self._begin_course(command)
                self._has_diverged = self._has_hung = False
                self._finish()
            case Train():
                self._ticket = command.ticket
                if self.learner is None or self._has_diverged:
                    self._finish()
                else:
                    self._begin_training(self.learner, command.steps)
            case Stop():
                self._ticket = command.ticket
                self._finish()
            case UseConfig() | UseDataset() | SetParameters() | Freeze():
                if isinstance(command, UseConfig):
                    self._config, self._progress.config_version = command.config, command.config_version
                course = self._course
                if course is not None:
                    course.change(command)
                    if not self._has_diverged and (not self.is_training or course.learner.step_interval_s):
                        # The next step may be far away, or never come: until then this shows what has changed.
                        self._progress.show(course.learner)
            case Capture():
                record = self._record()
                self._outlet.answer(lambda: command.on_captured(record))
            case _:
                assert_never(command)

    def _begin_course(self, command: Rebuild | Resume) -> Course:
        if isinstance(command, Rebuild):
            self._config = command.config
            return Course.begun(self._make_learner, command.config, command.dataset)
        self._config = command.record.checkpoint.config
        return Course.resumed(self._make_learner, command.record)

    def _record(self) -> RunRecord | None:
        """What is kept of it, None if it has no network of usable numbers, or if it cannot be kept."""
        if self._course is None or self._has_diverged or not self._course.learner.is_finite:
            return None
        try:
            return self._course.record()
        except Exception:  # noqa: BLE001 - such as no memory for a copy: that must not end the training
            self.check()
            _log.exception("A run could not be kept; it goes on.", extra={"event": "capture_failed"})
            return None

    def _find_key(self) -> None:
        key = None
        if self.learner is not None and self.is_training and not self._pace.is_opening:
            key = together_key(self.learner)
        # It is compared with the others' in every turn: of interned strings the same are one.
        self.key = None if key is None else sys.intern(repr(key))

    def _begin_training(self, learner: Learner, steps: int | None) -> None:
        if steps is None and has_reached_epochs(learner.config, learner.epoch):
            # Whoever asked for more did not know yet that they are reached.
            self._finish(reason_to_stop(learner))
            return
        self._last_step = None if steps is None else learner.step_count + steps
        # Whoever asked for so many steps does not want to watch each of them.
        self._pace.begin(learner, self._clock(), is_watched=steps is None and self.is_seen)
        self.is_training = True

    def _look_at_pace(self) -> None:
        """See when the next step can be made."""
        self.due_s = self._pace.due_s(self.learner) if self.learner is not None and self.is_training else math.inf

    def _make_measured_steps(self, learner: Learner, until_s: float, most_steps: float) -> None:
        began_s, first_step = self._clock(), learner.step_count
        try:
            self._make_steps(learner, until_s, most_steps)
        finally:
            self._observer.sliced(learner.step_count - first_step, self._clock() - began_s)

    def _make_steps(self, learner: Learner, until_s: float, most_steps: float) -> None:
        pace, inbox, commands = self._pace, self._inbox, self._inbox.commands
        interval_s, last_step = pace.interval_s(learner), learner.step_count + most_steps
        while True:
            learner.advance(1 if interval_s else last_step - learner.step_count)
            now_s = self._clock()
            if interval_s:
                pace.stepped(interval_s, now_s)
            if now_s >= until_s or learner.step_count >= last_step or inbox.is_closed or not commands.empty():
                return
            if interval_s and (interval_s >= SHOWING_INTERVAL_S or pace.has_rest(interval_s, now_s)):
                return

    def _look(self, learner: Learner) -> None:
        """Come to rest if this was the end; else show it, if that is of use."""
        # Whoever asked for so many steps gets them all.
        has_end = self._last_step is not None
        reason = None if has_end or not learner.is_between_epochs else reason_to_stop(learner)
        if reason is not None or learner.step_count == self._last_step:
            self._finish(reason)
            return
        now_s = self._clock()
        if self._pace.look(learner, now_s):
            self._find_key()
        self._progress.show_if_of_use(learner, now_s)

    def _finish(self, reason: str | None = None) -> None:
        """Come to rest, show the final step, and say how it went."""
        self.is_training = False
        self._progress.rest()
        if self.learner is None:
            self._outlet.tell(Failed(self._ticket, self._has_hung))
            return
        # The buffers of a wide network's step are a hundred times as large as the network.
        self.learner.rest()
        if self._has_diverged:
            self._outlet.tell(Diverged(self._ticket, self.learner.step_count, self.learner.epoch))
        else:
            self._progress.show(self.learner)
            self._outlet.tell(Settled(self._ticket, reason))
