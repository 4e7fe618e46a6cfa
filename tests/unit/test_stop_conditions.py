"""When a run comes to rest by itself, and what it says then."""

import math

import pytest

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.logic.points import TrainingExample
from backend.logic.stop_conditions import reason_to_stop, steps_to_look
from backend.logic.training import Learner

XOR = Dataset.empty(1.0, 0).adding(generate("xor", 40, 0.0, 2, 0))


def trained(steps: int, config: RunConfig, dataset: Dataset = XOR) -> Learner:
    learner = Learner(config, dataset)
    for _ in range(steps):
        learner.step()
    return learner


def test_nothing_is_asked_for_and_nothing_is_reached() -> None:
    assert reason_to_stop(trained(400, RunConfig())) is None


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [(1, "1 epoch is"), (3, "3 epochs are"), (4, None), (1000, None)],
)
def test_epochs_are_counted(limit: int, sentence: str | None) -> None:
    reason = reason_to_stop(trained(12, RunConfig(stop_epochs=limit)))
    assert reason == (sentence and f"Training stopped: {sentence} reached.")


def test_the_loss_is_that_of_all_training_points_without_dropout() -> None:
    learner = trained(400, RunConfig(dropout=0.2, stop_loss=1e-9))
    loss, accuracy = learner.evaluate()
    assert learner.evaluate() == (loss, accuracy)
    assert reason_to_stop(learner) is None
    learner.use_config(RunConfig(dropout=0.2, stop_loss=loss))
    assert reason_to_stop(learner) == f"Training stopped: the train loss is {loss:.3g}, below {loss:g}."


def test_the_accuracy_is_told_as_a_share_of_a_hundred() -> None:
    points = [TrainingExample(x, 0, int(x > 0), None) for x in (-3, -2, -1, 1, 2, 3)]
    learner = trained(200, RunConfig(stop_accuracy=1), Dataset.empty(1.0, 0).adding(points))
    assert reason_to_stop(learner) == "Training stopped: the train accuracy is 100.0 %, at least 100 %."


def test_an_accuracy_that_is_just_reached_is_reached() -> None:
    """49 of 70 is 0.7, which float32 would put below 0.7."""
    rows = [TrainingExample(1, 1, int(index >= 49), None) for index in range(70)]
    learner = Learner(RunConfig(hidden_layers=(), stop_accuracy=0.7), Dataset.empty(1.0, 0).adding(rows))
    learner.network.flat.zero_()
    assert reason_to_stop(learner) == "Training stopped: the train accuracy is 70.0 %, at least 70 %."


def test_a_regression_has_no_accuracy_to_stop_at() -> None:
    config = RunConfig(problem="regression", loss="squared_error", stop_accuracy=0.01)
    assert reason_to_stop(trained(20, config)) is None


@pytest.mark.parametrize(
    ("steps", "config", "expected"),
    [
        (0, RunConfig(), math.inf),
        (0, RunConfig(stop_loss=0.1), 4),
        (3, RunConfig(stop_accuracy=0.9), 1),
        (4, RunConfig(stop_accuracy=0.9), 4),
        (0, RunConfig(stop_epochs=1), 4),
        (0, RunConfig(stop_epochs=5), 20),
        (20, RunConfig(stop_epochs=5), 4),
        (8, RunConfig(stop_epochs=5), 12),
        (8, RunConfig(stop_epochs=5, stop_loss=0.1), 4),
    ],
)
def test_it_is_known_when_to_look_next(steps: int, config: RunConfig, expected: float) -> None:
    assert steps_to_look(trained(steps, config)) == expected


@pytest.mark.parametrize("changed_at", range(1, 8))
def test_who_looks_only_when_told_misses_no_end(changed_at: int) -> None:
    """However the points have changed in between, and however uneven the batches are."""
    config = RunConfig(stop_epochs=4, batch_size=7)
    learner = trained(changed_at, config)
    learner.use_dataset(XOR.adding(generate("gauss", 13, 0.0, 2, 0)))
    while not learner.is_between_epochs or reason_to_stop(learner) is None:
        looks_at = learner.step_count + steps_to_look(learner)
        while learner.step_count < looks_at:
            learner.step()
            if learner.step_count < looks_at and learner.is_between_epochs:
                assert reason_to_stop(learner) is None
