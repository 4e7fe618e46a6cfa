"""The losses of a batch and their derivatives, as calls on buffers that are made once: what gradient.py is made of."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from backend.logic.activation_calls import Call
from backend.logic.config import Loss

_softmax_backward = torch.ops.aten._softmax_backward_data.out  # noqa: SLF001 - the derivative has no public name


class Wanted(NamedTuple):
    """What is wanted of a batch; see batches.Columns.

    Attributes:
        wanted: (..., outputs, B).
        pulls: (..., outputs, B), -weight times wanted.
        weights: (..., 1, B).
    """

    wanted: Tensor
    pulls: Tensor
    weights: Tensor


def mean_losses(loss: Loss, outputs: Tensor, batch: Wanted) -> Tensor:
    """The mean loss (...,) of outputs (..., outputs, B), logits or values; see losses.loss."""
    wanted, pulls, weights = batch
    if loss == "huber":
        parts = F.huber_loss(outputs, wanted, reduction="none") * weights
    elif _are_values(outputs):
        parts = (outputs - wanted).square() * weights / 2
    elif loss == "cross_entropy":
        parts = outputs.log_softmax(-2) * pulls
    else:
        parts = (outputs.softmax(-2) - wanted).square() * weights
    return parts.sum((-2, -1))


def loss_gradient_calls(loss: Loss, outputs: Tensor, batch: Wanted, delta: Tensor) -> Iterator[Call]:
    """What fills `delta` with the derivative of `mean_losses` by each output, both (..., outputs, B)."""
    wanted, pulls, weights = batch
    if loss == "huber":
        yield partial(torch.sub, outputs, wanted, out=delta)
        yield partial(delta.clamp_, -1, 1)
        yield partial(delta.mul_, weights)
    elif _are_values(outputs):
        yield partial(torch.addcmul, pulls, outputs, weights, out=delta)
    elif loss == "cross_entropy":
        yield partial(torch.softmax, outputs, -2, out=delta)
        yield partial(torch.addcmul, pulls, delta, weights, out=delta)
    else:
        probabilities = torch.zeros_like(outputs)
        yield partial(torch.softmax, outputs, -2, out=probabilities)
        yield partial(torch.addcmul, pulls, probabilities, weights, out=delta)
        yield partial(torch.add, delta, delta, out=delta)
        yield partial(_softmax_backward, delta, probabilities, -2, delta.dtype, grad_input=delta)


def _are_values(outputs: Tensor) -> bool:
    """Whether outputs are the values of a regression: classes are two at least."""
    return outputs.shape[-2] == 1
