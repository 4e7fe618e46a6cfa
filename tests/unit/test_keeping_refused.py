"""Runs that cannot be kept, or not be opened: whoever asked is told, and nothing has changed."""

import pytest

from backend.logic.config import ConfigChanges, RunConfig
from backend.logic.dataset import Dataset
from backend.logic.errors import LimitError, NotTrainableError, TransitionError
from backend.logic.gate import ComputeGate
from backend.logic.limits import SessionLimits
from backend.logic.run_record import Checkpoint, RunRecord
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from backend.logic.training import Learner
from backend.logic.training_thread import TrainingThread
from tests.unit.desk import TWO_CLASSES, Desk, opened_desk, refusal
from tests.unit.keeping import captured, kept, train


def test_without_points_there_is_nothing_to_keep(desk: Desk) -> None:
    error = refusal(lambda: captured(desk))
    assert isinstance(error, NotTrainableError)
    assert "nothing to save yet. Add points" in str(error)
    assert desk.thread.run_count == 0


def test_a_run_without_its_points_cannot_be_kept_until_it_has_some_again(desk: Desk) -> None:
    desk.session.add_points(TWO_CLASSES)
    train(desk, 3)
    desk.session.clear_points()
    assert str(refusal(lambda: captured(desk))) == (
        "The points of this run are gone, so it cannot be saved. Add points of at least two classes to train on."
    )
    desk.session.add_points(TWO_CLASSES)
    assert kept(desk).checkpoint.step == 3


def test_a_run_that_has_diverged_is_not_kept_and_another_can_be_opened(desk: Desk, other: Desk) -> None:
    other.session.add_points(TWO_CLASSES)
    train(other, 3)
    record = kept(other)
    session = desk.session
    session.add_points(TWO_CLASSES)
    session.configure(ConfigChanges(problem="regression", hidden_layers=(), optimizer="sgd", learning_rate=1e5))
    session.train_for(400, "step")
    desk.until(lambda session: session.run_state is RunState.DIVERGED)
    error = refusal(lambda: captured(desk))
    assert isinstance(error, TransitionError)
    assert str(error) == "Cannot save the run now. Training has diverged; reset the model first."
    session.open(record)
    desk.settle()
    assert (session.run_state, session.reason, session.step) == (RunState.PAUSED, None, 3)


def test_a_run_that_diverges_before_it_could_be_kept_is_answered_with_nothing(desk: Desk) -> None:
    session = desk.session
    session.add_points(TWO_CLASSES)
    session.configure(ConfigChanges(problem="regression", hidden_layers=(), optimizer="sgd", learning_rate=1e5))
    session.ensure_model()
    desk.settle()
    session.train_for(400, "step")
    tell = desk.next_call()
    answers: list[RunRecord | None] = []
    session.capture(answers.append)
    desk.until(lambda _: bool(answers))
    assert answers == [None]
    tell()
    assert session.step > 0
    assert isinstance(refusal(session.start), TransitionError)


def test_a_run_is_not_opened_while_another_trains(desk: Desk, other: Desk) -> None:
    for each in (desk, other):
        each.session.add_points(TWO_CLASSES)
    record = kept(desk)
    other.session.start()
    config, generation = other.session.config, other.session.generation
    error = refusal(lambda: other.session.open(record))
    assert isinstance(error, TransitionError)
    assert str(error) == "Cannot open a run now. Training is already running."
    assert (other.session.config, other.session.generation) == (config, generation)
    other.session.stop()


@pytest.mark.parametrize(
    ("limits", "word"),
    [(SessionLimits(points=1), "1 points at most: this run has 2"), (SessionLimits(parameters=10), "weights")],
)
def test_a_run_that_is_too_large_is_not_opened(desk: Desk, limits: SessionLimits, word: str) -> None:
    desk.session.add_points(TWO_CLASSES)
    record = kept(desk)
    small = TrainingSession(desk.thread, lambda _: None, limits)
    error = refusal(lambda: small.open(record))
    assert isinstance(error, LimitError)
    assert word in str(error)
    assert (small.is_untouched, len(small.dataset)) == (True, 0)


def test_whoever_waits_for_a_run_that_is_closed_is_told(desk: Desk) -> None:
    desk.session.add_points(TWO_CLASSES)
    answers: list[RunRecord | None] = []
    desk.session.capture(answers.append)
    wait_for_the_end = desk.session.close()
    assert answers == [None]
    wait_for_the_end()


class FailingLearner(Learner):
    """A learner that cannot be kept."""

    def checkpoint(self) -> Checkpoint:
        """Fail."""
        raise MemoryError


def test_what_cannot_be_kept_trains_on(caplog: pytest.LogCaptureFixture) -> None:
    thread = TrainingThread(ComputeGate(), FailingLearner)
    try:
        with opened_desk(thread) as desk:
            desk.session.add_points(TWO_CLASSES)
            desk.session.train_for(400, "step")
            assert captured(desk) is None
            desk.settle()
            assert (desk.session.run_state, desk.session.step) == (RunState.PAUSED, 400)
    finally:
        thread.close()
    assert [record.message for record in caplog.records] == ["A run could not be kept; it goes on."]


def test_whoever_waits_for_a_run_that_fails_meanwhile_is_told() -> None:
    def fail(_config: RunConfig, _dataset: Dataset) -> Learner:
        raise MemoryError

    thread = TrainingThread(ComputeGate(), fail)
    try:
        with opened_desk(thread) as desk:
            desk.session.add_points(TWO_CLASSES)
            assert captured(desk) is None
            desk.until(lambda session: session.run_state is RunState.FAILED)
            assert isinstance(refusal(lambda: captured(desk)), TransitionError)
    finally:
        thread.close()
