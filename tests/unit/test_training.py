"""The arithmetic of a step."""

from typing import Any, get_args

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from backend.logic.architecture import ParameterId
from backend.logic.batches import steps_per_epoch
from backend.logic.config import ConfigChanges, Initialisation, OptimizerName, RunConfig, Schedule, changed
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.logic.learner_state import seeded
from backend.logic.model import logits
from backend.logic.points import TrainingExample
from backend.logic.prepared_step import mask_calls
from backend.logic.training import LOSS_CHECK_STEPS, DivergedError, Learner


def xor(count: int = 40, train_fraction: float = 1.0) -> Dataset:
    return Dataset.empty(train_fraction, 0).adding(generate("xor", count, 0.0, 2, 0))


def after(steps: int, config: RunConfig, dataset: Dataset | None = None) -> Learner:
    learner = Learner(config, dataset or xor())
    for _ in range(steps):
        learner.step()
    return learner


def loss_of(learner: Learner) -> float:
    examples = learner.examples
    return F.cross_entropy(learner.network(examples.train_inputs), examples.train_targets).item()


def test_training_lowers_the_loss() -> None:
    assert loss_of(after(500, RunConfig())) < 0.1 < loss_of(after(0, RunConfig()))


def test_the_same_seed_and_commands_give_the_same_weights_bit_for_bit() -> None:
    config = RunConfig(dropout=0.2, l1=0.001, l2=0.001)
    assert torch.equal(after(100, config).network.flat, after(100, config).network.flat)


def test_one_epoch_is_every_point_once_and_the_last_batch_may_be_smaller() -> None:
    learner = after(steps_per_epoch(25, 10), RunConfig(), xor(25))
    assert (learner.step_count, learner.epoch) == (3, 1.0)
    seen = []
    for _ in range(3):
        inputs, (weights,) = (batch := learner.batches.next())[:2], batch[-1:]
        seen += inputs.T[weights > 0].tolist()
    assert sorted(seen) == sorted(learner.examples.train_inputs.tolist())


def test_a_batch_above_the_points_means_all_points() -> None:
    assert after(3, RunConfig(batch_size=5000), xor(25)).epoch == 3.0


def test_a_step_is_gradient_descent_on_the_batch() -> None:
    config = RunConfig(optimizer="sgd", learning_rate=0.5, batch_size=5000, l1=0.01, l2=0.1)
    learner = Learner(config, xor(10))
    weights = learner.network.architecture.weight_count
    flat = learner.network.flat.clone()
    architecture, examples, leaf = learner.network.architecture, learner.examples, flat.clone().requires_grad_()
    outputs = logits(architecture.layers(leaf), architecture, examples.train_inputs)
    (expected,) = torch.autograd.grad(F.cross_entropy(outputs, examples.train_targets), leaf)
    expected[:weights] += 0.01 * flat[:weights].sign() + 0.1 * flat[:weights]
    learner.step()
    torch.testing.assert_close(learner.network.flat, flat - 0.5 * expected)


def test_dropout_leaves_out_its_share_and_keeps_the_mean() -> None:
    masks = torch.empty(150, 1000)
    for call in mask_calls(masks, 0.3, seeded(1, 2)):
        call()
    assert sorted(set(masks.flatten().tolist())) == [0.0, pytest.approx(1 / 0.7)]
    assert (masks == 0).float().mean().item() == pytest.approx(0.3, abs=0.01)
    assert masks.mean().item() == pytest.approx(1.0, abs=0.01)


def test_only_training_points_are_trained_on() -> None:
    dataset = xor(100, train_fraction=0.5)
    learner = Learner(RunConfig(train_fraction=0.5), dataset)
    assert len(learner.examples.train_targets) == dataset.is_train.sum() == pytest.approx(50, abs=2)
    assert len(learner.examples.test_targets) == 100 - dataset.is_train.sum()


def test_new_points_leave_weights_and_epoch_where_they_are() -> None:
    learner = after(5, RunConfig(), xor(40))
    flat, epoch = learner.network.flat.clone(), learner.epoch
    learner.use_dataset(xor(60))
    assert torch.equal(learner.network.flat, flat)
    assert learner.epoch == epoch
    learner.step()
    assert learner.epoch == pytest.approx(epoch + 10 / 60)


