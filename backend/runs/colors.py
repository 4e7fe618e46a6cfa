"""What a class looks like in pictures: colours and marker shapes of the page's themes (frontend/colors.js).

A test compares every table here with the page's.
"""

from math import cos, pi, sin
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

ThemeName = Literal["light", "dark"]
Rgb = tuple[int, int, int]
Light = tuple[float, float, float]
"""A colour that is mixed with others before it is rounded."""
Shape = tuple[tuple[float, float], ...]
"""The corners of a polygon within about the unit circle, y down; none for the unit circle itself."""

CLASS_COLORS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#6B6B6B")
"""Okabe and Ito's (jfly.uni-koeln.de/color), the eighth a grey."""
MINUS_COLOR: Final = "#7B3294"
PLUS_COLOR: Final = "#0B7A4B"
FULL_STRENGTH: Final = 0.62
"""How much of a class colour a certain cell carries; the rest is ground."""

LIGHT_IN_DARK: Final = 0.34
"""How much of white the signed colours take on in the dark."""

RING_COLOR: Final = "#ffffff"
HAIRLINE_COLOR: Final = "#14181f"

CONFIDENCE_LEVELS: Final = 31


class Theme(NamedTuple):
    """What pictures have where no class is.

    Attributes:
        ground: behind all.
        axis: the colour of the axes, with how dense they are in the last two digits.
        axis_text: the colour of the numbers at the axes.
        hollow: the colour of the middle of a test point.
        least_ring: the least width of the light line around a marker, in its radii.
        signed_ends: the colours of -1 and 1.
    """

    ground: Rgb
    axis: str
    axis_text: str
    hollow: str
    least_ring: float
    signed_ends: tuple[Light, Light]


def rgb_of(color: str) -> Rgb:
    """The channels of a colour like #0072B2."""
    value = int(color[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


def lit(color: str, share: float) -> Light:
    """A colour with such a share of white in it."""
    red, green, blue = (channel + (255 - channel) * share for channel in rgb_of(color))
    return red, green, blue


THEMES: Final[dict[ThemeName, Theme]] = {
    "light": Theme(
        ground=(255, 255, 255),
        axis="#14181f1c",
        axis_text="#4d5866",
        hollow="#ffffff",
        least_ring=0.32,
        signed_ends=(rgb_of(MINUS_COLOR), rgb_of(PLUS_COLOR)),
    ),
    "dark": Theme(
        ground=(23, 27, 33),
        axis="#ffffff22",
        axis_text="#a5b0bd",
        hollow="#171b21",
        least_ring=0.72,
        signed_ends=(lit(MINUS_COLOR, LIGHT_IN_DARK), lit(PLUS_COLOR, LIGHT_IN_DARK)),
    ),
}
LIGHT: Final = THEMES["light"]


def mixed(theme: Theme, color: Light, strengths: NDArray[np.float64]) -> NDArray[np.uint8]:
    """(N, 3): the ground with so much of the colour in it, for each of (N,) strengths from 0 to 1."""
    ground = np.array(theme.ground, np.float64)
    wanted = ground + (np.array(color) - ground) * strengths[:, np.newaxis]
    return np.floor(wanted + 0.5).astype(np.uint8)


def ramp(theme: Theme, steps: int, low: Light, high: Light) -> NDArray[np.uint8]:
    """(2 steps + 1, 3): from one end at index 0 over the ground in the middle to the other end."""
    strengths = np.abs(np.arange(2 * steps + 1) - steps) / steps * FULL_STRENGTH
    return np.concatenate([mixed(theme, low, strengths[:steps]), mixed(theme, high, strengths[steps:])])


def cell_colors(theme: Theme) -> NDArray[np.uint8]:
    """(256, 3): the colour of each cell that tells a class in bits 7-5 and its confidence in bits 4-0."""
    strengths = np.arange(CONFIDENCE_LEVELS + 1) / CONFIDENCE_LEVELS * FULL_STRENGTH
    return np.concatenate([mixed(theme, rgb_of(color), strengths) for color in CLASS_COLORS])


def signed_color(theme: Theme, value: float) -> Rgb:
    """The colour of a value from -1 to 1 at full strength, as markers have it."""
    end = theme.signed_ends[0 if value < 0 else 1]
    red, green, blue = mixed(theme, end, np.array([min(1.0, abs(value))]))[0].tolist()
    return red, green, blue


def _on_circle(degrees: float, radius: float) -> tuple[float, float]:
    angle = degrees * pi / 180
    return radius * cos(angle), radius * sin(angle)


def _regular(corners: int, start_degrees: float, radius: float) -> Shape:
    return tuple(_on_circle(start_degrees + 360 * corner / corners, radius) for corner in range(corners))


def _star(tips: int, outer: float, inner: float) -> Shape:
    return tuple(_on_circle(-90 + 180 * corner / tips, inner if corner % 2 else outer) for corner in range(2 * tips))


def _plus(reach: float, half: float) -> Shape:
    arm: Shape = ((-half, -reach), (half, -reach), (half, -half))
    quarters = [arm]
    for _ in range(3):
        quarters.append(tuple((-y, x) for x, y in quarters[-1]))
    return tuple(corner for quarter in quarters for corner in quarter)


CIRCLE: Final[Shape] = ()

MARKER_SHAPES: Final[tuple[Shape, ...]] = (
    CIRCLE,
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    _regular(3, -90, 1.28),
    _regular(4, -90, 1.25),
    _plus(1.12, 0.42),
    _regular(3, 90, 1.28),
    _star(5, 1.35, 0.62),
    _regular(6, 0, 1.1),
)
"""One for each class."""
