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
    HOLLOW_COLOR,
    LEAST_RING,
    MARKER_SHAPES,
    RING_COLOR,
    Rgb,
    Shape,
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


CLASS_LINES: Final = Lines(0.24, 0.32)
VALUE_LINES: Final = Lines(0.12, 0.12)

Floats = NDArray[np.float64]


def marker_radius(side: float) -> float:
    """The radius of a marker in CSS pixels on a plane of so many CSS pixels."""
    return min(6.5, max(4.0, side * 0.0074))


def class_marker(label: int, radius: float, *, is_test: bool) -> Image.Image:
    """The marker of a class: its shape and colour."""
    return _marker(MARKER_SHAPES[label], rgb_of(CLASS_COLORS[label]), CLASS_LINES, radius, is_test)


def value_marker(value: float, radius: float, *, is_test: bool) -> Image.Image:
    """The marker of a value from -1 to 1: a disc in its colour, to the next of VALUE_STEPS."""
    shade = float(np.floor(value * VALUE_STEPS + 0.5)) / VALUE_STEPS
    return _marker(CIRCLE, signed_color(shade), VALUE_LINES, radius, is_test)


@lru_cache(maxsize=256)
def _marker(shape: Shape, color: Rgb, lines: Lines, radius: float, is_test: bool) -> Image.Image:  # noqa: FBT001
    """RGBA, with the middle of the shape in the middle of the picture. Nobody changes it."""
    side = 2 * ceil(radius * 1.9 + 2)
    distance = _distance(shape, side, radius)
    hairline = max(_THINNEST_HAIRLINE, radius * lines.hairline)
    paints = [
        # Wider outside only: the class keeps its colour inside.
        (rgb_of(RING_COLOR), _stroke(distance, hairline + radius * max(lines.ring, LEAST_RING))),
        (color, _fill(distance)),
        (rgb_of(RING_COLOR), _stroke(distance, hairline + radius * lines.ring)),
        (rgb_of(HAIRLINE_COLOR), _stroke(distance, hairline)),
    ]
    if is_test:
        paints.append((rgb_of(HOLLOW_COLOR), _fill(_distance(shape, side, radius * 0.5))))
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
