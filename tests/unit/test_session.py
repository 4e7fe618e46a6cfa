"""TrainingSession: the state machine of a run, the points and the config."""

import pytest
import torch

from backend.logic.architecture import ParameterId
from backend.logic.config import MAX_POINTS, ConfigChanges, RunConfig
from backend.logic.errors import FieldError, LimitError, NotTrainableError, TransitionError
from backend.logic.points import TrainingExample
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from tests.unit.desk import TWO_CLASSES, Desk, refusal


def expect_paused_at(session: TrainingSession, step: int) -> None:
    assert (session.run_state, session.step, session.reason) == (RunState.PAUSED, step, None)


def test_a_session_that_was_never_started_has_no_run(desk: Desk) -> None:
    desk.session.add_points(TWO_CLASSES)
    desk.session.configure(ConfigChanges(hidden_layers=(4,)))
    desk.session.reset()
    assert desk.thread.run_count == 0
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
    assert desk.thread.run_count == 0


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
    assert desk.thread.run_count == 0


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


def test_a_closed_session_leaves_no_run(desk: Desk) -> None:
    desk.session.add_points(TWO_CLASSES)
    desk.session.train_for(1, "step")
    desk.settle()
    assert desk.thread.run_count == 1
    desk.session.close()()
    assert desk.thread.run_count == 0


def test_a_model_that_is_looked_at_first_trains_as_one_that_the_start_builds(desk: Desk) -> None:
    early, late = desk.session, Desk(desk.thread)
    early.ensure_model()
    early.ensure_model()
    desk.settle()
    assert (early.run_state, early.step, early.is_untouched) == (RunState.IDLE, 0, True)
    for session in (early, late.session):
        session.configure(ConfigChanges(classes=3, learning_rate=0.1, optimizer="nesterov"))
        session.load_dataset("xor", count=20)
        session.train_for(10, "step")
    desk.settle()
    late.settle()
    assert early.snapshot is not None
    assert late.session.snapshot is not None
    assert torch.equal(early.snapshot.parameters, late.session.snapshot.parameters)
    late.session.close()()


def test_a_resume_document_makes_a_model_that_is_looked_at_one_of_its_config(desk: Desk) -> None:
    session = desk.session
    session.ensure_model()
    config = RunConfig(hidden_layers=(3,), classes=4)
    assert list(session.restore(config, [TrainingExample(0, 0, 3)])) == [1]
    desk.settle()
    assert session.snapshot is not None
    assert session.snapshot.architecture.sizes == (2, 3, 4)
    assert session.snapshot.examples.train_targets.tolist() == [3]


def test_a_stop_condition_brings_the_run_to_rest_with_its_reason(desk: Desk) -> None:
    session = desk.session
    session.add_points(TWO_CLASSES)
    session.configure(ConfigChanges(stop_epochs=3))
    session.start()
    desk.settle()
    assert (session.run_state, session.epoch) == (RunState.PAUSED, 3.0)
    assert session.reason == "Training stopped: 3 epochs are reached."
    error = refusal(session.start)
    assert isinstance(error, TransitionError)
    assert error.path == "stop_epochs"
    assert "stop at epoch 3, which is reached. Raise that number" in str(error)
    session.train_for(1, "epoch")
    desk.settle()
    expect_paused_at(session, 4)
    session.configure(ConfigChanges(stop_epochs=6))
    session.start()
    desk.settle()
    assert session.epoch == 6.0


@pytest.mark.parametrize(
    ("changes", "path", "sentence"),
    [
        (ConfigChanges(features=("x1", "x1")), "features", "Features must not be named twice."),
        (ConfigChanges(loss="huber"), "loss", "Classification has no loss huber"),
        (ConfigChanges(problem="regression", loss="cross_entropy"), "loss", "Regression has no loss cross_entropy"),
    ],
)
def test_fields_that_do_not_fit_each_other_are_named(
    desk: Desk, changes: ConfigChanges, path: str, sentence: str
) -> None:
    error = refusal(lambda: desk.session.configure(changes))
    assert isinstance(error, FieldError)
    assert error.path == path
    assert str(error).startswith(sentence)
    assert desk.session.config == RunConfig()


def test_another_problem_keeps_labels_and_values_and_trains_on_its_own(desk: Desk) -> None:
    session = desk.session
    session.add_points([TrainingExample(1, 1, 0, 0.5), TrainingExample(-1, -1, 1, -0.5), TrainingExample(2, 2, 1)])
    session.ensure_model()
    session.configure(ConfigChanges(problem="regression"))
    session.train_for(1, "epoch")
    desk.settle()
    assert session.snapshot is not None
    assert session.snapshot.loss == "squared_error"
    assert session.snapshot.examples.train_targets.tolist() == [0.5, -0.5, 1.0]
    session.configure(ConfigChanges(problem="classification"))
    desk.settle()
    assert session.snapshot is not None
    assert session.snapshot.examples.train_targets.tolist() == [0, 1, 1]


def test_it_is_told_whether_it_is_seen_before_and_after_there_is_a_model(desk: Desk) -> None:
    session = desk.session
    assert session.is_seen
    session.is_seen = False
    session.ensure_model()
    desk.settle()
    assert not session.is_seen
    session.is_seen = True
    assert session.is_seen


def test_a_new_model_has_no_frozen_parameters(desk: Desk) -> None:
    session = desk.session
    place = ParameterId(1, 0, None)
    session.freeze_parameters([place], frozen=True)
    assert session.frozen == {place}
    session.configure(ConfigChanges(classes=5))
    assert session.frozen == {place}
    session.reset()
    assert session.frozen == frozenset()


def test_a_parameter_that_is_not_there_is_refused_before_anything_happens(desk: Desk) -> None:
    for action in (
        lambda: desk.session.set_parameters([ParameterId(3, 1, 7), ParameterId(3, 1, 8)], [1.0, 2.0]),
        lambda: desk.session.freeze_parameters([ParameterId(3, 1, 7), ParameterId(3, 1, 8)], frozen=True),
    ):
        error = refusal(action)
        assert isinstance(error, FieldError)
        assert (str(error), error.path) == ("Layer 3 has no input 8: its inputs are 0 to 7.", "parameters[1][2]")
    assert desk.session.is_untouched
    assert desk.thread.run_count == 0
