"""The forward pass of equal networks over the same kind of places at once: networks stacked, units in rows.

With a row for each unit the small matrices of a layer meet long rows of places, which PyTorch multiplies about ten
times faster than long columns.
"""

from collections.abc import Callable, Iterator
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from backend.logic.architecture import Architecture
from backend.logic.config import Activation

_MOST_KEPT: Final = 1 << 20
"""Buffers are kept for so many values each, 4 MB; a layer that needs more gets memory of its own."""
_NORM_EPSILON: Final = 1e-5
"""As in torch.nn.LayerNorm."""

_IN_PLACE: Final[dict[Activation, Callable[[Tensor], Tensor]]] = {
    # A tanh is 2 * sigmoid(2 x) - 1, and PyTorch's sigmoid takes a sixth of the time of its tanh. The doubling, and the
    # way back, are folded into the products before and behind it.
    "tanh": torch.sigmoid_,
    "relu": torch.relu_,
    "leaky_relu": lambda x: F.leaky_relu(x, inplace=True),
    "gelu": F.gelu,
    "silu": lambda x: F.silu(x, inplace=True),
    "elu": lambda x: F.elu(x, inplace=True),
    "sigmoid": torch.sigmoid_,
    "linear": lambda x: x,
    "selu": lambda x: F.selu(x, inplace=True),
    "softplus": F.softplus,
    "mish": lambda x: F.mish(x, inplace=True),
    "sine": torch.sin_,
}


def told(values: Tensor, activation: Activation) -> Tensor:
    """What a layer of this activation gives, from what `StackedPass.layers` yields for it; a new tensor for tanh."""
    return values.mul(2).sub_(1) if activation == "tanh" else values


class StackedPass:
    """Forward passes in two buffers that are used over and over. It belongs to one thread."""

    def __init__(self) -> None:
        self._buffers = torch.empty(2, 0)

    def layers(self, architecture: Architecture, parameters: Tensor, places: Tensor) -> Iterator[Tensor]:
        """What each layer gives, layer by layer, then the outputs.

        Args:
            architecture: of all the networks.
            parameters: (K, architecture.parameter_count) float32, a row for each network.
            places: (K, features, N) float32, what each of them sees.

        Yields:
            (K, units, N) float32 for each hidden layer, see `told`; then (K, outputs, N). Each is overwritten by the
            layer after the next.
        """
        values = places
        was_tanh = False
        networks, _, count = places.shape
        for index, (weight, bias, gain, shift) in enumerate(architecture.layers(parameters)):
            activation = architecture.activations[index] if index < len(architecture.activations) else "linear"
            is_tanh = activation == "tanh"
            row = bias.unsqueeze(2)
            if was_tanh:
                row = row - weight.sum(dim=2, keepdim=True)
            # The layer norm undoes a doubling, so that it has to come behind it.
            doubling = 2 if is_tanh and gain is None else 1
            values = torch.baddbmm(
                row,
                weight,
                values,
                beta=doubling,
                alpha=doubling * (2 if was_tanh else 1),
                out=self._buffer(index % 2, networks, len(row[0]), count),
            )
            if gain is not None and shift is not None:
                factor = 2 if is_tanh else 1
                variance, mean = torch.var_mean(values, dim=1, correction=0, keepdim=True)
                values.sub_(mean).mul_(variance.add_(_NORM_EPSILON).rsqrt_())
                values.mul_(gain.unsqueeze(2) * factor).add_(shift.unsqueeze(2) * factor)
            values = _IN_PLACE[activation](values)
            was_tanh = is_tanh
            yield values

    def outputs(self, architecture: Architecture, parameters: Tensor, places: Tensor) -> Tensor:
        """The outputs alone, (K, outputs, N) float32; see `layers`."""
        values = places
        for values in self.layers(architecture, parameters, places):  # noqa: B007 - the last is wanted
            pass
        return values

    def _buffer(self, which: int, networks: int, units: int, places: int) -> Tensor:
        """Memory for a layer."""
        size = networks * units * places
        if size > _MOST_KEPT:
            return torch.empty(networks, units, places)
        if size > self._buffers.shape[1]:
            self._buffers = torch.empty(2, size)
        return self._buffers[which, :size].view(networks, units, places)
