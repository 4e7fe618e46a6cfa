"""A layer norm and its derivative, as calls on buffers that are made once: what gradient.py is made of."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import torch
from torch import Tensor

from backend.logic.activation_calls import Call

EPSILON: Final = 1e-5
"""PyTorch's default."""


class LayerNormCalls:
    """One layer norm over the units of a layer; source: Ba, Kiros and Hinton, "Layer normalization" (2016).

    Args:
        sums: (..., units, B), what it is given; `forward` turns it into the same with mean 0 and variance 1.
        answers: (..., units, B), what it gives: gain times that plus shift.
    """

    def __init__(self, sums: Tensor, answers: Tensor) -> None:
        units = sums.shape[-2]
        self._normal, self._answers = sums, answers
        self._product = torch.mm if sums.dim() == 2 else torch.bmm  # noqa: PLR2004 - a matrix, or several
        self._mean_row = sums.new_full((*sums.shape[:-2], 1, units), 1 / units)
        self._mean, self._scale = (sums.new_zeros(*sums.shape[:-2], 1, sums.shape[-1]) for _ in range(2))
        self._epsilon = sums.new_tensor(EPSILON)
        self._scratch = torch.zeros_like(sums)

    def forward(self, gain: Tensor, shift: Tensor) -> Iterator[Call]:
        """From the sums to the answers, with gain and shift of (..., units)."""
        normal, scale, scratch = self._normal, self._scale, self._scratch
        yield self._mean_of(normal, self._mean)
        yield partial(normal.sub_, self._mean)
        yield partial(torch.mul, normal, normal, out=scratch)
        yield self._mean_of(scratch, scale)
        yield partial(scale.add_, self._epsilon)
        yield scale.rsqrt_
        yield partial(normal.mul_, scale)
        yield partial(torch.addcmul, shift.unsqueeze(-1), normal, gain.unsqueeze(-1), out=self._answers)

    def backward(self, gain: Tensor, delta: Tensor, gains: Tensor, result: Tensor) -> Iterator[Call]:
        """From the derivative of the loss by the answers to that by the sums.

        Args:
            gain: (..., units).
            delta: (..., units, B), by the answers.
            gains: (..., units, B), filled with that by the gain, point by point.
            result: (..., units, B), filled with that by the sums.
        """
        normal, mean, scratch = self._normal, self._mean, self._scratch
        yield partial(torch.mul, delta, normal, out=gains)
        yield partial(torch.mul, delta, gain.unsqueeze(-1), out=result)
        yield partial(torch.mul, result, normal, out=scratch)
        yield self._mean_of(result, mean)
        yield partial(result.sub_, mean)
        yield self._mean_of(scratch, mean)
        yield partial(result.addcmul_, normal, mean, value=-1)
        yield partial(result.mul_, self._scale)

    def _mean_of(self, values: Tensor, mean: Tensor) -> Call:
        """The mean (..., 1, B) over the units."""
        return partial(self._product, self._mean_row, values, out=mean)