def test_a_new_class_trains_and_the_hidden_weights_stay() -> None:
    learner = after(200, RunConfig())
    hidden = learner.network.layers[0][0].clone()
    mean = learner.optimizer.moments[0].clone()
    learner.use_config(changed(learner.config, ConfigChanges(classes=3)))
    assert torch.equal(learner.network.layers[0][0], hidden)
    assert torch.equal(learner.optimizer.moments[0][:16], mean[:16])
    assert learner.step_count == 200
    corner = [TrainingExample(5.9, 5.9 - 0.01 * i, 2) for i in range(20)]
    learner.use_dataset(learner_dataset := xor().adding(corner))
    outputs = learner.network.layers[-1][0][2].clone()
    for _ in range(400):
        learner.step()
    assert not torch.equal(learner.network.layers[-1][0][2], outputs)
    answers = learner.network(learner.examples.train_inputs).argmax(dim=1)
    assert (answers[learner.examples.train_targets == 2] == 2).float().mean() > 0.9
    assert len(learner_dataset) == 60


def test_a_class_added_before_the_first_step_begins_as_in_a_new_model() -> None:
    learner = Learner(RunConfig(), xor())
    learner.use_config(changed(learner.config, ConfigChanges(classes=3)))
    fresh = Learner(RunConfig(classes=3), xor())
    for _ in range(20):
        learner.step()
        fresh.step()
    assert torch.equal(learner.network.flat, fresh.network.flat)


def test_a_class_that_goes_takes_only_its_outputs_along() -> None:
    learner = after(1, RunConfig(classes=3))
    first_outputs = learner.network.layers[-1][0][:2].clone()
    learner.use_config(changed(learner.config, ConfigChanges(classes=2)))
    assert torch.equal(learner.network.layers[-1][0], first_outputs)


def test_a_new_optimizer_begins_with_fresh_state_and_the_old_weights() -> None:
    learner = after(50, RunConfig(optimizer="adam"))
    flat = learner.network.flat.clone()
    learner.use_config(changed(learner.config, ConfigChanges(optimizer="momentum")))
    assert torch.equal(learner.network.flat, flat)
    assert not learner.optimizer.moments[0].any()


def test_a_loss_that_is_no_usable_number_is_told_and_changes_nothing() -> None:
    learner = after(LOSS_CHECK_STEPS, RunConfig(activation="linear"))
    learner.network.flat.fill_(1e30)
    with pytest.raises(DivergedError):
        learner.step()
    assert learner.step_count == LOSS_CHECK_STEPS
    assert (learner.network.flat == 1e30).all()


def test_streams_of_one_seed_differ() -> None:
    assert torch.rand(1, generator=seeded(1, 0)) != torch.rand(1, generator=seeded(1, 1))
    assert torch.rand(1, generator=seeded(1, 3)) != torch.rand(1, generator=seeded(2, 0))


