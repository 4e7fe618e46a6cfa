"""What colours of the canvas mean."""

from typing import Final

Rgba = tuple[int, int, int, int]

_CLEARLY: Final = 40
"""How far two channels are apart where a person sees a hue, of 255."""


def is_blue(pixel: Rgba) -> bool:
    """Whether it looks like class 0."""
    red, _, blue, alpha = pixel
    return alpha > 0 and blue > red + _CLEARLY


def is_orange(pixel: Rgba) -> bool:
    """Whether it looks like class 1."""
    red, _, blue, alpha = pixel
    return alpha > 0 and red > blue + _CLEARLY


def is_bare(pixel: Rgba) -> bool:
    """Whether nothing is drawn there."""
    return pixel[3] == 0


def is_purple(pixel: Rgba) -> bool:
    """Whether it looks like a minus."""
    red, green, blue, alpha = pixel
    return alpha > 0 and min(red, blue) > green + _CLEARLY // 2


def is_green(pixel: Rgba) -> bool:
    """Whether it looks like a plus."""
    red, green, _, alpha = pixel
    return alpha > 0 and green > red + _CLEARLY // 2
