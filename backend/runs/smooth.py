"""The smooth picture of a map: what the page's smooth_map.js makes of its cells, pixel by pixel.

A cell becomes a square of CELL_PIXELS by CELL_PIXELS pixels: first its corners are taken off, then it is doubled twice
with the weights 3/4 and 1/4, as Chaikin cuts corners (Computer Graphics and Image Processing 3, 1974). All in whole
numbers.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.logic.classification_map import ClassificationMap
from backend.runs import colors
from backend.runs.colors import CLASS_COLORS, CONFIDENCE_LEVELS, Theme, rgb_of

CELL_PIXELS: Final = 4
"""Pixels of the smooth picture in one cell, along each side."""
RAMP_STEPS: Final = 255
"""Shades on each side of the ground."""

_PARTS: Final = 16
"""A step of the ramp is so many parts of a level, so that little is lost where cells are mixed."""
_SHADE_SHIFT: Final = 4 + 4 + 8
"""What is mixed has been multiplied by the parts, by 4 along each axis for the corners, by 16 for the doublings."""
_HALF_A_SHADE: Final = 1 << _SHADE_SHIFT - 1
_HERE, _BESIDE, _BLUR_SHIFT = 44, 10, 6
"""How much of a mean of colours is the cell itself and how much each neighbour, in sixty-fourths."""
_COLOR_SHIFT: Final = 8
_DOUBLED_TWICE: Final = ((6, 10, 0), (3, 12, 1), (1, 12, 3), (0, 10, 6))
"""Of each pixel of a cell, how much of the cell before, of it and of the one behind it is in it, in sixteenths."""
_ROWS_IN_A_STRETCH: Final = 100

Ints = NDArray[np.int32]
GiveWay = Callable[[], None]


def smooth_picture(seen: ClassificationMap, theme: Theme, give_way: GiveWay) -> NDArray[np.uint8]:
    """The picture of a map: (CELL_PIXELS * height, CELL_PIXELS * width, 3)."""
    cells = np.frombuffer(seen.cells, np.uint8).reshape(seen.height, seen.width)
    if seen.classes == 0:
        levels = _levels(np.arange(256) / 127.5 - 1)
        return _shades(cells, levels, colors.ramp(theme, RAMP_STEPS, *theme.signed_ends), give_way)
    if cells.max() >> 5 <= 1:
        # One scale from certain 0 to certain 1: mixing colours instead would bead a sharp boundary.
        confidences = (np.arange(256) & 31) / CONFIDENCE_LEVELS
        levels = _levels(np.where(np.arange(256) >> 5 == 1, confidences, -confidences))
        ramp = colors.ramp(theme, RAMP_STEPS, rgb_of(CLASS_COLORS[0]), rgb_of(CLASS_COLORS[1]))
        return _shades(cells, levels, ramp, give_way)
    return _colors(cells, colors.cell_colors(theme), give_way)


def _levels(values: NDArray[np.float64]) -> Ints:
    """What cells of values from -1 to 1 say, in parts of a step of the ramp."""
    return np.floor((values + 1) * RAMP_STEPS * _PARTS + 0.5).astype(np.int32)


def _shades(cells: NDArray[np.uint8], levels: Ints, ramp: NDArray[np.uint8], give_way: GiveWay) -> NDArray[np.uint8]:
    """One signed quantity: numbers are mixed, and the picture runs along the ramp."""
    field = levels[cells]
    for axis in (1, 0):
        before, after = _neighbours(field, axis)
        field = before + 2 * field + after
    shades = _mixed(field, _HALF_A_SHADE, _SHADE_SHIFT, give_way)
    pixels = np.empty((*shades.shape, 3), np.uint8)
    for first in range(0, len(shades), _ROWS_IN_A_STRETCH):
        give_way()
        rows = slice(first, first + _ROWS_IN_A_STRETCH)
        pixels[rows] = ramp[shades[rows]]
    return pixels


def _colors(cells: NDArray[np.uint8], lookup: NDArray[np.uint8], give_way: GiveWay) -> NDArray[np.uint8]:
    """Several classes have no common scale: their colours are mixed."""
    channels = []
    for channel in range(3):
        field = lookup[:, channel].astype(np.int32)[cells]
        for axis in (1, 0):
            before, after = _neighbours(field, axis)
            field = (_BESIDE * (before + after) + _HERE * field + (1 << _BLUR_SHIFT - 1)) >> _BLUR_SHIFT
        channels.append(_mixed(field, 1 << _COLOR_SHIFT - 1, _COLOR_SHIFT, give_way).astype(np.uint8))
    return np.stack(channels, axis=2)


def _neighbours(field: Ints, axis: int) -> tuple[Ints, Ints]:
    """What lies before and behind each cell along an axis; at the edges the cell itself."""
    count = field.shape[axis]
    places = np.arange(count)
    return field.take(np.maximum(places - 1, 0), axis), field.take(np.minimum(places + 1, count - 1), axis)


def _mixed(field: Ints, half: int, shift: int, give_way: GiveWay) -> Ints:
    """Two doublings along each axis, rounded back by so many bits: CELL_PIXELS times as wide and as high."""
    for axis in (1, 0):
        before, after = _neighbours(field, axis)
        shape = list(field.shape)
        shape[axis] *= CELL_PIXELS
        wide = np.empty(shape, np.int32)
        for place, (left, middle, right) in enumerate(_DOUBLED_TWICE):
            give_way()
            wide[(*[slice(None)] * axis, slice(place, None, CELL_PIXELS))] = (
                left * before + middle * field + right * after
            )
        field = wide
    give_way()
    return (field + half) >> shift
