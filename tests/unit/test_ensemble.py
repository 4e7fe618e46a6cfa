"""Training together: each learner does what it does alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
import torch

from backend.logic.architecture import ParameterId
from backend.logic.config import LOSSES, Activation, ConfigChanges, OptimizerName, Problem, RunConfig, Schedule, changed
from backend.logic.dataset import Dataset
from backend.logic.ensemble import Ensemble, together_key
from backend.logic.generators import DatasetName, generate
from backend.logic.training import DivergedError, Learner
from tests.unit.test_contracts import rows

CONTRACT = (Path(__file__).parents[2] / "specs" / "004-fast" / "contracts" / "training.md").read_text()

COUNTS = (40, 57, 23)
"""Points of the learners: with batches of 10 the last one of a pass has 10, 7 and 3."""

TOLERANCE = 1e-5


@pytest.fixture(autouse=True)
def in_inference_mode() -> Iterator[None]:
    """As the training thread computes."""
    with torch.inference_mode():
        yield


def points(count: int, problem: Problem = "classification") -> Dataset:
    name: DatasetName = "xor" if problem == "classification" else "plane"
    return Dataset.empty(1.0, 0).adding(generate(name, count, 0.1, 2, count))


def learner_of(index: int, **fields: Any) -> Learner:
    """One of the learners that differ in all that is each one's own."""
    own: dict[str, Any] = {
        "seed": index,
        "learning_rate": (0.01, 0.003, 0.02)[index % 3],
        "l2": 0.01 * (index % 2),
        "gradient_clip": (0.0, 1.0, 0.5)[index % 3],
        "weight_decay": (None, 0.02, 0.0)[index % 3],
    }
    config = RunConfig(**own | fields)
    return Learner(config, points(COUNTS[index % 3] + index // 3, config.problem))


def three(**fields: Any) -> list[Learner]:
    return [learner_of(index, **fields) for index in range(3)]


def step_alone(learners: Sequence[Learner], until: int) -> None:
    """Make steps until each learner has made so many."""
    for learner in learners:
        while learner.step_count < until:
            learner.step()


def ensemble_of(learners: Sequence[Learner]) -> Ensemble:
    """An ensemble of these learners, which have made the 16 steps that each has to make alone."""
    ensemble = Ensemble(learners[0])
    for learner in learners:
        assert together_key(learner) == together_key(learners[0])
        assert together_key(learner) is not None
        step_alone([learner], 16)
        ensemble.join(learner)
    return ensemble


def train(ensemble: Ensemble, member: Learner, until: int) -> None:
    """Make rounds until this member has made so many steps."""
    while member.step_count < until:
        assert ensemble.train(until - member.step_count) == []


def assert_same(together: list[Learner], alone: list[Learner], steps: int) -> None:
    """After so many steps they are the same."""
    train(ensemble_of(together), together[0], steps)
    step_alone(alone, steps)
    assert_equal(together, alone)


def difference(learner: Learner, reference: Learner) -> float:
    """Between their parameters, relative to the reference's."""
    flat = reference.network.flat
    return float((learner.network.flat - flat).norm() / flat.norm())


def assert_equal(learners: Sequence[Learner], references: Sequence[Learner], tolerance: float = TOLERANCE) -> None:
    for learner, reference in zip(learners, references, strict=True):
        assert difference(learner, reference) < tolerance
        assert (learner.step_count, learner.epoch) == (reference.step_count, reference.epoch)
        assert learner.is_between_epochs == reference.is_between_epochs
        assert learner.learning_rate == reference.learning_rate


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
@pytest.mark.parametrize(("problem", "loss"), [(problem, loss) for problem in LOSSES for loss in LOSSES[problem]])
@pytest.mark.parametrize("optimizer", get_args(OptimizerName))
def test_two_hundred_steps_together_are_two_hundred_alone(
    optimizer: str, problem: str, loss: str, activation: str
) -> None:
    fields: dict[str, Any] = {"optimizer": optimizer, "problem": problem, "loss": loss, "activation": activation}
    assert_same(three(**fields), three(**fields), 200)


@pytest.mark.parametrize("activation", get_args(Activation))
def test_every_activation_is_the_same_together(activation: str) -> None:
    assert_same(three(activation=activation), three(activation=activation), 60)


@pytest.mark.parametrize(
    "fields",
    [
        {"layer_norm": True},
        {"layer_activations": ("relu", "sine")},
        {"hidden_layers": ()},
        {"hidden_layers": (3, 9, 4)},
        {"features": ("x1", "x2", "x1_squared", "sin_x2")},
        {"classes": 5},
        {"batch_size": 1},
        {"batch_size": 17},
        {"l1": 0.001, "optimizer": "sgd"},
    ],
    ids=str,
)
def test_every_kind_of_network_and_batch_is_the_same_together(fields: dict[str, Any]) -> None:
    assert_same(three(**fields), three(**fields), 100)


def test_each_draws_its_own_dropout_masks() -> None:
    together, alone = ([learner_of(index, dropout=0.1 + 0.2 * index) for index in range(3)] for _ in range(2))
    assert_same(together, alone, 100)


@pytest.mark.parametrize("schedule", get_args(Schedule))
@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_each_follows_its_own_schedule(schedule: str, optimizer: str) -> None:
    fields: dict[str, Any] = {"schedule": schedule, "schedule_epochs": 3, "optimizer": optimizer}
    assert_same(three(**fields), three(**fields), 60)


def test_learners_of_different_schedules_train_together() -> None:
    names = ("constant", "cosine", "warm_up")
    together, alone = ([learner_of(index, schedule=name) for index, name in enumerate(names)] for _ in range(2))
    assert_same(together, alone, 60)


def test_a_learning_rate_that_has_gone_down_to_nothing_changes_nothing() -> None:
    fields: dict[str, Any] = {"schedule": "exponential", "schedule_epochs": 1, "schedule_factor": 1e-300}
    assert_same(three(**fields), three(**fields), 40)


def test_batches_too_large_to_be_laid_out_ahead_are_the_same_together() -> None:
    config = RunConfig(hidden_layers=(), batch_size=4000)
    together, alone = ([Learner(config, points(4000)) for _ in range(6)] for _ in range(2))
    ensemble = ensemble_of(together)
    for rounds in (1, 4):
        before = together[0].step_count
        ensemble.train(16)
        assert together[0].step_count - before == rounds
    train(ensemble, together[0], 40)
    step_alone(alone, 40)
    assert_equal(together, alone)


def test_as_many_as_want_to_can_join() -> None:
    together, alone = ([learner_of(index) for index in range(11)] for _ in range(2))
    assert_same(together, alone, 60)


def test_a_step_that_looks_at_its_loss_does_so_for_all() -> None:
    first, second = learner_of(0), learner_of(1)
    ensemble = Ensemble(first)
    assert ensemble.steps_to_join(first) == 16
    ensemble = ensemble_of([first])
    train(ensemble, first, 37)
    assert ensemble.steps_to_join(second) == 16 + 5
    step_alone([second], 21)
    assert ensemble.steps_to_join(second) == 0


@pytest.mark.parametrize("optimizer", get_args(OptimizerName))
def test_who_joins_and_leaves_in_the_middle_trains_as_if_alone(optimizer: str) -> None:
    together, alone = ([learner_of(index, optimizer=optimizer) for index in range(6)] for _ in range(2))
    ensemble = ensemble_of(together[:3])
    train(ensemble, together[0], 32)
    step_alone(together[3:], 16)
    for learner in together[3:]:
        ensemble.join(learner)
    train(ensemble, together[0], 80)
    for learner in (together[0], together[5], together[2]):
        ensemble.leave(learner)
    train(ensemble, together[1], 100)
    step_alone([together[0], together[5]], 130)
    assert ensemble.steps_to_join(together[2]) == 4
    step_alone([together[2]], 84)
    ensemble.join(together[2])
    train(ensemble, together[2], 120)
    assert [learner.step_count for learner in together] == [130, 136, 120, 120, 120, 130]
    for learner, reference in zip(together, alone, strict=True):
        step_alone([reference], learner.step_count)
    assert_equal(together, alone)


def test_who_leaves_takes_the_state_of_its_optimizer_along() -> None:
    together, alone = three(), three()
    ensemble = ensemble_of(together)
    train(ensemble, together[0], 40)
    ensemble.leave(together[0])
    step_alone(alone, 40)
    optimizer, expected = together[0].optimizer, alone[0].optimizer
    assert torch.equal(optimizer.step, expected.step)
    for moment, expected_moment in zip(optimizer.moments, expected.moments, strict=True):
        torch.testing.assert_close(moment, expected_moment, rtol=1e-4, atol=1e-7)


def test_an_edit_between_leaving_and_joining_is_as_it_is_alone() -> None:
    def edit(learners: Sequence[Learner]) -> None:
        learners[0].use_dataset(points(31))
        learners[1].use_config(changed(learners[1].config, ConfigChanges(learning_rate=0.05, l2=0.1)))
        learners[2].set_parameters({ParameterId(1, 0, 0): 2.0, ParameterId(2, 3, None): -1.0})

    together, alone = ([learner_of(index) for index in range(4)] for _ in range(2))
    ensemble = ensemble_of(together)
    train(ensemble, together[0], 39)
    for learner in together[:3]:
        ensemble.leave(learner)
    edit(together)
    for learner in together[:3]:
        assert ensemble.steps_to_join(learner) == 0
        ensemble.join(learner)
    train(ensemble, together[0], 80)
    step_alone(alone, 39)
    edit(alone)
    step_alone(alone, 80)
    assert_equal(together, alone)


def growing_errors() -> list[Learner]:
    """Three, the second of which makes its error greater in each step, by no more than rounding allows for."""
    fields: dict[str, Any] = {
        "problem": "regression", "loss": "squared_error", "hidden_layers": (), "optimizer": "sgd", "gradient_clip": 0.0,
        "l2": 0.0, "weight_decay": 0.0,
    }  # fmt: skip
    return [learner_of(index, learning_rate=rate, **fields) for index, rate in enumerate((0.001, 0.2, 0.001))]


def test_one_who_diverges_leaves_at_the_step_at_which_it_does_alone_and_the_others_go_on() -> None:
    together, alone = growing_errors(), growing_errors()
    with pytest.raises(DivergedError):
        step_alone([alone[1]], 100)
    step_alone([alone[0], alone[2]], 100)
    ensemble = ensemble_of(together)
    diverged: list[Learner] = []
    while together[0].step_count < 100:
        diverged += ensemble.train(min(10, 100 - together[0].step_count))
    assert diverged == [together[1]]
    assert len(ensemble) == 2
    # It has the parameters of the step before the one that failed.
    assert together[1].step_count > 16
    assert_equal(together, alone)


def test_it_makes_no_more_rounds_than_it_may() -> None:
    learners = three()
    ensemble = ensemble_of(learners)
    for most in (1, 2, 3, 5, 8, 15, 16, 100):
        before = learners[0].step_count
        ensemble.train(most)
        assert 1 <= learners[0].step_count - before <= most
    assert {learner.step_count for learner in learners} == {learners[0].step_count}


@pytest.mark.parametrize("fields", [{"speed": 5.0}, {"hidden_layers": (100, 100)}, {"batch_size": 5000}], ids=str)
def test_who_is_held_back_or_large_trains_alone(fields: dict[str, Any]) -> None:
    assert together_key(Learner(RunConfig(**fields), points(4000))) is None


def test_the_contract_tells_field_by_field_who_trains_together() -> None:
    told = dict(rows(CONTRACT))
    assert list(told) == list(RunConfig.__struct_fields__)
    other: dict[str, Any] = {
        "problem": "regression", "loss": "squared_error", "classes": 3, "features": ("x1_x2", "sin_x1"),
        "hidden_layers": (8, 7), "activation": "relu", "layer_activations": ("relu",), "layer_norm": True,
        "initialisation": "he", "optimizer": "sgd", "learning_rate": 0.5, "schedule": "cosine", "schedule_epochs": 7,
        "schedule_factor": 0.1, "weight_decay": 0.1, "gradient_clip": 1.0, "batch_size": 9, "l1": 0.1, "l2": 0.1,
        "dropout": 0.1, "train_fraction": 0.5, "speed": 5.0, "speed_unit": "step", "stop_epochs": 5, "stop_loss": 0.1,
        "stop_accuracy": 0.9, "seed": 3,
    }  # fmt: skip
    assert other.keys() == told.keys()
    for field, value in other.items():
        # A regression has losses of its own.
        base = {"loss": "squared_error"} if field == "problem" else {}
        keys = [together_key(Learner(RunConfig(**fields), points(40))) for fields in (base, {**base, field: value})]
        word = told[field].partition(",")[0]
        assert word == ("alone" if keys[1] is None else "own" if keys[0] == keys[1] else "equal"), field


def test_who_has_frozen_parameters_trains_alone() -> None:
    learner = learner_of(0)
    learner.freeze(frozenset({ParameterId(1, 0, 0)}))
    assert together_key(learner) is None
