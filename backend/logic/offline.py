"""Training without a session: the same engine from a beginning through its changes, for the command line and checks."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from math import ceil
from typing import Final

import torch

from backend.logic.course import Course
from backend.logic.gate import compute_single_threaded
from backend.logic.history import History, row_of
from backend.logic.observation import Observer
from backend.logic.progress import snapshot_of
from backend.logic.run_record import Applied, Beginning, RunRecord
from backend.logic.training import DivergedError, Learner, MakeLearner

MOST_ROWS: Final = 500
"""So many rows of history are as many as a picture of a curve has room for; each costs a look at all points."""


def train_offline(
    beginning: Beginning,
    changes: Iterable[Applied],
    steps: int,
    make_learner: MakeLearner = Learner,
    *,
    on_progress: Callable[[int], object] = lambda _: None,
    give_way: Callable[[], object] = lambda: None,
) -> RunRecord:
    """Train so many steps as fast as it goes; stop conditions and speed count for nothing.

    Args:
        beginning: where to begin.
        changes: what to change on the way, in the order of their steps; those behind the last step are left out.
        steps: how many steps to make.
        make_learner: makes the model.
        on_progress: called with the number of steps made, after each call of the engine.
        give_way: called as often: others may compute in it.

    Returns:
        The run at its last step, with a history from step 0 on.

    Raises:
        DivergedError: the loss, or a weight, was no longer a usable number; a sentence that names the step.
    """
    compute_single_threaded()
    with torch.inference_mode():
        journey = _Journey(Course.begun(make_learner, *beginning), steps)
        to_come = deque(changes)
        journey.look()
        while True:
            while to_come and to_come[0].step <= journey.step:
                journey.course.repeat(to_come.popleft())
            if journey.step >= steps:
                break
            journey.advance(to_come[0].step if to_come else steps)
            on_progress(journey.step)
            give_way()
        journey.look()
        return replace(journey.course.record(), history=journey.history.rows, moments=journey.history.moments)


class _Journey:
    """A course on its way, looked at every so many steps.

    Args:
        course: the course.
        steps: how far it shall go.
    """

    def __init__(self, course: Course, steps: int) -> None:
        self.course = course
        self.history = History()
        self._steps = steps
        self._interval = max(1, ceil(steps / MOST_ROWS))
        self._observer = Observer()

    @property
    def step(self) -> int:
        """How far it has come."""
        return self.course.learner.step_count

    def advance(self, until: int) -> None:
        """Make some steps, one at least, none behind this one, nor behind the next look."""
        next_look = self.step - self.step % self._interval + self._interval
        try:
            self.course.learner.advance(min(until, next_look, self._steps) - self.step)
        except DivergedError as error:
            raise self._diverged() from error
        if self.step == next_look:
            self.look()

    def look(self) -> None:
        """See how well it does."""
        learner = self.course.learner
        if not learner.is_finite:
            raise self._diverged()
        snapshot = snapshot_of(learner)
        self.history.note(snapshot, self._observer.evaluate(snapshot), learner.config)

    def _diverged(self) -> DivergedError:
        return DivergedError(f"Training diverged at step {self.step:,}: the loss is no longer a usable number.")


def with_present_row(record: RunRecord, give_way: Callable[[], None] = lambda: None) -> RunRecord:
    """The record, its history ending with how well it does where it is; what was seen of it may be older.

    Args:
        record: the record.
        give_way: called every few ms: others may compute in it.
    """
    checkpoint = record.checkpoint
    with torch.inference_mode():
        learner = Learner(checkpoint.config, checkpoint.dataset)
        learner.resume(checkpoint)
        snapshot = snapshot_of(learner)
        row = row_of(snapshot, Observer(give_way).evaluate(snapshot))
    return replace(record, history=(*(before for before in record.history if before.step < row.step), row))
