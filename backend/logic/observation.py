"""Observation: everything that is shown of one snapshot, out of one forward pass over the map's grid."""

from dataclasses import dataclass

import torch
from torch import Tensor

from backend.logic.classification_map import ClassificationMap, answer_map, grid_features, unit_map
from backend.logic.evaluation import Scores, evaluate
from backend.logic.model import activations
from backend.logic.neuron_maps import NeuronMaps, drawn, neuron_maps
from backend.logic.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Observation:
    """What is to be seen of a snapshot.

    Attributes:
        picture: the map of the network, or of the unit that was asked for.
        neurons: the tiles and parameters, if they were asked for.
        scores: how well it does.
    """

    picture: ClassificationMap
    neurons: NeuronMaps | None
    scores: Scores


def observe(
    snapshot: Snapshot,
    width: int,
    height: int,
    *,
    unit: tuple[int, int] | None = None,
    tile_size: int | None = None,
) -> Observation:
    """Look at a snapshot.

    Args:
        snapshot: at which.
        width: cells in a row of the map.
        height: rows of it.
        unit: layer and unit that the map shows, where the network has it; None for the network's own answer.
        tile_size: cells in a row, and rows, of the tiles; None for no neuron maps.
    """
    sizes = snapshot.architecture.sizes
    if unit is not None and not (unit[0] < len(sizes) and unit[1] < sizes[unit[0]]):
        unit = None
    picture: ClassificationMap | None = None
    tiles: list[Tensor] = []
    with torch.inference_mode():
        values = grid_features(width, height, snapshot.features)
        layers = activations(snapshot.architecture.layers(snapshot.parameters), snapshot.architecture, values)
        # Layer after layer is let go: all of them over the whole grid can be 160 MB.
        for layer in range(len(sizes)):
            if layer > 0:
                values = next(layers)
            if tile_size is not None:
                tiles.append(drawn(values))
            if unit is not None and unit[0] == layer:
                picture = unit_map(values, *unit, width, height)
                if tile_size is None:
                    break
        if picture is None:
            picture = answer_map(values, snapshot.problem, width, height)
        neurons = None if tile_size is None else neuron_maps(snapshot, tiles, width, height, tile_size)
    return Observation(picture, neurons, evaluate(snapshot))
