"""The gradient of a network's loss, written out in torch operations on buffers that are made once: no autograd.

    gradient = Backpropagation(architecture, loss, rows=10)
    gradient.bind(flat, flat_gradient)      # (P,) each: where it reads the parameters and writes their gradient
    gradient.batch.copy_(batch)             # (columns, B), see batches.Columns
    gradient.run()                          # flat_gradient is that of the mean loss, gradient.outputs are the logits

With `stack=K` it is that of K networks of one architecture at once: everything has K in front, (K, P) and
(K, columns, B). With dropout `gradient.masks`, (hidden units, B), has to be filled before `run` as well.

All buffers hold a row for each unit and a column for each point, so that those of one layer lie together, the sums of
all layers begin with one copy of all biases, and all bias gradients are one product; only layers that `lies_by_points`
names lie column by column in memory. `bind` prepares the calls of a step with all their arguments; `run` makes them.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter

import torch
from torch import Tensor

from backend.logic.activation_calls import APART, IN_PLACE, Call
from backend.logic.architecture import Architecture, Layer
from backend.logic.batches import Columns
from backend.logic.config import Loss
from backend.logic.devices import CPU
from backend.logic.layer_norm_calls import LayerNormCalls
from backend.logic.loss_calls import Wanted, loss_gradient_calls, mean_losses
from backend.logic.matrix_calls import add_product_call, affine_calls, product_calls
from backend.logic.unit_buffers import Units, lies_by_points


class Backpropagation:
    """The gradient of a multilayer perceptron's mean loss over a batch; source: Rumelhart et al. (1986).

    Attributes:
        batch: (columns, B), what `run` computes from; see batches.Columns.
        masks: (hidden units, B), what the outputs of the hidden layers are multiplied by; None without dropout.
        outputs: (outputs, B), the logits or values of the last run.
        calls: what a run consists of.
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
        device: torch.device = CPU,
    ) -> None:
        """Make the buffers.

        Args:
            architecture: of the network, or of every network of the stack.
            loss: whose gradient it is.
            rows: B, the points of a batch.
            stack: K, how many networks; None for one, without a dimension for it.
            is_dropping: whether there are masks.
            dtype: of all buffers.
            device: where they lie.
        """
        sizes = architecture.sizes
        hidden = sizes[1:-1]
        lead = () if stack is None else (stack,)
        units = partial(Units.zeros, lead=lead, rows=rows, dtype=dtype, device=device)
        self._architecture = architecture
        self._loss: Loss = loss
        self._is_stack = stack is not None
        # Whether the units of all layers are the rows of one matrix.
        self._is_one_matrix = stack is None and not any(lies_by_points(count, rows) for count in sizes[1:])
        columns = Columns.of(sizes[0], sizes[-1])
        self.batch = torch.zeros(*lead, columns.total, rows, dtype=dtype, device=device)
        self._features = self.batch[..., columns.inputs, :]
        self._wanted = Wanted(*(self.batch[..., part, :] for part in (columns.wanted, columns.pulls, columns.weights)))
        self.masks = torch.zeros(*lead, sum(hidden), rows, dtype=dtype, device=device) if is_dropping else None
        self._one, self._point_ones = (torch.ones(shape, dtype=dtype, device=device) for shape in ((), rows))
        # What a layer sums up; what its norm makes of that; what its activation does; what dropout leaves.
        self._sums = units(sizes[1:])
        self._normed = units(hidden) if architecture.layer_norm else self._sums
        self._activated = units(hidden) if not APART.keys().isdisjoint(architecture.activations) else self._normed
        self._dropped = units(hidden) if is_dropping else self._activated
        # The derivatives of the last by what is activated, and of the loss by the sums, by what their norms make of
        # them, and by the gains.
        self._slopes = units(hidden)
        self._slopes.whole.fill_(1)
        self._factors = units(hidden) if is_dropping else self._slopes
        self._deltas = units(sizes[1:])
        self._normed_deltas, self._gains = (
            units(hidden) if architecture.layer_norm else self._deltas for _ in range(2)
        )
        self._norms = (
            [LayerNormCalls(*buffers) for buffers in zip(self._sums.layers, self._normed.layers, strict=False)]
            if architecture.layer_norm
            else []
        )
        self.outputs = self._sums.layers[-1]
        self.calls: list[Call] = []

    def bind(self, flat: Tensor, gradient: Tensor) -> None:
        """Read parameters from `flat` (P,) and write their gradient to `gradient` (P,), from the next run on."""
        architecture = self._architecture
        layers, pieces = architecture.layers(flat), architecture.views(gradient)
        if self._is_stack:
            # A batched product is fast only where its result lies together: they are joined at the end.
            pieces = [torch.zeros_like(piece, memory_format=torch.contiguous_format) for piece in pieces]
        gradients = architecture.grouped(pieces)
        self.calls = [
            *self._forward(layers, architecture.biases(flat)),
            *loss_gradient_calls(self._loss, self.outputs, self._wanted, self._deltas.layers[-1]),
            *self._slopes_of_all(),
            *self._backward(layers, gradients),
            *self._over_points(self._deltas, architecture.biases(gradient), [layer.bias for layer in gradients]),
        ]
        if architecture.layer_norm:
            hidden = gradients[:-1]
            self.calls += self._over_points(
                self._gains, architecture.gains(gradient), [layer.gain for layer in hidden if layer.gain is not None]
            )
            self.calls += self._over_points(
                self._normed_deltas,
                architecture.shifts(gradient),
                [layer.shift for layer in hidden if layer.shift is not None],
            )
        if self._is_stack:
            self.calls.append(partial(torch.cat, [piece.flatten(1) for piece in pieces], 1, out=gradient))

    def run(self) -> None:
        """Compute the gradient of the batch."""
        for call in self.calls:
            call()

    def losses(self) -> Tensor:
        """The mean loss of the batch of the last run, a scalar; (K,) for a stack."""
        return mean_losses(self._loss, self.outputs, self._wanted)

    def _inputs(self, index: int) -> Tensor:
        """What a layer is given, counted from 0: (units before, B)."""
        if index == 0:
            return self._features
        return self._answers(index - 1) if self.masks is None else self._dropped.layers[index - 1]

    def _answers(self, index: int) -> Tensor:
        """What the activation of a hidden layer gives, before dropout."""
        is_apart = self._architecture.activations[index] in APART
        return (self._activated if is_apart else self._normed).layers[index]

    def _masks(self) -> Sequence[Tensor]:
        return () if self.masks is None else self.masks.split_with_sizes(self._architecture.sizes[1:-1], dim=-2)

    def _forward(self, layers: Sequence[Layer], biases: Tensor) -> Iterator[Call]:
        if self._is_one_matrix:
            yield partial(self._sums.whole.view(-1, len(self._point_ones)).copy_, biases.unsqueeze(-1))
        for index, (sums, (weight, bias, gain, shift)) in enumerate(zip(self._sums.layers, layers, strict=True)):
            if self._is_one_matrix:
                yield add_product_call(weight, self._inputs(index), sums)
            else:
                yield from affine_calls(bias, weight, self._inputs(index), sums)
            if gain is not None and shift is not None:
                yield from self._norms[index].forward(gain, shift)
            if index < len(layers) - 1:
                yield from self._activate(index)

    def _activate(self, index: int) -> Iterator[Call]:
        activation, sums, answers = (
            self._architecture.activations[index],
            self._normed.layers[index],
            self._answers(index),
        )
        if activation in APART:
            yield APART[activation].apply(sums, answers)
        elif activation in IN_PLACE:
            yield IN_PLACE[activation].apply(sums)
        if self.masks is not None:
            yield partial(torch.mul, answers, self._masks()[index], out=self._dropped.layers[index])

    def _slopes_of_all(self) -> Iterator[Call]:
        """The derivative of each hidden unit's answer by its sum, one call for layers with the same activation."""
        counts = [layer.numel() for layer in self._slopes.layers]
        end = 0
        for activation, run in groupby(zip(self._architecture.activations, counts, strict=True), key=itemgetter(0)):
            start, end = end, end + sum(count for _, count in run)
            rule = APART.get(activation) or IN_PLACE.get(activation)
            if rule is not None:
                yield rule.slope(self._normed.whole[start:end], self._one, self._slopes.whole[start:end])
        if self.masks is not None and self._is_one_matrix:
            yield partial(torch.mul, self._slopes.whole, self.masks.view(-1), out=self._factors.whole)
        else:
            for slopes, mask, factors in zip(self._slopes.layers, self._masks(), self._factors.layers, strict=False):
                yield partial(torch.mul, slopes, mask, out=factors)

    def _backward(self, layers: Sequence[Layer], gradients: Sequence[Layer]) -> Iterator[Call]:
        for index in reversed(range(len(layers))):
            delta = self._deltas.layers[index]
            yield from product_calls(delta, self._inputs(index).mT, gradients[index].weight)
            if index:
                yield from self._backward_through(index - 1, layers, delta)

    def _backward_through(self, index: int, layers: Sequence[Layer], delta: Tensor) -> Iterator[Call]:
        """From the derivative of the loss by the sums behind a hidden layer to that by its own."""
        normed_delta, gain = self._normed_deltas.layers[index], layers[index].gain
        yield from product_calls(layers[index + 1].weight.mT, delta, normed_delta)
        if self.masks is not None or self._architecture.activations[index] != "linear":
            yield partial(normed_delta.mul_, self._factors.layers[index])
        if gain is not None:
            yield from self._norms[index].backward(
                gain, normed_delta, self._gains.layers[index], self._deltas.layers[index]
            )

    def _over_points(self, derivatives: Units, whole: Tensor, pieces: Sequence[Tensor]) -> Iterator[Call]:
        """The sums over the points of a batch: of all layers together, (units,), or (K, units) of each."""
        ones = self._point_ones
        if self._is_one_matrix:
            yield partial(torch.mv, derivatives.whole.view(-1, len(ones)), ones, out=whole)
        elif self._is_stack:
            for layer, piece in zip(derivatives.layers, pieces, strict=True):
                yield partial(torch.bmm, layer, ones.expand(len(layer), 1, -1).mT, out=piece.unsqueeze(-1))
        else:
            for layer, piece in zip(derivatives.layers, pieces, strict=True):
                yield partial(torch.mv, layer, ones, out=piece)
