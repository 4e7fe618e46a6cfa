"""The network: its forward pass, and its parameters in one flat buffer."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from backend.logic.architecture import Architecture, Layer
from backend.logic.config import Activation, Initialisation
from backend.logic.devices import CPU
from backend.logic.initialisation import initialise

_ACTIVATIONS: Final[dict[Activation, Callable[[Tensor], Tensor]]] = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "gelu": F.gelu,
    "silu": F.silu,
    "elu": F.elu,
    "sigmoid": torch.sigmoid,
    "linear": lambda x: x,
    "selu": F.selu,
    "softplus": F.softplus,
    "mish": F.mish,
    "sine": torch.sin,
}


def activations(
    layers: Sequence[Layer], architecture: Architecture, inputs: Tensor, masks: Sequence[Tensor] | None = None
) -> Iterator[Tensor]:
    """The forward pass, layer by layer: what each hidden layer gives, behind its activation, then the outputs.

    Args:
        layers: from the inputs on.
        architecture: their shape and activations.
        inputs: (N, features) float32.
        masks: one (N, units) for each hidden layer, by which its outputs are multiplied (dropout); None for none.

    Yields:
        (N, units) float32 for each hidden layer, then (N, classes), or (N, 1) for a regression.
    """
    x = inputs
    for index, (activation, (weight, bias, gain, shift)) in enumerate(
        zip(architecture.activations, layers, strict=False)
    ):
        x = F.linear(x, weight, bias)
        if gain is not None:
            x = F.layer_norm(x, x.shape[1:], gain, shift)
        x = _ACTIVATIONS[activation](x)
        if masks is not None:
            x = x * masks[index]
        yield x
    yield F.linear(x, layers[-1].weight, layers[-1].bias)


def logits(
    layers: Sequence[Layer], architecture: Architecture, inputs: Tensor, masks: Sequence[Tensor] | None = None
) -> Tensor:
    """The outputs alone, (N, classes) or (N, 1) float32; see `activations`."""
    outputs = inputs
    for outputs in activations(layers, architecture, inputs, masks):  # noqa: B007 - the last is wanted
        pass
    return outputs


class NeuralNetwork:
    """A multilayer perceptron whose parameters are views of one flat buffer.

    Attributes:
        architecture: its shape.
        flat: (parameter_count,) float32, every parameter.
        flat_gradient: (parameter_count,) float32, the gradient of every parameter in the last step.
        layers: the parameters, for `logits`.
    """

    def __init__(
        self,
        architecture: Architecture,
        initialisation: Initialisation,
        generator: torch.Generator,
        device: torch.device = CPU,
    ) -> None:
        """Begin, on the device, with the weights that the initialisation draws from the generator, one of the CPU."""
        drawn = torch.empty(architecture.parameter_count)
        initialise(architecture.layers(drawn), initialisation, generator)
        self.architecture = architecture
        self.flat = drawn.to(device)
        self.flat_gradient = torch.zeros_like(self.flat)
        self.layers = architecture.layers(self.flat)

    def __call__(self, inputs: Tensor) -> Tensor:
        """(N, features) float32 to (N, classes) or (N, 1) float32, both on the CPU, without dropout; see `logits`."""
        layers = self.layers if self.flat.device == CPU else self.architecture.layers(self.flat.cpu())
        return logits(layers, self.architecture, inputs)