OPTIONS: list[dict[str, Any]] = [
    *({"optimizer": name} for name in get_args(OptimizerName)),
    *({"schedule": name, "schedule_epochs": 3} for name in get_args(Schedule)),
    *({"initialisation": name} for name in get_args(Initialisation)),
    {"layer_norm": True, "dropout": 0.3},
    {"layer_activations": ("mish", "sine")},
    {"weight_decay": 0.1, "gradient_clip": 0.1, "loss": "squared_error"},
    {"problem": "regression", "loss": "huber"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_every_option_is_deterministic_bit_for_bit(options: dict[str, Any]) -> None:
    config = RunConfig(**options)
    assert torch.equal(after(30, config).network.flat, after(30, config).network.flat)


@pytest.mark.parametrize("optimizer", get_args(OptimizerName))
def test_what_is_frozen_keeps_its_value_exactly_and_is_trained_again_later(optimizer: OptimizerName) -> None:
    learner = after(20, RunConfig(optimizer=optimizer, weight_decay=0.5, l1=0.1, l2=0.1))
    frozen = frozenset({ParameterId(1, 3, 0), ParameterId(2, 0, 7), ParameterId(3, 1, None)})
    places = learner.network.architecture.places(frozen)
    learner.freeze(frozen)
    before = learner.network.flat.clone()
    for _ in range(20):
        learner.step()
    is_same = learner.network.flat == before
    assert is_same[places].all()
    assert is_same.sum() == len(frozen)
    learner.freeze(frozenset())
    learner.step()
    assert (learner.network.flat[places] != before[places]).all()


def test_what_is_frozen_has_no_gradient_and_no_part_in_its_norm() -> None:
    architecture = Learner(RunConfig(), xor()).network.architecture
    free = ParameterId(3, 0, None)
    (place,) = architecture.places([free])
    everything = [
        ParameterId(layer, unit, before)
        for layer in (1, 2, 3)
        for unit in range(architecture.sizes[layer])
        for before in (None, *range(architecture.sizes[layer - 1]))
    ]
    assert sorted(architecture.places(everything)) == list(range(architecture.parameter_count))
    learner = Learner(RunConfig(optimizer="momentum", gradient_clip=1e-3, learning_rate=1.0), xor())
    before = learner.network.flat.clone()
    learner.freeze(frozenset(everything) - {free})
    learner.step()
    assert learner.optimizer.moments[0].count_nonzero() == 1
    # The one that is left takes the whole step that the clipping allows.
    assert abs(learner.network.flat[place] - before[place]).item() == pytest.approx(1e-3, rel=1e-2)


def test_a_set_value_is_where_it_belongs_and_the_run_goes_on_from_it() -> None:
    learner = after(5, RunConfig(layer_norm=True))
    before = learner.network.flat.clone()
    learner.set_parameters({ParameterId(1, 3, 1): 9.0, ParameterId(2, 5, None): -8.0, ParameterId(3, 1, 7): 7.0})
    first, second, outputs = learner.network.layers
    assert (first.weight[3, 1].item(), second.bias[5].item(), outputs.weight[1, 7].item()) == (9.0, -8.0, 7.0)
    assert (learner.network.flat != before).sum() == 3
    moments = [moment.clone() for moment in learner.optimizer.moments]
    learner.step()
    assert learner.step_count == 6
    assert abs(first.weight[3, 1].item() - 9) < 0.1
    assert not torch.equal(learner.optimizer.moments[0], moments[0])


def test_a_class_more_keeps_what_is_frozen_and_a_class_less_what_is_still_there() -> None:
    learner = after(5, RunConfig(classes=3))
    hidden, last = ParameterId(2, 1, 1), ParameterId(3, 2, None)
    learner.freeze(frozenset({hidden, last}))
    learner.use_config(changed(learner.config, ConfigChanges(classes=5)))
    assert learner.frozen == {hidden, last}
    kept = learner.network.layers[2].bias[2].item()
    learner.step()
    assert learner.network.layers[2].bias[2].item() == kept
    learner.use_config(changed(learner.config, ConfigChanges(classes=2)))
    assert learner.frozen == {hidden}
    learner.step()


@pytest.mark.parametrize("is_frozen", [False, True])
def test_what_was_set_or_frozen_before_the_first_step_outlives_a_new_class(is_frozen: bool) -> None:  # noqa: FBT001
    learner = Learner(RunConfig(), xor())
    place = ParameterId(3, 1, None)
    if is_frozen:
        learner.freeze(frozenset({place}))
    else:
        learner.set_parameters({place: 4.0})
    before = learner.network.layers[2].bias[1].item()
    learner.use_config(changed(learner.config, ConfigChanges(classes=3)))
    assert learner.network.layers[2].bias[1].item() == before


def test_a_regression_learns_the_values_and_derives_those_that_are_not_there() -> None:
    points = [TrainingExample(x, 0, label, value) for x, label, value in ((-4, 0, None), (0, 1, 0.25), (4, 2, None))]
    config = RunConfig(problem="regression", loss="squared_error", classes=3, hidden_layers=(), batch_size=3)
    learner = after(0, config, Dataset.empty(1.0, 0).adding(points))
    assert learner.examples.train_targets.tolist() == [-1.0, 0.25, 1.0]
    learner.use_config(changed(config, ConfigChanges(classes=5)))
    assert learner.examples.train_targets.tolist() == [-1.0, 0.25, 0.0]


def test_the_schedule_is_that_of_the_epoch_in_which_a_step_begins() -> None:
    config = RunConfig(optimizer="sgd", schedule="step", schedule_epochs=1, schedule_factor=0.5, learning_rate=0.5)
    learner = Learner(config, xor(20))
    rates = []
    for _ in range(5):
        rates.append(learner.learning_rate)
        learner.step()
    assert rates == [0.5, 0.5, 0.25, 0.25, 0.125]


def test_the_learning_rate_and_the_weight_decay_change_live() -> None:
    learner = after(5, RunConfig(optimizer="sgd"))
    flat = learner.network.flat.clone()
    learner.use_config(changed(learner.config, ConfigChanges(weight_decay=10, learning_rate=0.09)))
    learner.step()
    assert learner.network.flat.abs().sum() < 0.4 * flat.abs().sum()
