"""How a point is drawn: what the page's markers.js draws, with the edges of each shape by its distance from them."""

from functools import lru_cache
from math import ceil
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.runs.colors import (
    CIRCLE,
    CLASS_COLORS,
    HAIRLINE_COLOR,
    MARKER_SHAPES,
    RING_COLOR,
    Rgb,
    Shape,
    Theme,
    rgb_of,
    signed_color,
)

VALUE_STEPS: Final = 20
"""Shades between value 0 and 1."""
_THINNEST_HAIRLINE: Final = 1.4
"""In pixels."""


class Lines(NamedTuple):
    """The widths of the two lines around a marker, in its radii."""

    hairline: float
    ring: float


class Look(NamedTuple):
    """How a marker looks, whatever its size.

    Attributes:
        shape: its outline.
        color: of all that is within.
        lines: around it.
        least_ring: the least width of the outer of them outside, in its radii.
        middle: the colour of its middle, of a test point; None if that is as the rest.
    """

    shape: Shape
    color: Rgb
    lines: Lines
    least_ring: float
    middle: Rgb | None


CLASS_LINES: Final = Lines(0.24, 0.32)
VALUE_LINES: Final = Lines(0.12, 0.12)

Floats = NDArray[np.float64]


def marker_radius(side: float) -> float:
    """The radius of a marker in CSS pixels on a plane of so many CSS pixels."""
    return min(6.5, max(4.0, side * 0.0074))


def class_marker(theme: Theme, label: int, radius: float, *, is_test: bool) -> Image.Image:
    """The marker of a class: its shape and colour."""
    color = rgb_of(CLASS_COLORS[label])
    return _marker(Look(MARKER_SHAPES[label], color, CLASS_LINES, theme.least_ring, _middle(theme, is_test)), radius)


def value_marker(theme: Theme, value: float, radius: float, *, is_test: bool) -> Image.Image:
    """The marker of a value from -1 to 1: a disc in its colour, to the next of VALUE_STEPS."""
    color = signed_color(theme, float(np.floor(value * VALUE_STEPS + 0.5)) / VALUE_STEPS)
    return _marker(Look(CIRCLE, color, VALUE_LINES, theme.least_ring, _middle(theme, is_test)), radius)


def _middle(theme: Theme, is_test: bool) -> Rgb | None:  # noqa: FBT001 - it is an answer
    return rgb_of(theme.hollow) if is_test else None


@lru_cache(maxsize=256)
def _marker(look: Look, radius: float) -> Image.Image:
    """RGBA, with the middle of the shape in the middle of the picture. Nobody changes it."""
    side = 2 * ceil(radius * 1.9 + 2)
    distance = _distance(look.shape, side, radius)
    hairline = max(_THINNEST_HAIRLINE, radius * look.lines.hairline)
    paints = [
        # Wider outside only: the class keeps its colour inside.
        (rgb_of(RING_COLOR), _stroke(distance, hairline + radius * max(look.lines.ring, look.least_ring))),
        (look.color, _fill(distance)),
        (rgb_of(RING_COLOR), _stroke(distance, hairline + radius * look.lines.ring)),
        (rgb_of(HAIRLINE_COLOR), _stroke(distance, hairline)),
    ]
    if look.middle is not None:
        paints.append((look.middle, _fill(_distance(look.shape, side, radius * 0.5))))
    return _painted(side, paints)


def _painted(side: int, paints: list[tuple[Rgb, Floats]]) -> Image.Image:
    """Colours laid over each other, each as dense as it covers a pixel."""
    light, opacity = np.zeros((side, side, 3)), np.zeros((side, side, 1))
    for color, coverage in paints:
        covered = coverage[:, :, np.newaxis]
        light = light * (1 - covered) + np.array(color) * covered
        opacity = opacity * (1 - covered) + covered
    channels = np.concatenate([light / np.maximum(opacity, 1 / 255), opacity * 255], axis=2)
    return Image.fromarray(np.floor(channels.clip(0, 255) + 0.5).astype(np.uint8), "RGBA")


def _fill(distance: Floats) -> Floats:
    return np.clip(0.5 - distance, 0, 1)


def _stroke(distance: Floats, width: float) -> Floats:
    """A line along the edge with round corners."""
    return np.clip(width / 2 + 0.5 - np.abs(distance), 0, 1)


def _distance(shape: Shape, side: int, radius: float) -> Floats:
    """(side, side): how far the middle of each pixel is outside of a shape, in pixels; negative inside."""
    places = np.arange(side) + 0.5 - side / 2
    x, y = np.meshgrid(places, places)
    if shape == CIRCLE:
        to_circle: Floats = np.hypot(x, y) - radius
        return to_circle
    corners = np.array(shape) * radius
    nearest: Floats = np.full_like(x, np.inf)
    is_inside = np.zeros_like(x, dtype=np.bool_)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2), 0, 1)
        nearest = np.minimum(nearest, np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0)))
        if y0 != y1:
            # A ray to the right crosses this edge: an odd number of crossings lies inside.
            is_inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    nearest[is_inside] *= -1
    return nearest
