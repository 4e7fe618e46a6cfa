"""Values as bytes: how a map of numbers is told, one byte a cell."""

import torch
from torch import Tensor

_HALF = 127.5


def magnitude(values: Tensor) -> Tensor:
    """By what rows of values are divided before they are cells: (K, N) to (K, 1), the largest magnitude, at least 1."""
    return values.nan_to_num().abs().amax(dim=1, keepdim=True).clamp_(min=1)


def as_cells(values: Tensor) -> Tensor:
    """Float32 to uint8: 0 is -1 and below, 255 is +1 and above; what is not a number is in the middle, 128."""
    return values.nan_to_num(0.0, 1.0, -1.0).add_(1).mul_(_HALF).round_().clamp_(0, 2 * _HALF).to(torch.uint8)
