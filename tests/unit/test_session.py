"""TrainingSession: the state machine of a run, the points and the config."""

from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest

from backend.logic.config import MAX_POINTS, ConfigChanges, RunConfig
from backend.logic.dataset import TrainingExample
from backend.logic.errors import FieldError, LimitError, NotTrainableError, RefusedError, TransitionError
from backend.logic.gate import ComputeGate
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from tests.support.threads import trainer_threads

DEADLINE_S = 10
TWO_CLASSES = [TrainingExample(1, 1, 0), TrainingExample(-1, -1, 1)]


class Desk:
    """A session whose own thread is the test's: what the trainer posts waits until it is asked for."""

    def __init__(self) -> None:
        self._posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.session = TrainingSession(ComputeGate(), self._posted.put)

    def until(self, condition: Callable[[TrainingSession], bool]) -> None:
        while not condition(self.session):
            self._posted.get(timeout=DEADLINE_S)()

    def settle(self) -> None:
        self.until(lambda session: session.run_state is not RunState.TRAINING and not session.is_settling)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.session.close()()


def refusal(action: Callable[[], object]) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        action()
    return refused.value


def expect_paused_at(session: TrainingSession, step: int) -> None:
    assert (session.run_state, session.step, session.reason) == (RunState.PAUSED, step, None)


def test_a_session_that_was_never_started_has_no_thread(desk: Desk) -> None:
    desk.session.add_points(TWO_CLASSES)
    desk.session.configure(ConfigChanges(hidden_layers=(4,)))
    desk.session.reset()
    assert not trainer_threads()
    assert not desk.session.is_settling


@pytest.mark.parametrize(
    ("points", "word"), [([], "two classes"), ([TrainingExample(0, 0, 1)], "all training points are of class 1")]
)
def test_start_needs_points_of_two_classes(desk: Desk, points: list[TrainingExample], word: str) -> None:
    if points:
        desk.session.add_points(points)
    error = refusal(desk.session.start)
    assert isinstance(error, NotTrainableError)
    assert word in str(error)
    assert desk.session.run_state is RunState.IDLE
    assert not trainer_threads()


def test_stop_and_start_go_on_from_the_same_step(desk: Desk) -> None:
    session = desk.session
    session.add_points(TWO_CLASSES)
    session.train_for(50, "step")
    desk.settle()
    assert (session.run_state, session.step, session.reason) == (RunState.PAUSED, 50, None)
    session.start()
    session.stop()
    desk.settle()
    assert session.step >= 50
    before = session.step
    session.train_for(3, "step")
    desk.settle()
    assert session.step == before + 3


def test_an_epoch_is_as_many_steps_as_batches(desk: Desk) -> None:
    desk.session.load_dataset("xor", count=25, noise=0, classes=2, seed=None)
    desk.session.train_for(2, "epoch")
    desk.settle()
    assert (desk.session.step, desk.session.epoch) == (6, 2.0)


def test_what_builds_a_new_model_is_refused_while_training_and_starts_from_idle_otherwise(desk: Desk) -> None:
    session = desk.session
    session.add_points(TWO_CLASSES)
    session.start()
    error = refusal(lambda: session.configure(ConfigChanges(hidden_layers=(3,), learning_rate=0.5)))
    assert isinstance(error, TransitionError)
    assert error.path == "hidden_layers"
    assert session.config == RunConfig()
    session.stop()
    session.configure(ConfigChanges(hidden_layers=(3,)))
    desk.settle()
    assert (session.run_state, session.step) == (RunState.IDLE, 0)
    assert session.snapshot is not None
    assert session.snapshot.architecture.sizes == (2, 3, 2)


def test_live_changes_keep_step_and_weights(desk: Desk) -> None:
    session = desk.session
    session.add_points(TWO_CLASSES)
    session.train_for(20, "step")
    desk.settle()
    changes = ConfigChanges(learning_rate=0.5, l1=0.1, l2=0.1, dropout=0.5, batch_size=3, optimizer="sgd", classes=4)
    session.configure(changes)
    session.train_for(1, "step")
    desk.settle()
    assert session.step == 21
    assert session.config_version == 2


