"""The network and its flat buffer."""

from collections.abc import Callable
from typing import get_args

import pytest
import torch
from torch import nn

from backend.logic.architecture import Architecture, copy_common
from backend.logic.config import Activation, Initialisation, RunConfig
from backend.logic.learner_state import seeded
from backend.logic.model import NeuralNetwork, activations
from tests.support.plain import ACTIVATIONS


def network_of(
    *sizes: int, seed: int = 1, initialisation: Initialisation = "pytorch", layer_norm: bool = False
) -> NeuralNetwork:
    tanh: Activation = "tanh"
    architecture = Architecture(sizes, (tanh,) * (len(sizes) - 2), layer_norm)
    return NeuralNetwork(architecture, initialisation, seeded(seed, 0))


def test_every_parameter_is_a_view_of_the_flat_buffer() -> None:
    network = network_of(2, 3, 2)
    network.flat.zero_()
    parameters = [tensor for layer in network.layers for tensor in layer if tensor is not None]
    assert all(not parameter.any() for parameter in parameters)
    assert sum(parameter.numel() for parameter in parameters) == network.flat.numel() == 2 * 3 + 3 * 2 + 3 + 2


def test_weights_come_before_biases() -> None:
    network = network_of(2, 3, 2)
    network.flat[: network.architecture.weight_count] = 0
    assert all(not layer.weight.any() and layer.bias.any() for layer in network.layers)


@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("activation", get_args(Activation))
def test_it_computes_what_pytorch_computes(activation: Activation, layer_norm: bool) -> None:  # noqa: FBT001
    config = RunConfig(hidden_layers=(5,), classes=3, activation=activation, layer_norm=layer_norm)
    network = NeuralNetwork(Architecture.of(config), "pytorch", seeded(1, 0))
    linears, norm = [nn.Linear(2, 5), nn.Linear(5, 3)], nn.LayerNorm(5) if layer_norm else nn.Identity()
    with torch.no_grad():
        network.flat += 0.1
        for linear, layer in zip(linears, network.layers, strict=True):
            linear.weight.copy_(layer.weight)
            linear.bias.copy_(layer.bias)
        gain, shift = network.layers[0][2:]
        if isinstance(norm, nn.LayerNorm) and gain is not None and shift is not None:
            norm.weight.copy_(gain)
            norm.bias.copy_(shift)
    inputs = torch.randn(7, 2, generator=seeded(0, 0))
    sums = norm(linears[0](inputs))
    assert torch.equal(network(inputs), linears[1](ACTIVATIONS[activation]()(sums)))


def test_every_layer_can_be_seen_and_the_last_is_the_outputs() -> None:
    network = network_of(2, 3, 4, 2)
    inputs = torch.randn(7, 2, generator=seeded(0, 0))
    first, second, outputs = activations(network.layers, network.architecture, inputs)
    assert torch.equal(first, torch.tanh(inputs @ network.layers[0].weight.T + network.layers[0].bias))
    assert second.shape == (7, 4)
    assert torch.equal(outputs, network(inputs))


def test_a_layer_without_an_activation_of_its_own_has_that_of_all() -> None:
    config = RunConfig(hidden_layers=(4, 3, 2), activation="relu", layer_activations=(None, "sine"))
    assert Architecture.of(config).activations == ("relu", "sine", "relu")
    more_than_layers = RunConfig(hidden_layers=(4,), layer_activations=("sine", "relu"))
    assert Architecture.of(more_than_layers).activations == ("sine",)


def test_a_regression_has_one_output() -> None:
    assert Architecture.of(RunConfig(problem="regression", loss="huber", classes=5)).sizes == (2, 8, 8, 1)


def test_gains_and_shifts_lie_behind_the_biases_and_begin_as_pytorchs() -> None:
    network = network_of(2, 3, 4, 2, layer_norm=True)
    assert network.flat[-14:].tolist() == [1.0] * 7 + [0.0] * 7
    assert network.architecture.parameter_count == network_of(2, 3, 4, 2).architecture.parameter_count + 14
    assert network.layers[-1][2:] == (None, None)


def test_the_same_seed_begins_with_the_same_weights_and_leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    assert torch.equal(network_of(2, 4, 2).flat, network_of(2, 4, 2).flat)
    assert not torch.equal(network_of(2, 4, 2).flat, network_of(2, 4, 2, seed=2).flat)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_weights_begin_as_those_of_a_plain_linear_layer() -> None:
    network = network_of(25, 100, 2)
    linears = [nn.Linear(25, 100), nn.Linear(100, 2)]
    generator = seeded(1, 0)
    for linear, layer in zip(linears, network.layers, strict=True):
        bound = linear.in_features**-0.5
        assert torch.equal(layer.weight, nn.init.uniform_(linear.weight, -bound, bound, generator=generator))
        assert torch.equal(layer.bias, nn.init.uniform_(linear.bias, -bound, bound, generator=generator))


@pytest.mark.parametrize(
    ("initialisation", "fill"), [("xavier", nn.init.xavier_uniform_), ("he", nn.init.kaiming_normal_)]
)
def test_xavier_and_he_begin_as_pytorchs_with_zero_biases(
    initialisation: Initialisation, fill: Callable[..., torch.Tensor]
) -> None:
    network = network_of(25, 100, 2, initialisation=initialisation)
    generator = seeded(1, 0)
    for layer in network.layers:
        assert torch.equal(layer.weight, fill(torch.empty_like(layer.weight), generator=generator))
        assert not layer.bias.any()


@pytest.mark.parametrize(("initialisation", "scale"), [("small", 0.1), ("large", 5.0), ("zeros", 0.0)])
def test_other_beginnings_are_pytorchs_times_a_number(initialisation: Initialisation, scale: float) -> None:
    assert torch.equal(network_of(2, 9, 2, initialisation=initialisation).flat, network_of(2, 9, 2).flat * scale)


def test_networks_of_different_class_counts_share_all_but_the_outputs_only_one_has() -> None:
    small, big = network_of(2, 3, 2, seed=1), network_of(2, 3, 4, seed=2)
    outputs_before = big.layers[1][0][2:].clone()
    copy_common(small.architecture, small.flat, big.architecture, big.flat)
    assert torch.equal(big.layers[0][0], small.layers[0][0])
    assert torch.equal(big.layers[1][0][:2], small.layers[1][0])
    assert torch.equal(big.layers[1][0][2:], outputs_before)


def test_no_hidden_layer_is_a_linear_model() -> None:
    architecture = Architecture.of(RunConfig(hidden_layers=(), classes=3))
    assert (architecture.sizes, architecture.parameter_count) == ((2, 3), 9)
    assert NeuralNetwork(architecture, "pytorch", seeded(1, 0))(torch.ones(5, 2)).shape == (5, 3)
