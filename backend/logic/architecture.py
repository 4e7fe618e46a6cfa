"""The shape of a network, and where its parameters lie in one flat buffer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from backend.logic.config import Activation, RunConfig


class Layer(NamedTuple):
    """The parameters of one layer, float32.

    Attributes:
        weight: (outputs, inputs).
        bias: (outputs,).
        gain: (outputs,) of the layer norm, None without one.
        shift: (outputs,) of the layer norm, None without one.
    """

    weight: Tensor
    bias: Tensor
    gain: Tensor | None
    shift: Tensor | None


class ParameterId(NamedTuple):
    """Which weight or bias.

    Attributes:
        layer: 1 for the first hidden layer, up to the outputs.
        unit: of that layer, from 0.
        input: the unit of the layer before whose weight it is, None for the bias.
    """

    layer: int
    unit: int
    input: int | None


@dataclass(frozen=True, slots=True)
class Architecture:
    """The shape of a network, and where its parameters lie: all weights, all biases, then gains, then shifts.

    So a penalty on the weights is one operation on the front of the buffer, and a copy of the network is one copy.

    Attributes:
        sizes: units of each layer, inputs first; last the classes, or 1 for the value of a regression.
        activations: of each hidden layer.
        layer_norm: whether each hidden layer is normalised before its activation.
    """

    sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    layer_norm: bool = False

    @classmethod
    def of(cls, config: RunConfig) -> "Architecture":
        """The architecture that a config asks for."""
        outputs = config.classes if config.problem == "classification" else 1
        own = config.layer_activations[: len(config.hidden_layers)]
        absent = (None,) * (len(config.hidden_layers) - len(own))
        activations = tuple(activation or config.activation for activation in (*own, *absent))
        return cls((len(config.features), *config.hidden_layers, outputs), activations, config.layer_norm)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Of the parameters, as they follow each other in the buffer."""
        weights: list[tuple[int, ...]] = [(outputs, inputs) for inputs, outputs in pairwise(self.sizes)]
        biases: list[tuple[int, ...]] = [(outputs,) for outputs in self.sizes[1:]]
        return weights + biases + biases[:-1] * (2 * self.layer_norm)

    @property
    def weight_count(self) -> int:
        """How many of the parameters are weights."""
        return sum(inputs * outputs for inputs, outputs in pairwise(self.sizes))

    @property
    def parameter_count(self) -> int:
        """All parameters together."""
        return sum(prod(shape) for shape in self.shapes)

    def has(self, parameter: ParameterId) -> bool:
        """Whether there is such a parameter."""
        layer, unit, before = parameter
        return (
            0 < layer < len(self.sizes)
            and unit < self.sizes[layer]
            and (before is None or before < self.sizes[layer - 1])
        )

    def places(self, parameters: Iterable[ParameterId]) -> list[int]:
        """Where parameters that are there lie in the buffer, in their order."""
        offsets = list(accumulate((prod(shape) for shape in self.shapes), initial=0))
        first_bias = len(self.sizes) - 1
        return [
            offsets[first_bias + layer - 1] + unit
            if before is None
            else offsets[layer - 1] + unit * self.sizes[layer - 1] + before
            for layer, unit, before in parameters
        ]

    def views(self, flat: Tensor) -> list[Tensor]:
        """The parameters as views of a flat buffer, in the order of `shapes`.

        Args:
            flat: (parameter_count,); or (K, parameter_count) for those of K networks, with K in front of each shape.
        """
        ends = list(accumulate(prod(shape) for shape in self.shapes))
        starts = [0, *ends[:-1]]
        lead = flat.shape[:-1]
        return [
            flat[..., start:end].view(*lead, *shape)
            for start, end, shape in zip(starts, ends, self.shapes, strict=True)
        ]

    def arrays(self, flat: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """The parameters as views of a flat array (parameter_count,), in the order of `shapes`."""
        ends = list(accumulate(prod(shape) for shape in self.shapes))
        return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), self.shapes, strict=True)]

    def layers(self, flat: Tensor) -> list[Layer]:
        """The layers as views of a flat buffer, from the inputs on; see `views`."""
        return self.grouped(self.views(flat))

    def biases(self, flat: Tensor) -> Tensor:
        """The biases of all layers as one view of a flat buffer: (..., hidden units and outputs)."""
        return flat.narrow(-1, self.weight_count, sum(self.sizes[1:]))

    def gains(self, flat: Tensor) -> Tensor:
        """The gains of all layer norms, which have to be there, as one view of a flat buffer: (..., hidden units)."""
        units = sum(self.sizes[1:-1])
        return flat.narrow(-1, self.parameter_count - 2 * units, units)

    def shifts(self, flat: Tensor) -> Tensor:
        """The shifts of all layer norms, likewise."""
        units = sum(self.sizes[1:-1])
        return flat.narrow(-1, self.parameter_count - units, units)

    def grouped(self, parameters: Sequence[Tensor]) -> list[Layer]:
        """The layers of parameters that follow each other as `shapes` do."""
        count = len(self.sizes) - 1
        weights, biases = parameters[:count], parameters[count : 2 * count]
        norms: Sequence[Tensor | None] = parameters[2 * count :] or [None] * (2 * count - 2)
        gains, shifts = [*norms[: count - 1], None], [*norms[count - 1 :], None]
        return [Layer(*layer) for layer in zip(weights, biases, gains, shifts, strict=True)]


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
