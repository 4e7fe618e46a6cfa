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
