"""The network and its flat buffer."""

import pytest
import torch
from torch import nn

from backend.logic.config import RunConfig
from backend.logic.model import Architecture, NeuralNetwork, copy_common
from backend.logic.training import seeded


def network_of(*sizes: int, seed: int = 1) -> NeuralNetwork:
    return NeuralNetwork(Architecture(sizes, "tanh"), seeded(seed, 0))


def test_every_parameter_is_a_view_of_the_flat_buffer() -> None:
    network = network_of(2, 3, 2)
    network.flat.zero_()
    assert all(not parameter.any() for parameter in network.parameters())
    assert sum(parameter.numel() for parameter in network.parameters()) == network.flat.numel() == 2 * 3 + 3 * 2 + 3 + 2


def test_weights_come_before_biases() -> None:
    network = network_of(2, 3, 2)
    network.flat[: network.architecture.weight_count] = 0
    assert all(not weight.any() and bias.any() for weight, bias in network.layers)


def test_backward_writes_into_the_flat_gradient() -> None:
    network = network_of(2, 3, 2)
    network(torch.ones(4, 2)).square().sum().backward()
    gradients = [weight.grad for weight, _ in network.layers] + [bias.grad for _, bias in network.layers]
    expected = torch.cat([gradient.flatten() for gradient in gradients if gradient is not None])
    assert torch.equal(network.flat_gradient, expected)
    assert network.flat_gradient.any()


def test_it_computes_what_pytorch_computes() -> None:
    network = network_of(2, 5, 3)
    linears = [nn.Linear(2, 5), nn.Linear(5, 3)]
    plain = nn.Sequential(linears[0], nn.Tanh(), linears[1])
    with torch.no_grad():
        for target, (weight, bias) in zip(linears, network.layers, strict=True):
            target.weight.copy_(weight)
            target.bias.copy_(bias)
    inputs = torch.randn(7, 2, generator=seeded(0, 0))
    assert torch.equal(network(inputs), plain(inputs))


def test_the_same_seed_begins_with_the_same_weights_and_leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    assert torch.equal(network_of(2, 4, 2).flat, network_of(2, 4, 2).flat)
    assert not torch.equal(network_of(2, 4, 2).flat, network_of(2, 4, 2, seed=2).flat)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_weights_begin_within_pytorchs_bounds() -> None:
    weight, bias = network_of(25, 100, 2).layers[0]
    assert weight.abs().max().item() == pytest.approx(0.2, abs=0.01)
    assert weight.std().item() == pytest.approx(0.2 / 3**0.5, rel=0.1)
    assert bias.abs().max() <= 0.2


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
    assert NeuralNetwork(architecture, seeded(1, 0))(torch.ones(5, 2)).shape == (5, 3)
