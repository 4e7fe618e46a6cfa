"""What a network answers, as plain arrays: the same as elsewhere, in short stretches."""

from itertools import count

import numpy as np
import pytest
import torch

from backend.logic.architecture import Architecture
from backend.logic.config import RunConfig
from backend.logic.report import layer_parameters, linear_model, losses, map_of, predictions
from backend.logic.training import Learner
from tests.unit.networks import evaluate, linears_of, observe, snapshot_of
from tests.unit.trained_records import GivenWay, dataset_of, unhindered

CONFIGS = [
    RunConfig(classes=3, hidden_layers=(7, 5), train_fraction=0.7, dropout=0.5),
    RunConfig(loss="squared_error", layer_norm=True, activation="gelu", train_fraction=0.7),
    RunConfig(initialisation="zeros", train_fraction=0.7),
    RunConfig(hidden_layers=(), features=("x1_x2",), train_fraction=0.7),
    RunConfig(problem="regression", loss="huber", classes=4, train_fraction=0.7),
    RunConfig(problem="regression", loss="squared_error", train_fraction=0.7),
]


@pytest.mark.parametrize("config", CONFIGS)
def test_losses_and_hits_are_those_that_the_page_is_told(config: RunConfig) -> None:
    snapshot, dataset = snapshot_of(config), dataset_of(config)
    answered = predictions(config, dataset.positions, snapshot.parameters.numpy(), unhindered)
    lost, told = losses(config, dataset, answered), evaluate(snapshot)
    assert lost.shape == (16,)
    assert lost[dataset.is_train].mean() == pytest.approx(told.train_loss, rel=1e-5)
    assert lost[~dataset.is_train].mean() == pytest.approx(told.test_loss, rel=1e-5)
    if config.problem == "classification":
        hits = answered.labels == dataset.labels
        assert (hits[dataset.is_train].mean(), hits[~dataset.is_train].mean()) == pytest.approx(
            (told.train_accuracy, told.test_accuracy)
        )


def test_outputs_and_probabilities_are_those_of_plain_modules() -> None:
    config = RunConfig(classes=3, hidden_layers=(6,))
    snapshot, dataset = snapshot_of(config), dataset_of(config)
    first, last = linears_of(snapshot)
    with torch.no_grad():
        wanted = last(torch.tanh(first(torch.tensor(dataset.positions).float())))
    answered = predictions(config, dataset.positions, snapshot.parameters.numpy(), unhindered)
    assert answered.outputs == pytest.approx(wanted.numpy(), abs=1e-5)
    assert answered.probabilities == pytest.approx(wanted.softmax(dim=1).numpy(), abs=1e-5)
    assert answered.labels.tolist() == wanted.argmax(dim=1).tolist()


def test_without_points_nothing_is_answered() -> None:
    config = RunConfig()
    dataset = dataset_of(config, [])
    answered = predictions(config, dataset.positions, snapshot_of(config).parameters.numpy(), unhindered)
    assert answered.outputs.shape == answered.probabilities.shape == (0, 2)
    assert losses(config, dataset, answered).shape == (0,)


@pytest.mark.parametrize("config", CONFIGS)
def test_the_map_is_the_one_that_the_page_is_sent(config: RunConfig) -> None:
    snapshot = snapshot_of(config)
    found, sent = map_of(config, snapshot.parameters.numpy(), 60, unhindered), observe(snapshot, 60, 60).picture
    assert (found.width, found.height, found.classes) == (sent.width, sent.height, sent.classes)
    differing = sum(one != other for one, other in zip(found.cells, sent.cells, strict=True))
    # Stretches of other lengths are added in another order: a cell at the edge between two shades may take the other.
    assert differing <= 4


def test_a_large_network_is_asked_in_short_stretches() -> None:
    config = RunConfig(hidden_layers=(100,) * 10)
    given = GivenWay()
    positions = np.zeros((5_000, 2))
    parameters = np.zeros(Architecture.of(config).parameter_count, np.float32)
    predictions(config, positions, parameters, given)
    assert given.times >= 5_000 // 64


def test_the_linear_model_learns_as_the_engine_does_without_hidden_layers() -> None:
    config = RunConfig(classes=3, layer_norm=True, layer_activations=("relu",), stop_accuracy=0.1, seed=5)
    dataset = dataset_of(config)
    model = linear_model(config, dataset, 30, unhindered)
    learner = Learner(RunConfig(classes=3, hidden_layers=(), seed=5), dataset)
    with torch.inference_mode():
        for _ in range(30):
            learner.step()
    assert (model.steps, model.has_diverged) == (30, False)
    assert model.parameters.tobytes() == learner.network.flat.numpy().tobytes()


def test_the_linear_model_gives_way_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = (tick * 0.001 for tick in count())
    monkeypatch.setattr("backend.logic.report.time.perf_counter", lambda: next(seconds))
    config, given = RunConfig(), GivenWay()
    linear_model(config, dataset_of(config), 40, given)
    assert 8 <= given.times <= 16


def test_a_linear_model_that_diverges_says_so() -> None:
    config = RunConfig(optimizer="sgd", learning_rate=1e6, problem="regression", loss="squared_error")
    model = linear_model(config, dataset_of(config), 100, unhindered)
    assert model.has_diverged
    assert model.steps < 100


def test_without_training_points_the_linear_model_makes_no_step() -> None:
    config = RunConfig()
    assert linear_model(config, dataset_of(config, []), 100, unhindered).steps == 0


def test_layers_come_apart_as_they_are() -> None:
    config = RunConfig(hidden_layers=(4, 3), layer_norm=True)
    snapshot = snapshot_of(config)
    layers = layer_parameters(config, snapshot.parameters.numpy())
    for (weights, biases), linear in zip(layers, linears_of(snapshot), strict=True):
        assert weights.tolist() == linear.weight.tolist()
        assert biases.tolist() == linear.bias.tolist()
