"""A network as ONNX answers as the network does, in the words of another program."""

import sys
from typing import Any, get_args

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx.reference import ReferenceEvaluator

from backend.logic.architecture import Architecture
from backend.logic.config import LOSSES, Activation, Feature, Problem, RunConfig
from backend.logic.features import features
from backend.logic.model import logits
from backend.logic.onnx_export import ExportMissingError, onnx_model
from tests.unit.trained_records import record_of

POINTS = np.random.default_rng(1).uniform(-6, 6, (40, 2)).astype(np.float32)


def answers(config: RunConfig, parameters: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """What the reference implementation makes of a model and the points."""
    found: Any = ReferenceEvaluator(onnx.load_from_string(onnx_model(config, parameters))).run(None, {"points": POINTS})
    return list(found)


@pytest.mark.parametrize("has_norm", [False, True])
@pytest.mark.parametrize("problem", get_args(Problem))
@pytest.mark.parametrize("activation", get_args(Activation))
def test_a_model_answers_as_the_network(activation: Activation, problem: Problem, *, has_norm: bool) -> None:
    config = RunConfig(
        problem=problem,
        loss=LOSSES[problem][0],
        classes=4,
        activation=activation,
        layer_activations=("tanh",),
        layer_norm=has_norm,
        features=get_args(Feature),
        hidden_layers=(7, 5, 3),
    )
    parameters = record_of(config, steps=5).checkpoint.parameters
    architecture = Architecture.of(config)
    flat = torch.from_numpy(parameters)
    wanted = logits(architecture.layers(flat), architecture, features(torch.from_numpy(POINTS), config.features))
    found = answers(config, parameters)
    assert found[0] == pytest.approx(wanted.numpy(), rel=1e-4, abs=1e-5)
    if problem == "classification":
        assert found[1] == pytest.approx(wanted.softmax(1).numpy(), abs=1e-5)


def test_a_network_without_hidden_layers_and_with_one_feature_is_a_model_too() -> None:
    config = RunConfig(hidden_layers=(), features=("x1_x2",))
    parameters = record_of(config, steps=0).checkpoint.parameters
    found, _ = answers(config, parameters)
    weights, biases = parameters[:2].reshape(2, 1), parameters[2:]
    assert found == pytest.approx(POINTS[:, :1] * POINTS[:, 1:] @ weights.T + biases, abs=1e-5)


def test_without_the_package_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ExportMissingError, match=r"pip install -r requirements-export\.txt"):
        onnx_model(RunConfig(), np.zeros(114, np.float32))
