"""NeuronMaps: what the units of a network answer over the plane, and the parameters between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from backend.logic.scalar_cells import as_cells, magnitude
from backend.logic.snapshot import Snapshot

MOST_DRAWN: Final = 8
"""Of each layer so many units have a tile, the first ones."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A small map of one unit.

    Attributes:
        cells: side * side bytes, row-major, first row at y = +6: 0 is -scale, 255 is +scale.
        scale: the largest magnitude of its values, at least 1.
    """

    cells: bytes
    scale: float


@dataclass(frozen=True, slots=True)
class NeuronMaps:
    """The drawn units of a network at one step: of each layer the first MOST_DRAWN.

    Layers count from the input features (0) over the hidden layers (after their activation) to the outputs (logits).

    Attributes:
        side: cells in a row, and rows, of each tile.
        unit_counts: how many units each layer has, drawn or not.
        tiles: of each layer, one for each drawn unit.
        weights: of each layer but the features, a row for each drawn unit: from each drawn unit of the layer before.
        biases: of each layer but the features, of each drawn unit.
    """

    side: int
    unit_counts: tuple[int, ...]
    tiles: tuple[tuple[Tile, ...], ...]
    weights: tuple[tuple[tuple[float, ...], ...], ...]
    biases: tuple[tuple[float, ...], ...]


def neuron_maps(snapshot: Snapshot, layers: Sequence[Tensor], width: int, height: int, side: int) -> NeuronMaps:
    """The drawn units of a snapshot.

    Args:
        snapshot: whose parameters.
        layers: of each layer, the features first, (drawn units, width * height) float32 values over a grid.
        width: cells in a row of that grid.
        height: rows of it.
        side: cells in a row, and rows, of each tile: its cells are the means of the parts of the grid they cover.
    """
    # The units lie side by side in memory, as channels: PyTorch pools that six times faster than maps one by one.
    values = torch.cat(list(layers)).t().contiguous().view(1, height, width, -1).permute(0, 3, 1, 2)
    pooled = F.adaptive_avg_pool2d(values, side)[0].flatten(1)
    scales = magnitude(pooled)
    cells = as_cells(pooled / scales).contiguous().numpy()
    tiles = [Tile(row.tobytes(), scale) for row, scale in zip(cells, scales.flatten().tolist(), strict=True)]
    parameters = snapshot.architecture.layers(snapshot.parameters)
    return NeuronMaps(
        side=side,
        unit_counts=snapshot.architecture.sizes,
        tiles=tuple(tuple(tiles[start:end]) for start, end in pairwise(accumulate(map(len, layers), initial=0))),
        weights=tuple(
            tuple(tuple(row) for row in layer.weight[:MOST_DRAWN, :MOST_DRAWN].tolist()) for layer in parameters
        ),
        biases=tuple(tuple(layer.bias[:MOST_DRAWN].tolist()) for layer in parameters),
    )
