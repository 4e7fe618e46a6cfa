"""Observer: everything that is shown of snapshots, out of one forward pass over the map's grid and their points."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import torch
from torch import Tensor

from backend.logic.classification_map import ClassificationMap, answer_maps, grid_features, unit_map
from backend.logic.config import Feature
from backend.logic.evaluation import NO_SCORES, Points, ScoredPoints, Scores, score
from backend.logic.neuron_maps import MOST_DRAWN, NeuronMaps, neuron_maps, pooled
from backend.logic.snapshot import Snapshot
from backend.logic.stacked_pass import StackedPass, told

_MOST_VALUES_TOGETHER: Final = 400_000
"""So many values of units over places are computed together at most: some 0.7 ms, and what fits the second cache."""
_MOST_KEPT_PLACES: Final = 8


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be seen of a snapshot.

    Attributes:
        width: cells in a row of the map.
        height: rows of it.
        unit: layer and unit that the map shows, where the network has it; None for the network's own answer.
        tile_size: cells in a row, and rows, of the tiles; None for no neuron maps.
    """

    width: int
    height: int
    unit: tuple[int, int] | None = None
    tile_size: int | None = None


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


class Observer:
    """Looks at snapshots; the memory it takes for that is used over and over. It belongs to one thread.

    Args:
        pause: called every now and then while it looks at a large network.
    """

    def __init__(self, pause: Callable[[], None] = lambda: None) -> None:
        self._pass = StackedPass(pause)
        self._points = Points()
        self._places = lru_cache(_MOST_KEPT_PLACES)(_places)

    def kinship(self, snapshot: Snapshot, look: Look) -> Hashable | None:
        """What snapshots have in common that `observe` can look at together; None for one that goes alone."""
        if look.unit is not None or look.tile_size is not None:
            return None
        places = self._points.of(snapshot.examples).targets.shape
        return look, snapshot.architecture, snapshot.features, snapshot.problem, snapshot.loss, places

    def most_together(self, snapshot: Snapshot, look: Look) -> int:
        """How many such snapshots `observe` should look at together at most."""
        places = look.width * look.height + len(self._points.of(snapshot.examples).targets)
        return max(1, _MOST_VALUES_TOGETHER // (sum(snapshot.architecture.sizes) * places))

    def observe(self, snapshots: Sequence[Snapshot], look: Look) -> list[Observation]:
        """Look at snapshots of one kinship, or at one."""
        first, cells = snapshots[0], look.width * look.height
        with torch.inference_mode():
            points = [self._points.of(snapshot.examples) for snapshot in snapshots]
            places = self._fill_in(first.features, look, points)
            networks = [snapshot.parameters for snapshot in snapshots]
            if look.unit is None and look.tile_size is None:
                outputs = self._pass.outputs(first.architecture, networks, places)
                pictures = answer_maps(outputs[:, :, :cells], first.problem, look.width, look.height)
                neurons: list[NeuronMaps | None] = [None] * len(snapshots)
            else:
                outputs, picture, maps = self._look_inside(first, look, places)
                pictures, neurons = [picture], [maps]
            scores = self._score(first, outputs[:, :, cells:], points)
        return [Observation(*seen) for seen in zip(pictures, neurons, scores, strict=True)]

    def evaluate(self, snapshot: Snapshot) -> Scores:
        """How well a snapshot does, without a look at its map."""
        with torch.inference_mode():
            points = self._points.of(snapshot.examples)
            outputs = self._pass.outputs(snapshot.architecture, [snapshot.parameters], points.inputs.unsqueeze(0))
            return self._score(snapshot, outputs, [points])[0]

    def _look_inside(
        self, snapshot: Snapshot, look: Look, places: Tensor
    ) -> tuple[Tensor, ClassificationMap, NeuronMaps | None]:
        """The outputs of one network, the map of its unit or of itself, and its neuron maps if there is a tile size."""
        architecture, cells = snapshot.architecture, look.width * look.height
        picture: ClassificationMap | None = None
        tiles: list[Tensor] = []
        outputs = values = places
        # Layer after layer is let go: all of them over the whole grid can be 160 MB.
        layers = self._pass.layers(architecture, [snapshot.parameters], places)
        activations = ("linear", *architecture.activations, "linear")
        for layer, activation in enumerate(activations):
            outputs = values if layer == 0 else next(layers)
            values = outputs[0, :, :cells]
            if look.tile_size is not None:
                drawn = told(values[:MOST_DRAWN], activation)
                tiles.append(pooled(drawn, look.width, look.height, look.tile_size))
            if look.unit is not None and look.unit[0] == layer and look.unit[1] < len(values):
                row = told(values[look.unit[1] : look.unit[1] + 1], activation)
                picture = unit_map(row, *look.unit, look.width, look.height)
        if picture is None:
            (picture,) = answer_maps(outputs[:, :, :cells], snapshot.problem, look.width, look.height)
        if look.tile_size is None:
            return outputs, picture, None
        return outputs, picture, neuron_maps(snapshot, tiles, look.tile_size)

    def _fill_in(self, features: tuple[Feature, ...], look: Look, points: Sequence[ScoredPoints]) -> Tensor:
        """(K, features, cells + M): the grid, which stays, then the points of each network."""
        places = self._places(len(points), features, look.width, look.height, len(points[0].targets))
        torch.stack([each.inputs for each in points], out=places[:, :, look.width * look.height :])
        return places

    def _score(self, snapshot: Snapshot, outputs: Tensor, points: Sequence[ScoredPoints]) -> list[Scores]:
        if outputs.shape[2] == 0:
            return [NO_SCORES] * len(points)
        return score(outputs, snapshot.loss, points)


def _places(networks: int, names: tuple[Feature, ...], width: int, height: int, points: int) -> Tensor:
    """(networks, features, height * width + points): the grid over and over, and room for points behind it."""
    grid = grid_features(width, height, names)
    places = torch.empty(networks, len(names), width * height + points)
    places[:, :, : width * height] = grid
    return places
