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


def pooled(values: Tensor, width: int, height: int, side: int) -> Tensor:
    """The tiles of some units: the means of the parts of the grid that their cells cover.

    Args:
        values: (units, width * height) float32 over a grid.
        width: cells in a row of that grid.
        height: rows of it.
        side: cells in a row, and rows, of each tile.

    Returns:
        (units, side * side) float32.
    """
    # With the units side by side in memory, as channels, PyTorch pools six times faster than maps one by one.
    channels = values.t().contiguous().view(1, height, width, len(values)).permute(0, 3, 1, 2)
    return F.adaptive_avg_pool2d(channels, side)[0].flatten(1)


def neuron_maps(snapshot: Snapshot, layers: Sequence[Tensor], side: int) -> NeuronMaps:
    """The drawn units of a snapshot.

    Args:
        snapshot: whose parameters.
        layers: of each layer, the features first, the `pooled` tiles of the drawn units.
        side: cells in a row, and rows, of each tile.
    """
    together = torch.cat(list(layers))
    scales = magnitude(together)
    cells = as_cells(together / scales).contiguous().numpy()
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
