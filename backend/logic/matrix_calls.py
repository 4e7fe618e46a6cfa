"""Matrix products as calls on buffers, of one network or of K stacked ones: what gradient.py is made of.

Matrices are (..., n, m), with K in front or nothing. Some lie in memory column by column, so that their transposes are
contiguous: results are written into what is contiguous, because into other places batched products go one by one.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

import torch
from torch import Tensor

from backend.logic.activation_calls import Call

_FEW_TERMS: Final = 2
_SLOW_PRODUCT: Final = 400
"""With fewer multiplications a network `bmm` hands no work to a fast library: few terms are added faster one by one."""


def product_calls(left: Tensor, right: Tensor, out: Tensor) -> Iterator[Call]:
    """What computes left @ right into `out`."""
    if _is_best_by_terms(left, out):
        yield partial(torch.mul, left[..., :1], right[..., :1, :], out=out)
        yield from _further_terms(left, right, out)
        return
    multiply = torch.mm if out.dim() == 2 else torch.bmm  # noqa: PLR2004 - a matrix, or several
    if out.is_contiguous():
        yield partial(multiply, left, right, out=out)
    else:
        yield partial(multiply, right.mT, left.mT, out=out.mT)


def affine_calls(bias: Tensor, weight: Tensor, inputs: Tensor, out: Tensor) -> Iterator[Call]:
    """What computes weight @ inputs + bias into `out`; the bias, (..., n), is added to each column."""
    if _is_best_by_terms(weight, out):
        yield partial(torch.addcmul, bias.unsqueeze(-1), weight[..., :1], inputs[..., :1, :], out=out)
        yield from _further_terms(weight, inputs, out)
    else:
        yield partial(out.copy_, bias.unsqueeze(-1))
        yield add_product_call(weight, inputs, out)


def add_product_call(left: Tensor, right: Tensor, out: Tensor) -> Call:
    """What adds left @ right to `out`."""
    if not out.is_contiguous():
        out, left, right = out.mT, right.mT, left.mT
    return partial(out.addmm_ if out.dim() == 2 else out.baddbmm_, left, right)  # noqa: PLR2004 - a matrix, or several


def _is_best_by_terms(left: Tensor, out: Tensor) -> bool:
    terms = left.shape[-1]
    return out.dim() > 2 and terms <= _FEW_TERMS and out[0].numel() * terms < _SLOW_PRODUCT  # noqa: PLR2004 - several


def _further_terms(left: Tensor, right: Tensor, out: Tensor) -> Iterator[Call]:
    for term in range(1, left.shape[-1]):
        yield partial(out.addcmul_, left[..., term, None], right[..., term, None, :])
