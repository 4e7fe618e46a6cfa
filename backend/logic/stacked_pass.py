"""The forward pass of equal networks over the same kind of places at once: networks stacked, units in rows.

With a row for each unit the small matrices of a layer meet long rows of places, which PyTorch multiplies about ten
times faster than long columns.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from math import prod
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from backend.logic.architecture import Architecture, Layer
from backend.logic.config import Activation

_MOST_KEPT: Final = 1 << 20
"""Buffers are kept for so many values each, 4 MB; a layer that needs more gets memory of its own."""
_MOST_AT_ONCE: Final = 1 << 19
"""So many values of a layer at most: what comes out of one fits the caches when it goes into the next."""
_MOST_STACKED: Final = 50_000
"""Rooms for so many parameters are kept, 0.2 MB."""
_MOST_STACKS: Final = 40
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


class _Stack:
    """Room for the parameters of K networks of one architecture.

    Attributes:
        parameters: (K, parameter_count) float32, a row for each network.
        layers: views of them, what there is for each unit as (K, units, 1).
    """

    def __init__(self, architecture: Architecture, networks: int) -> None:
        self.parameters = torch.empty(networks, architecture.parameter_count)
        self.layers = [
            Layer(weight, bias.unsqueeze(2), *(None if each is None else each.unsqueeze(2) for each in norm))
            for weight, bias, *norm in architecture.layers(self.parameters)
        ]


class StackedPass:
    """Forward passes in two buffers that are used over and over. It belongs to one thread.

    Args:
        pause: called every now and then in a pass that takes long.
    """

    def __init__(self, pause: Callable[[], None] = lambda: None) -> None:
        self._pause = pause
        self._buffers = torch.empty(2, 0)
        self._stacks = lru_cache(_MOST_STACKS)(_Stack)

    def layers(self, architecture: Architecture, networks: list[Tensor], places: Tensor) -> Iterator[Tensor]:
        """What each layer gives, layer by layer, then the outputs.

        Args:
            architecture: of all the networks.
            networks: of each of the K its parameters, (architecture.parameter_count,) float32.
            places: (K, features, N) float32, what each of them sees.

        Yields:
            (K, units, N) float32 for each hidden layer, see `told`; then (K, outputs, N). Each is overwritten by the
            layer after the next.
        """
        values = places
        was_tanh = False
        is_small = len(networks) * architecture.parameter_count <= _MOST_STACKED
        stack = (self._stacks if is_small else _Stack)(architecture, len(networks))
        torch.stack(networks, out=stack.parameters)
        for index, (weight, bias, gain, shift) in enumerate(stack.layers):
            if values.numel() > _MOST_AT_ONCE:
                self._pause()
            activation = architecture.activations[index] if index < len(architecture.activations) else "linear"
            is_tanh = activation == "tanh"
            row = bias - weight.sum(dim=2, keepdim=True) if was_tanh else bias
            # The layer norm undoes a doubling, so that it has to come behind it.
            doubling = 2 if is_tanh and gain is None else 1
            values = torch.baddbmm(
                row,
                weight,
                values,
                beta=doubling,
                alpha=doubling * (2 if was_tanh else 1),
                out=self._buffer(index % 2, (*row.shape[:2], places.shape[2])),
            )
            if gain is not None and shift is not None:
                factor = 2 if is_tanh else 1
                # A product with a row sums columns four times faster than a reduction over them.
                mean_row = values.new_full((len(values), 1, values.shape[1]), 1 / values.shape[1])
                values.sub_(mean_row @ values)
                values.mul_((mean_row @ values.square()).add_(_NORM_EPSILON).rsqrt_())
                values.mul_(gain * factor).add_(shift * factor)
            values = _IN_PLACE[activation](values)
            was_tanh = is_tanh
            yield values

    def outputs(self, architecture: Architecture, networks: list[Tensor], places: Tensor) -> Tensor:
        """The outputs alone, (K, outputs, N) float32; see `layers`. Of many places some are done before the others."""
        most = max(1, _MOST_AT_ONCE // (len(networks) * max(architecture.sizes)))
        if places.shape[2] <= most:
            return self._outputs(architecture, networks, places)
        count = places.shape[2]
        parts: list[Tensor] = []
        for first in range(0, count, most):
            self._pause()
            part = places.narrow(2, first, min(most, count - first))
            parts.append(self._outputs(architecture, networks, part).clone())
        return torch.cat(parts, dim=2)

    def _outputs(self, architecture: Architecture, networks: list[Tensor], places: Tensor) -> Tensor:
        values = places
        for values in self.layers(architecture, networks, places):  # noqa: B007 - the last is wanted
            pass
        return values

    def _buffer(self, which: int, shape: tuple[int, ...]) -> Tensor:
        """Memory for a layer: (K, units, N)."""
        size = prod(shape)
        if size > _MOST_KEPT:
            return torch.empty(shape)
        if size > self._buffers.shape[1]:
            self._buffers = torch.empty(2, size)
        return self._buffers[which, :size].view(shape)
