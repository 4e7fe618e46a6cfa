"""Buffers with a number for each unit of some layers and each point of a batch, laid out for matrix products."""

from collections.abc import Sequence
from math import prod
from typing import Final, NamedTuple

import torch
from torch import Tensor

_LEAST_WIDE: Final = 24
_MOST_ROWS: Final = 32


def lies_by_points(units: int, rows: int) -> bool:
    """Whether the numbers of a layer's units for one point lie side by side in memory, not those of one unit.

    Matrix products are fast along what lies side by side: many units for few points, else the points.
    """
    return units >= _LEAST_WIDE and rows <= _MOST_ROWS


class Units(NamedTuple):
    """A number for each unit of some layers and each point of a batch.

    Attributes:
        whole: all of them, one layer behind another.
        layers: the same as (*lead, units, B) for each layer.
    """

    whole: Tensor
    layers: list[Tensor]

    @classmethod
    def zeros(
        cls, units: Sequence[int], lead: tuple[int, ...], rows: int, dtype: torch.dtype, device: torch.device
    ) -> "Units":
        """For so many units in each layer, and so many points."""
        copies = prod(lead) * rows
        whole = torch.zeros(sum(units) * copies, dtype=dtype, device=device)
        parts = zip(whole.split_with_sizes([count * copies for count in units]), units, strict=True)
        layers = [
            part.view(*lead, rows, count).mT if lies_by_points(count, rows) else part.view(*lead, count, rows)
            for part, count in parts
        ]
        return cls(whole, layers)
