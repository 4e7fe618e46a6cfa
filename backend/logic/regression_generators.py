"""The formulas of the ready data sets with values.

Points are uniform in the plane; the value is that of the place to which noise * U(-6, 6) moves a point in x and y.
The points are drawn first, then the moves. The formulas of plane and multi_gauss are those of
playground.tensorflow.org, `dataset.ts`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from backend.logic.points import PLANE

Valued = tuple[NDArray[np.float64], NDArray[np.float64]]
Surface = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_BUMPS = np.array([(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)])
"""x, y and sign of each bump of multi_gauss, which is 1 high and falls to 0 at a distance of 2."""


def sampled(surface: Surface, count: int, noise: float, numbers: np.random.Generator) -> Valued:
    """(N, 2) positions and the (N,) values of a surface there, -1 to 1."""
    positions = numbers.uniform(-PLANE, PLANE, (count, 2))
    moved = positions + numbers.uniform(-PLANE, PLANE, (count, 2)) * noise
    return positions, np.clip(surface(moved), -1, 1)


def plane(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """(x + y) / 10: a slope from one corner to the other."""
    return (positions[:, 0] + positions[:, 1]) / 10


def multi_gauss(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """The strongest of six bumps, three up and three down."""
    distances = np.linalg.norm(positions[:, None, :] - _BUMPS[:, :2], axis=2)
    heights = _BUMPS[:, 2] * np.clip(1 - distances / 2, 0, 1)
    return np.take_along_axis(heights, np.abs(heights).argmax(axis=1)[:, None], axis=1)[:, 0]


def sine_surface(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """(sin x + sin y) / 2: an egg box, which a linear network can draw from the features sin x and sin y alone."""
    return (np.sin(positions[:, 0]) + np.sin(positions[:, 1])) / 2
