"""What is measured of how a network learns, against cases made by hand."""

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from backend.logic.config import RunConfig
from backend.logic.insight import MOST_GRADIENT_POINTS, insight_into
from backend.logic.points import TrainingExample
from tests.unit.networks import linears_of, snapshot_of

POINTS = [TrainingExample(-3, 0, 0), TrainingExample(3, 0, 1), TrainingExample(4, 1, 0), TrainingExample(5, 1, 2)]
LINEAR = RunConfig(hidden_layers=(), classes=3)
# Class 1 to the right, class 0 elsewhere.
RIGHT_IS_CLASS_1 = torch.tensor([0.0, 0, 50, 0, 0, 0, 0, 0, -1000])


def test_the_confusion_counts_actual_classes_in_rows_and_predicted_ones_in_columns() -> None:
    insight = insight_into(snapshot_of(LINEAR, POINTS, parameters=RIGHT_IS_CLASS_1))
    assert insight.train_confusion == ((1, 1, 0), (0, 1, 0), (0, 1, 0))
    assert insight.test_confusion == ((0, 0, 0), (0, 0, 0), (0, 0, 0))


def test_train_and_test_points_are_counted_apart() -> None:
    config = RunConfig(hidden_layers=(), train_fraction=0.5)
    snapshot = snapshot_of(config)
    insight = insight_into(snapshot)
    counts = [sum(map(sum, confusion)) for confusion in (insight.train_confusion, insight.test_confusion)]
    assert counts == [len(snapshot.examples.train_targets), len(snapshot.examples.test_targets)]
    assert min(counts) > 0


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_gradient_norms_are_those_of_the_full_batch_loss(loss: str) -> None:
    config = RunConfig(hidden_layers=(6, 5), loss=loss, l2=0.3, dropout=0.5)  # type: ignore[arg-type]
    snapshot = snapshot_of(config)
    linears = linears_of(snapshot)
    x = snapshot.examples.train_inputs
    for linear in linears[:-1]:
        x = torch.tanh(linear(x))
    targets = snapshot.examples.train_targets
    outputs = linears[-1](x)
    if loss == "cross_entropy":
        error = F.cross_entropy(outputs, targets)
    else:
        error = (outputs.softmax(1) - F.one_hot(targets, 2)).square().sum(1).mean()
    error.backward()  # type: ignore[no-untyped-call]
    expected = [linear.weight.grad.norm().item() for linear in linears if linear.weight.grad is not None]
    assert insight_into(snapshot).gradient_norms == pytest.approx(expected, rel=1e-4)


def test_gradients_are_those_of_the_first_points_if_there_are_many() -> None:
    some = [TrainingExample(index % 7 - 3, index % 5 - 2, index % 2) for index in range(MOST_GRADIENT_POINTS)]
    more = [*some, *[TrainingExample(5, 5, 1)] * 500]
    few, many = (insight_into(snapshot_of(RunConfig(), points)) for points in (some, more))
    assert few.gradient_norms == many.gradient_norms
    assert sum(map(sum, many.train_confusion)) == len(more)


def test_looking_leaves_the_snapshot_as_it_is() -> None:
    snapshot = snapshot_of(RunConfig())
    before = snapshot.parameters.clone()
    insight_into(snapshot)
    assert torch.equal(snapshot.parameters, before)
    assert not snapshot.parameters.requires_grad
    assert snapshot.parameters.grad is None


def test_units_that_never_change_are_dead() -> None:
    config = RunConfig(hidden_layers=(4, 2), activation="relu")
    snapshot = snapshot_of(config)
    first, second, _ = snapshot.architecture.layers(snapshot.parameters)
    first.weight.copy_(torch.eye(4, 2))
    first.bias.copy_(torch.tensor([20.0, 20, 7, -1]))  # two that hear the features, one constant, one silent
    second.weight.zero_()
    assert insight_into(snapshot).dead_shares == (0.5, 1.0)


def test_a_regression_has_no_confusion_and_one_output_layer() -> None:
    config = RunConfig(problem="regression", loss="squared_error", hidden_layers=(3,))
    insight = insight_into(snapshot_of(config))
    assert (insight.train_confusion, insight.test_confusion) == ((), ())
    assert len(insight.gradient_norms) == 2
    assert all(norm is not None and norm > 0 for norm in insight.gradient_norms)
    assert insight.dead_shares == (0.0,)


def test_without_points_there_are_no_gradients_and_nothing_is_dead() -> None:
    insight = insight_into(snapshot_of(RunConfig(hidden_layers=(3, 3)), []))
    assert insight.train_confusion == ((0, 0), (0, 0))
    assert insight.gradient_norms == (None, None, None)
    assert insight.dead_shares == (0.0, 0.0)


def test_a_gradient_that_is_not_finite_is_none() -> None:
    snapshot = snapshot_of(RunConfig(hidden_layers=(3,)))
    snapshot.parameters.fill_(3e38)
    assert insight_into(snapshot).gradient_norms == (None, None)
