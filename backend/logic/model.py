"""The network: how its parameters lie in one flat buffer, how they begin, and the forward pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import prod
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from backend.logic.config import Activation, RunConfig

Layers = Sequence[tuple[Tensor, Tensor]]
"""The layers from the inputs on: weight (out, in) and bias (out,), both float32."""

_ACTIVATIONS: Final[dict[Activation, Callable[[Tensor], Tensor]]] = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "gelu": F.gelu,
    "silu": F.silu,
    "elu": F.elu,
    "sigmoid": torch.sigmoid,
    "linear": lambda x: x,
}


@dataclass(frozen=True, slots=True)
class Architecture:
    """The shape of a network, and where its parameters lie in a flat buffer: all weights first, then all biases.

    So a penalty on the weights is one operation on the front of the buffer, and a copy of the network is one copy.

    Attributes:
        sizes: units of each layer, inputs first, classes last.
        activation: of the hidden layers.
    """

    sizes: tuple[int, ...]
    activation: Activation

    @classmethod
    def of(cls, config: RunConfig) -> "Architecture":
        """The architecture that a config asks for."""
        return cls((len(config.features), *config.hidden_layers, config.classes), config.activation)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Of the parameters, as they follow each other in the buffer."""
        weights: list[tuple[int, ...]] = [(outputs, inputs) for inputs, outputs in pairwise(self.sizes)]
        return weights + [(outputs,) for outputs in self.sizes[1:]]

    @property
    def weight_count(self) -> int:
        """How many of the parameters are weights."""
        return sum(inputs * outputs for inputs, outputs in pairwise(self.sizes))

    @property
    def parameter_count(self) -> int:
        """Weights and biases together."""
        return self.weight_count + sum(self.sizes[1:])

    def views(self, flat: Tensor) -> list[Tensor]:
        """The parameters as views of a flat buffer of (parameter_count,), in the order of `shapes`."""
        ends = list(accumulate(prod(shape) for shape in self.shapes))
        starts = [0, *ends[:-1]]
        return [flat[start:end].view(shape) for start, end, shape in zip(starts, ends, self.shapes, strict=True)]

    def layers(self, flat: Tensor) -> Layers:
        """The layers as views of a flat buffer of (parameter_count,)."""
        views = self.views(flat)
        half = len(views) // 2
        return list(zip(views[:half], views[half:], strict=True))


def logits(layers: Layers, activation: Activation, inputs: Tensor, masks: Sequence[Tensor] | None = None) -> Tensor:
    """The forward pass.

    Args:
        layers: from the inputs on.
        activation: of the hidden layers.
        inputs: (N, features) float32.
        masks: one (N, units) for each hidden layer, by which its outputs are multiplied (dropout); None for none.

    Returns:
        (N, classes) float32.
    """
    activate = _ACTIVATIONS[activation]
    x = inputs
    for index, (weight, bias) in enumerate(layers[:-1]):
        x = activate(F.linear(x, weight, bias))
        if masks is not None:
            x = x * masks[index]
    weight, bias = layers[-1]
    return F.linear(x, weight, bias)


class NeuralNetwork(nn.Module):
    """A multilayer perceptron whose parameters are views of one flat buffer, and their gradients of another.

    Attributes:
        architecture: its shape.
        flat: (parameter_count,) float32, every parameter.
        flat_gradient: (parameter_count,) float32, the gradient of every parameter; `backward` adds to it in place.
        layers: the parameters, for `logits`.
    """

    def __init__(self, architecture: Architecture, generator: torch.Generator) -> None:
        """Initialise as PyTorch does for nn.Linear, with the given generator.

        Weights and biases are uniform in ±1/sqrt(inputs); source: LeCun et al., "Efficient BackProp" (1998), as in
        `nn.Linear.reset_parameters`.
        """
        super().__init__()
        self.architecture = architecture
        self.flat = torch.empty(architecture.parameter_count)
        self.flat_gradient = torch.zeros(architecture.parameter_count)
        linears: list[nn.Linear] = [
            nn.utils.skip_init(nn.Linear, inputs, outputs)  # type: ignore[no-untyped-call]
            for inputs, outputs in pairwise(architecture.sizes)
        ]
        for linear, (weight, bias), (weight_gradient, bias_gradient) in zip(
            linears, architecture.layers(self.flat), architecture.layers(self.flat_gradient), strict=True
        ):
            bound = linear.in_features**-0.5
            nn.init.uniform_(weight, -bound, bound, generator=generator)
            nn.init.uniform_(bias, -bound, bound, generator=generator)
            linear.weight = nn.Parameter(weight)
            linear.bias = nn.Parameter(bias)
            linear.weight.grad = weight_gradient
            linear.bias.grad = bias_gradient
        self.linears = nn.ModuleList(linears)
        self.layers: Layers = [(linear.weight, linear.bias) for linear in linears]

    def forward(self, inputs: Tensor, masks: Sequence[Tensor] | None = None) -> Tensor:
        """(N, features) float32 to (N, classes) float32; see `logits`."""
        return logits(self.layers, self.architecture.activation, inputs, masks)


def copy_common(source_architecture: Architecture, source: Tensor, architecture: Architecture, target: Tensor) -> None:
    """Copy what two networks that differ in their class count have in common: all but the outputs that only one has.

    Args:
        source_architecture: of `source`.
        source: (source_architecture.parameter_count,), left as it is.
        architecture: of `target`.
        target: (architecture.parameter_count,), changed in place.
    """
    for old, new in zip(source_architecture.views(source), architecture.views(target), strict=True):
        rows = min(len(old), len(new))
        new[:rows] = old[:rows]