def test_points_that_run_out_while_training_stop_it_with_a_sentence(desk: Desk) -> None:
    session = desk.session
    session.add_points(TWO_CLASSES)
    session.start()
    session.remove_points([2])
    assert session.run_state is RunState.PAUSED
    assert session.reason is not None
    assert "second class" in session.reason
    desk.settle()
    session.add_points([TrainingExample(2, 2, 1)])
    assert desk.session.reason is None
    session.start()
    session.stop()


def test_closing_overtakes_all_that_still_waits(desk: Desk) -> None:
    session = desk.session
    session.configure(ConfigChanges(hidden_layers=(100,) * 10))
    session.add_points(TWO_CLASSES)
    session.start()
    for number in range(2000):
        session.configure(ConfigChanges(classes=2 + number % 2))
    assert session.backlog > 100
    session.close()()
    assert not trainer_threads()


def test_a_class_with_points_cannot_go(desk: Desk) -> None:
    desk.session.configure(ConfigChanges(classes=3))
    desk.session.add_points([TrainingExample(0, 0, 2)])
    error = refusal(lambda: desk.session.configure(ConfigChanges(classes=2)))
    assert isinstance(error, FieldError)
    assert error.path == "classes"
    assert desk.session.config.classes == 3


def test_a_label_that_is_no_class_adds_nothing(desk: Desk) -> None:
    error = refusal(lambda: desk.session.add_points([*TWO_CLASSES, TrainingExample(0, 0, 2)]))
    assert error.path == "points[2][2]"
    assert len(desk.session.dataset) == 0


def test_too_many_points_add_nothing(desk: Desk) -> None:
    error = refusal(lambda: desk.session.add_points([TrainingExample(0, 0, 0)] * (MAX_POINTS + 1)))
    assert isinstance(error, LimitError)
    assert len(desk.session.dataset) == 0


def test_a_resume_document_is_taken_by_a_new_session_only(desk: Desk) -> None:
    config = RunConfig(classes=3, seed=5, train_fraction=0.5)
    assert list(desk.session.restore(config, [TrainingExample(0, 0, 2)])) == [1]
    assert desk.session.config == config
    assert isinstance(refusal(lambda: desk.session.restore(config, [])), TransitionError)


def test_a_new_seed_divides_the_points_anew(desk: Desk) -> None:
    session = desk.session
    session.configure(ConfigChanges(train_fraction=0.5))
    session.load_dataset("gauss", count=100, noise=0, classes=2, seed=1)
    before = session.dataset.is_train.tolist()
    session.reset(seed=99)
    assert session.config.seed == 99
    assert session.dataset.is_train.tolist() != before


def test_divergence_names_the_step_and_a_remedy_and_reset_goes_on(desk: Desk) -> None:
    session = desk.session
    session.add_points(TWO_CLASSES)
    session.configure(ConfigChanges(optimizer="sgd", activation="relu", learning_rate=1e6))
    session.start()
    desk.settle()
    assert session.run_state is RunState.DIVERGED
    assert session.reason is not None
    assert f"step {session.step:,}" in session.reason
    assert "learning rate" in session.reason
    assert isinstance(refusal(session.start), TransitionError)
    session.configure(ConfigChanges(learning_rate=0.01))
    session.reset()
    session.train_for(5, "step")
    desk.settle()
    expect_paused_at(session, 5)


def test_who_listens_hears_that_training_came_to_its_end(desk: Desk) -> None:
    heard: list[RunState] = []
    desk.session.on_change = lambda: heard.append(desk.session.run_state)
    desk.session.add_points(TWO_CLASSES)
    desk.session.train_for(1, "step")
    desk.settle()
    assert heard[-1] is RunState.PAUSED


def test_a_closed_session_leaves_no_thread() -> None:
    desk = Desk()
    desk.session.add_points(TWO_CLASSES)
    desk.session.start()
    assert len(trainer_threads()) == 1
    desk.session.close()()
    assert not trainer_threads()
