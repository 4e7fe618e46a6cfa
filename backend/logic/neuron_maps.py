"""NeuronMaps: what the units of a network answer over the plane, and the parameters between them."""

from dataclasses import dataclass
from typing import Final

MOST_DRAWN: Final = 8
"""Of each layer so many units have a tile, the first ones."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A small map of one unit.

    Attributes:
        cells: side * side bytes, row-major, first row at y = +6: 0 is -scale, 255 is +scale.
        scale: the largest magnitude of the unit's values, at least 1.
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
