"""A learner that was kept goes on, in another, with the bits that it would have had."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
import torch

from backend.logic.architecture import ParameterId
from backend.logic.checkpoints import UnfitCheckpointError, check_checkpoint
from backend.logic.config import ConfigChanges, OptimizerName, RunConfig, changed
from backend.logic.dataset import Dataset
from backend.logic.generators import DatasetName, generate
from backend.logic.points import TrainingExample
from backend.logic.run_record import Checkpoint
from backend.logic.training import Learner, MakeLearner
from tests.support.checkpoints import differences, from_outside
from tests.support.native import native_learner

OPTIMIZERS = get_args(OptimizerName)
STEPS = 250
ENGINES = pytest.mark.parametrize("make_learner", [Learner, native_learner], ids=["torch", "native"])


@pytest.fixture(autouse=True)
def _in_inference_mode() -> Iterator[None]:
    """As the training thread computes."""
    with torch.inference_mode():
        yield


def points(config: RunConfig, count: int = 57) -> Dataset:
    name: DatasetName = "plane" if config.problem == "regression" else "xor"
    return Dataset.empty(config.train_fraction, config.seed).adding(generate(name, count, 0.1, 2, 3))


def make(make_learner: MakeLearner = Learner, **fields: Any) -> Learner:
    config = RunConfig(**fields)
    return make_learner(config, points(config))


def advance(learner: Learner, steps: int) -> None:
    last = learner.step_count + steps
    while learner.step_count < last:
        learner.advance(last - learner.step_count)


def configure(learner: Learner, **fields: Any) -> None:
    learner.use_config(changed(learner.config, ConfigChanges(**fields)))


def expect_to_go_on(learner: Learner, make_learner: MakeLearner = Learner, steps: int = STEPS) -> None:
    """Keep it, go on in another, and compare with what the first goes on to be."""
    kept = from_outside(learner.checkpoint())
    check_checkpoint(kept)
    other = make_learner(kept.config, kept.dataset)
    other.resume(kept)
    assert differences(other.checkpoint(), kept) == []
    advance(learner, steps)
    assert learner.step_count == kept.step + steps
    # In other portions: where a pass is cut must not matter.
    advance(other, steps // 3)
    advance(other, steps - steps // 3)
    assert differences(other.checkpoint(), learner.checkpoint()) == []
    assert not np.array_equal(kept.parameters, learner.checkpoint().parameters)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("layer_norm", [False, True])
def test_every_optimizer_goes_on(optimizer: OptimizerName, dropout: float, *, layer_norm: bool) -> None:
    learner = make(optimizer=optimizer, dropout=dropout, layer_norm=layer_norm, hidden_layers=(6, 5))
    advance(learner, 38)
    expect_to_go_on(learner)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_so_does_it_with_compiled_steps(optimizer: OptimizerName) -> None:
    learner = make(native_learner, optimizer=optimizer, dropout=0.2, hidden_layers=(6, 5))
    advance(learner, 38)
    expect_to_go_on(learner, native_learner)


def resized(learner: Learner) -> None:
    advance(learner, 2)
    configure(learner, batch_size=7)


def resized_twice(learner: Learner) -> None:
    resized(learner)
    advance(learner, 2)
    configure(learner, batch_size=11)
    advance(learner, 1)


def resized_between_passes(learner: Learner) -> None:
    advance(learner, 6)
    assert learner.is_between_epochs
    configure(learner, batch_size=4)


def grown_by_a_class(learner: Learner) -> None:
    advance(learner, 9)
    configure(learner, classes=4)


def grown_and_shrunk(learner: Learner) -> None:
    grown_by_a_class(learner)
    advance(learner, 3)
    configure(learner, classes=3)


def with_another_optimizer(learner: Learner) -> None:
    advance(learner, 20)
    configure(learner, optimizer="rmsprop")
    advance(learner, 1)


def with_frozen_weights(learner: Learner) -> None:
    advance(learner, 5)
    learner.freeze(frozenset([ParameterId(1, 0, None), ParameterId(2, 1, 0)]))
    advance(learner, 5)


def with_set_weights(learner: Learner) -> None:
    learner.set_parameters({ParameterId(1, 0, 1): 0.25})


def with_other_points_in_the_middle_of_a_pass(learner: Learner) -> None:
    advance(learner, 10)
    learner.use_dataset(learner.dataset.removing([2, 3, 57]))
    advance(learner, 3)


def with_other_points_not_yet_seen(learner: Learner) -> None:
    advance(learner, 10)
    learner.use_dataset(learner.dataset.adding([TrainingExample(1, 1, 0)]))


def with_a_schedule(learner: Learner) -> None:
    configure(learner, schedule="cosine", schedule_epochs=30)
    advance(learner, 40)
    learner.use_dataset(learner.dataset.removing([5]))
    advance(learner, 8)


def new(learner: Learner) -> None:
    assert learner.is_untouched


def with_its_first_step(learner: Learner) -> None:
    advance(learner, 1)


def at_the_end_of_a_pass(learner: Learner) -> None:
    advance(learner, 12)
    assert learner.is_between_epochs


@ENGINES
@pytest.mark.parametrize(
    "lead",
    [
        resized,
        resized_twice,
        resized_between_passes,
        grown_by_a_class,
        grown_and_shrunk,
        with_another_optimizer,
        with_frozen_weights,
        with_set_weights,
        with_other_points_in_the_middle_of_a_pass,
        with_other_points_not_yet_seen,
        with_a_schedule,
        new,
        with_its_first_step,
        at_the_end_of_a_pass,
    ],
    ids=lambda lead: lead.__name__,
)
def test_whatever_was_done_to_it_before_it_goes_on(lead: Callable[[Learner], None], make_learner: MakeLearner) -> None:
    learner = make(make_learner, hidden_layers=(6, 5), dropout=0.1, optimizer="adam")
    lead(learner)
    expect_to_go_on(learner, make_learner, steps=150)


@ENGINES
def test_a_regression_goes_on(make_learner: MakeLearner) -> None:
    learner = make(make_learner, problem="regression", loss="huber", train_fraction=0.6)
    advance(learner, 33)
    expect_to_go_on(learner, make_learner, steps=100)


def test_what_would_be_made_anew_with_other_classes_still_is() -> None:
    learner, other = make(), make()
    other.resume(learner.checkpoint())
    for each in (learner, other):
        configure(each, classes=3)
        advance(each, 20)
    assert differences(other.checkpoint(), learner.checkpoint()) == []
    third = make(classes=3)
    advance(third, 20)
    assert np.array_equal(third.checkpoint().parameters, other.checkpoint().parameters)


def test_a_checkpoint_is_a_copy() -> None:
    learner = make(dropout=0.5)
    advance(learner, 3)
    kept = learner.checkpoint()
    before = from_outside(kept)
    advance(learner, 30)
    assert differences(kept, before) == []


def test_a_checkpoint_knows_its_epoch() -> None:
    learner = make(batch_size=10)
    for steps, batch_size in [(0, 10), (3, 10), (0, 25), (1, 25), (4, 7), (0, 500), (1, 500)]:
        configure(learner, batch_size=batch_size)
        advance(learner, steps)
        assert learner.checkpoint().epoch == learner.epoch
    learner.use_dataset(learner.dataset.cleared())
    assert learner.checkpoint().epoch == learner.epoch


# What cannot be


def kept(**changes: Any) -> Checkpoint:
    learner = make(dropout=0.1, hidden_layers=(3,), optimizer="adam")
    advance(learner, 8)
    return replace(learner.checkpoint(), **changes)


def test_what_was_kept_is_fit() -> None:
    check_checkpoint(kept())


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"config": RunConfig(hidden_layers=(4,))}, "weights"),
        ({"config": RunConfig(hidden_layers=(3,), optimizer="sgd")}, "moments"),
        ({"config": RunConfig(hidden_layers=(3,), seed=8)}, "split"),
        ({"parameters": np.zeros(3, np.float32)}, "weights"),
        ({"parameters": np.zeros(17, np.float64)}, "weights"),
        ({"parameters": np.full(17, np.nan, np.float32)}, "weights"),
        ({"parameters": np.full(17, 1e38, np.float32)}, "weights"),
        ({"moments": ()}, "moments"),
        ({"moments": (np.zeros(17, np.float32), np.zeros(16, np.float32))}, "moments"),
        ({"frozen": frozenset([ParameterId(9, 0, None)])}, "frozen"),
        ({"step": -1}, "steps made"),
        ({"passes": -1}, "steps made"),
        ({"epochs_before": float("nan")}, "epochs"),
        ({"epochs_before": -0.5}, "epochs"),
        ({"epochs_before": 1e300}, "epochs"),
        ({"optimizer_step": float("inf")}, "optimizer"),
        ({"order": np.arange(56)}, "order"),
        ({"order": np.zeros(57, np.int64)}, "order"),
        ({"order": np.arange(57, dtype=np.float64)}, "order"),
        ({"first_point": 58}, "place"),
        ({"next_batch": 7}, "place"),
        ({"next_batch": -1}, "place"),
        ({"has_begun": False}, "place"),
        ({"shuffling": np.zeros(7, np.uint8)}, "order the points"),
        ({"dropping": np.full(5056, 255, np.uint8)}, "leave units out"),
    ],
)
def test_what_cannot_have_been_is_told(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(UnfitCheckpointError, match=word):
        check_checkpoint(kept(**changes))


def test_points_of_a_class_that_is_not_there_are_told() -> None:
    checkpoint = kept()
    three = replace(checkpoint.dataset, labels=np.full(57, 2))
    with pytest.raises(UnfitCheckpointError, match="classes"):
        check_checkpoint(replace(checkpoint, dataset=three))
