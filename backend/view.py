"""What a client wants to see, and what it gets of that while others train too."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from backend.fineness import FINEST_SIDE
from backend.logic.architecture import Architecture
from backend.logic.config import RunConfig
from backend.logic.errors import FieldError


@dataclass(frozen=True, slots=True)
class ViewWish:
    """What a client wants to see, or what it gets.

    Attributes:
        frames_per_second: maps, at most.
        width: cells in a row of the map.
        height: rows of the map.
        visible: whether anything is seen at all.
        neurons: whether neuron maps are wanted.
        tile_size: cells in a row, and rows, of their tiles.
        unit: layer and unit that the map shows, where the network has it; None for the network's own answer.
        metrics: whether confusion, gradients and dead units are wanted.
    """

    frames_per_second: int = 30
    width: int = 100
    height: int = 100
    visible: bool = True
    neurons: bool = False
    tile_size: int = 24
    unit: tuple[int, int] | None = None
    metrics: bool = False

    @property
    def picture(self) -> object:
        """What a resting run's map has to be sent anew for, if it changes."""
        return self.width, self.height, self.visible, self.unit

    @property
    def diagram(self) -> object:
        """What a resting run's neuron maps have to be sent anew for, if it changes."""
        return self.neurons, self.tile_size, self.visible

    @property
    def figures(self) -> object:
        """What a resting run's metrics have to be sent anew for, if it changes."""
        return self.metrics, self.visible

    @property
    def needs_model(self) -> bool:
        """Whether there is something to show before the first training."""
        return self.visible and (self.neurons or self.unit is not None)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a client gets of its wish.

    Attributes:
        frames_per_second: maps, at most.
        width: cells in a row of the map.
        height: rows of the map.
        neurons_per_second: neuron maps, at most.
        tile_size: cells in a row, and rows, of their tiles.
        metrics_per_second: METRICS, at most.
        statuses_per_second: TRAINING_STATUS while training, at most.
        tick_s: maps are begun at multiples of this only, so that those of several sessions are made in one go.
        map_cost_s: as long as a map takes no longer than this it need not be coarser.
    """

    frames_per_second: int
    width: int
    height: int
    neurons_per_second: int
    tile_size: int
    metrics_per_second: int
    statuses_per_second: int
    tick_s: float
    map_cost_s: float


@dataclass(frozen=True, slots=True)
class _Load:
    """What each client gets at most while up to so many sessions train."""

    sessions: float
    frames_per_second: int
    side: int
    side_beside_neurons: int
    neurons_per_second: int
    tile_size: int
    metrics_per_second: int
    statuses_per_second: int
    tick_s: float


_LOADS: Final = (
    # up to so many sessions: maps/s, side, side beside neuron maps, neuron maps/s, side of their tiles, METRICS/s,
    # statuses/s, tick
    _Load(2, 60, 200, 100, 10, 50, 3, 10, 0.0),
    _Load(4, 30, 80, 80, 10, 24, 3, 10, 0.0),
    _Load(12, 24, 64, 50, 5, 16, 2, 8, 0.01),
    _Load(40, 15, 50, 40, 3, 16, 1, 4, 0.02),
    _Load(float("inf"), 6, 40, 40, 2, 16, 1, 2, 0.02),
)
_SHARE_OF_MAPS: Final = 0.4
"""The maps of all sessions together are made so coarse that they take no more than this of the time."""


@lru_cache(maxsize=256)
def granted(wish: ViewWish, training_sessions: int, finest_side: int = FINEST_SIDE) -> Grant:
    """What a client gets of its wish while so many sessions train: fewer and smaller frames, the proportions kept.

    Args:
        wish: of the client.
        training_sessions: how many sessions train.
        finest_side: cells that its map may have in a row or a column, see `Fineness`.
    """
    load = next(load for load in _LOADS if training_sessions <= load.sessions)
    side = min(finest_side, load.side_beside_neurons if wish.neurons else load.side)
    scale = min(1.0, side / max(wish.width, wish.height))
    frames_per_second = min(wish.frames_per_second, load.frames_per_second)
    return Grant(
        frames_per_second=frames_per_second,
        width=max(1, round(wish.width * scale)),
        height=max(1, round(wish.height * scale)),
        neurons_per_second=load.neurons_per_second,
        tile_size=min(wish.tile_size, load.tile_size),
        metrics_per_second=load.metrics_per_second,
        statuses_per_second=load.statuses_per_second,
        tick_s=load.tick_s,
        map_cost_s=_SHARE_OF_MAPS / (max(1, training_sessions) * frames_per_second),
    )


def check_unit(unit: tuple[int, int], config: RunConfig) -> None:
    """See that the network of a config has this unit of this layer.

    Raises:
        FieldError: it has not.
    """
    sizes = Architecture.of(config).sizes
    layer, number = unit
    if layer >= len(sizes):
        raise FieldError(f"There is no layer {layer}: the network has layers 0 to {len(sizes) - 1}.", "unit[0]")
    if number >= sizes[layer]:
        raise FieldError(
            f"There is no unit {number} in layer {layer}: it has units 0 to {sizes[layer] - 1}.", "unit[1]"
        )
