"""The input features: what the network sees of a place in the plane."""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from backend.logic.config import Feature

_FORMULAS: Final[dict[Feature, Callable[[Tensor, Tensor], Tensor]]] = {
    "x1": lambda x, _: x,
    "x2": lambda _, y: y,
    "x1_squared": lambda x, _: x * x,
    "x2_squared": lambda _, y: y * y,
    "x1_x2": lambda x, y: x * y,
    "sin_x1": lambda x, _: torch.sin(x),
    "sin_x2": lambda _, y: torch.sin(y),
}


def features(positions: Tensor, names: tuple[Feature, ...]) -> Tensor:
    """The named features of positions.

    Args:
        positions: (N, 2) float32, x1 = x and x2 = y in units of the plane.
        names: which features, in order.

    Returns:
        (N, len(names)) float32, contiguous.
    """
    x, y = positions[:, 0], positions[:, 1]
    return torch.stack([_FORMULAS[name](x, y) for name in names], dim=1)
