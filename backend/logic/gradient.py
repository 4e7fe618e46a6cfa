"""The gradient of a network's loss, written out in torch operations on buffers that are made once: no autograd.

    gradient = Backpropagation(architecture, loss, rows=10)
    gradient.bind(flat, flat_gradient)      # (P,) each: where it reads the parameters and writes their gradient
    gradient.batch.copy_(batch)             # (columns, B), see batches.Columns
    gradient.run()                          # flat_gradient is that of the mean loss, gradient.outputs are the logits

With `stack=K` it is that of K networks of one architecture at once: everything has K in front, (K, P) and
(K, columns, B). With dropout `gradient.masks`, (hidden units, B), has to be filled before `run` as well.

All buffers hold a row for each unit and a column for each point, so that those of one layer lie together, the sums of
all layers begin with one copy of all biases, and all bias gradients are one product. `bind` prepares the calls of a
step with all their arguments; `run` only makes them.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor

from backend.logic.activation_calls import APART, IN_PLACE, Call
from backend.logic.architecture import Architecture, Layer
from backend.logic.batches import Columns
from backend.logic.config import Loss

_softmax_backward = torch.ops.aten._softmax_backward_data.out  # noqa: SLF001 - the derivative has no public name


class _Units(NamedTuple):
    """A number for each unit of some layers and each point of a batch.

    Attributes:
        whole: all of them, one layer behind another.
        layers: the same as (*lead, units, B) for each layer.
    """

    whole: Tensor
    layers: list[Tensor]

    @classmethod
    def zeros(cls, units: Sequence[int], lead: tuple[int, ...], rows: int, dtype: torch.dtype) -> "_Units":
        copies = prod(lead) * rows
        whole = torch.zeros(sum(units) * copies, dtype=dtype)
        parts = whole.split_with_sizes([count * copies for count in units])
        return cls(whole, [part.view(*lead, count, rows) for part, count in zip(parts, units, strict=True)])


class Backpropagation:
    """The gradient of a multilayer perceptron's mean loss over a batch; source: Rumelhart et al. (1986).

    Attributes:
        batch: (columns, B), what `run` computes from; see batches.Columns.
        masks: (hidden units, B), what the outputs of the hidden layers are multiplied by; None without dropout.
        outputs: (outputs, B), the logits or values of the last run.
    """

    def __init__(
        self,
        architecture: Architecture,
        loss: Loss,
        rows: int,
        *,
        stack: int | None = None,
        is_dropping: bool = False,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        """Make the buffers.

        Args:
            architecture: of the network, or of every network of the stack.
            loss: whose gradient it is.
            rows: B, the points of a batch.
            stack: K, how many networks; None for one, without a dimension for it.
            is_dropping: whether there are masks.
            dtype: of all buffers.
        """
        sizes = architecture.sizes
        lead = () if stack is None else (stack,)
        units = partial(_Units.zeros, lead=lead, rows=rows, dtype=dtype)
        self._architecture = architecture
        self._loss: Loss = loss
        self._is_stack = stack is not None
        self._columns = Columns.of(sizes[0], sizes[-1])
        self.batch = torch.zeros(*lead, self._columns.total, rows, dtype=dtype)
        self.masks = torch.zeros(*lead, sum(sizes[1:-1]), rows, dtype=dtype) if is_dropping else None
        self._point_ones = torch.ones(rows, dtype=dtype)
        self._sums, self._deltas = units(sizes[1:]), units(sizes[1:])
        self._activated, self._dropped = units(sizes[1:-1]), units(sizes[1:-1])
        self._unit_ones, self._slopes, self._factors = (units(sizes[1:-1]) for _ in range(3))
        self._unit_ones.whole.fill_(1)
        # Those of linear layers are never written.
        self._slopes.whole.fill_(1)
        self.outputs = self._sums.layers[-1]
        self._calls: list[Call] = []

    def bind(self, flat: Tensor, gradient: Tensor) -> None:
        """Read parameters from `flat` (P,) and write their gradient to `gradient` (P,), from the next run on."""
        architecture = self._architecture
        layers, gradients = architecture.layers(flat), architecture.layers(gradient)
        biases, bias_gradients = architecture.biases(flat), architecture.biases(gradient)
        self._calls = [
            *self._forward(layers, biases),
            *self._loss_gradient(self._deltas.layers[-1]),
            *self._slopes_of_all(),
            *self._backward(layers, gradients),
            *self._bias_gradients(gradients, bias_gradients),
        ]

    def run(self) -> None:
        """Compute the gradient of the batch."""
        for call in self._calls:
            call()

    def _inputs(self, index: int) -> Tensor:
        """What a layer is given, counted from 0: (units before, B)."""
        if index == 0:
            return self.batch[..., self._columns.inputs, :]
        if self.masks is not None:
            return self._dropped.layers[index - 1]
        return self._answers(index - 1)

    def _answers(self, index: int) -> Tensor:
        """What the activation of a hidden layer gives, before dropout."""
        is_apart = self._architecture.activations[index] in APART
        return (self._activated if is_apart else self._sums).layers[index]

    def _forward(self, layers: Sequence[Layer], biases: Tensor) -> Iterator[Call]:
        if self._is_stack:
            for sums, layer in zip(self._sums.layers, layers, strict=True):
                yield partial(sums.copy_, layer.bias.unsqueeze(-1))
        else:
            yield partial(self._sums.whole.view(len(biases), -1).copy_, biases.unsqueeze(-1))
        for index, (sums, layer) in enumerate(zip(self._sums.layers, layers, strict=True)):
            yield partial(sums.baddbmm_ if self._is_stack else sums.addmm_, layer.weight, self._inputs(index))
            if index < len(layers) - 1:
                yield from self._activate(index)

    def _activate(self, index: int) -> Iterator[Call]:
        activation, sums, answers = (
            self._architecture.activations[index],
            self._sums.layers[index],
            self._answers(index),
        )
        if activation in APART:
            yield APART[activation].apply(sums, answers)
        elif activation in IN_PLACE:
            yield IN_PLACE[activation].apply(sums)
        if self.masks is not None:
            yield partial(torch.mul, answers, self._masks()[index], out=self._dropped.layers[index])

    def _masks(self) -> Sequence[Tensor]:
        masks = self.masks
        return () if masks is None else masks.split_with_sizes(self._architecture.sizes[1:-1], dim=-2)

    def _loss_gradient(self, delta: Tensor) -> Iterator[Call]:
        """The derivative of the loss by each output; source: as losses.loss has it."""
        columns, outputs = self._columns, self.outputs
        wanted, pulls, weights = (self.batch[..., part, :] for part in (columns.wanted, columns.pulls, columns.weights))
        is_value = outputs.shape[-2] == 1
        if self._loss == "huber":
            yield partial(torch.sub, outputs, wanted, out=delta)
            yield partial(delta.clamp_, -1, 1)
            yield partial(delta.mul_, weights)
        elif is_value:
            yield partial(torch.addcmul, pulls, outputs, weights, out=delta)
        elif self._loss == "cross_entropy":
            yield partial(torch.softmax, outputs, -2, out=delta)
            yield partial(torch.addcmul, pulls, delta, weights, out=delta)
        else:
            probabilities = torch.zeros_like(outputs)
            yield partial(torch.softmax, outputs, -2, out=probabilities)
            yield partial(torch.addcmul, pulls, probabilities, weights, out=delta)
            yield partial(torch.add, delta, delta, out=delta)
            yield partial(_softmax_backward, delta, probabilities, -2, delta.dtype, grad_input=delta)

    def _slopes_of_all(self) -> Iterator[Call]:
        """The derivative of each hidden unit's answer by its sum, one call for layers with the same activation."""
        architecture = self._architecture
        units = zip(architecture.activations, (layer.numel() for layer in self._slopes.layers), strict=True)
        end = 0
        for activation, run in groupby(units, key=lambda unit: unit[0]):
            start, end = end, end + sum(count for _, count in run)
            rule = APART.get(activation) or IN_PLACE.get(activation)
            if rule is not None:
                yield rule.slope(*(buffer.whole[start:end] for buffer in (self._sums, self._unit_ones, self._slopes)))
        if self._is_stack:
            for slopes, mask, factors in zip(self._slopes.layers, self._masks(), self._factors.layers, strict=False):
                yield partial(torch.mul, slopes, mask, out=factors)
        elif self.masks is not None:
            yield partial(torch.mul, self._slopes.whole, self.masks.view(-1), out=self._factors.whole)

    def _backward(self, layers: Sequence[Layer], gradients: Sequence[Layer]) -> Iterator[Call]:
        product = torch.bmm if self._is_stack else torch.mm
        factors = self._slopes if self.masks is None else self._factors
        for index in reversed(range(len(layers))):
            delta, gradient = self._deltas.layers[index], gradients[index].weight
            if self._is_stack:
                # A batched product is fast only where its result lies together.
                together = torch.zeros_like(gradient, memory_format=torch.contiguous_format)
                yield partial(torch.bmm, delta, self._inputs(index).mT, out=together)
                yield partial(gradient.copy_, together)
            else:
                yield partial(torch.mm, delta, self._inputs(index).mT, out=gradient)
            if index:
                before = self._deltas.layers[index - 1]
                yield partial(product, layers[index].weight.mT, delta, out=before)
                if self.masks is not None or self._architecture.activations[index - 1] != "linear":
                    yield partial(before.mul_, factors.layers[index - 1])

    def _bias_gradients(self, gradients: Sequence[Layer], biases: Tensor) -> Iterator[Call]:
        if self._is_stack:
            for delta, gradient in zip(self._deltas.layers, gradients, strict=True):
                yield partial(torch.sum, delta, -1, out=gradient.bias)
        else:
            yield partial(torch.mv, self._deltas.whole.view(len(biases), -1), self._point_ones, out=biases)
