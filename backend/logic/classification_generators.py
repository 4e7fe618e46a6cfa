"""The formulas of the ready data sets with classes.

Each draws all its numbers in the order in which they are written here, each for all points at once, and gives back
(N, 2) positions, which noise may have carried off the plane, and (N,) labels.
The formulas of circle, xor, gauss and the spiral of two arms are those of playground.tensorflow.org, `dataset.ts`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from backend.logic.points import PLANE

Labelled = tuple[NDArray[np.float64], NDArray[np.int64]]


def shares(count: int, classes: int) -> NDArray[np.int64]:
    """(count,) labels in order, as equal as can be; what is over goes to the first classes."""
    return np.sort(np.arange(count) % classes)


def circle(count: int, noise: float, classes: int, numbers: np.random.Generator) -> Labelled:
    """Class 0 in a disc of radius 2.5, class 1 in a ring from 3.5 to 5; noise mixes the labels near the border."""
    radius = 5.0
    outer = shares(count, classes)
    r = np.where(outer, numbers.uniform(0.7 * radius, radius, count), numbers.uniform(0, 0.5 * radius, count))
    angle = numbers.uniform(0, 2 * np.pi, count)
    positions = np.stack([r * np.sin(angle), r * np.cos(angle)], axis=1)
    moved = positions + numbers.uniform(-radius, radius, (count, 2)) * noise
    return positions, (np.hypot(*moved.T) >= 0.5 * radius).astype(np.int64)


def xor(count: int, noise: float, classes: int, numbers: np.random.Generator) -> Labelled:
    """Class 0 where x and y have one sign, class 1 elsewhere, 0.3 off the axes; noise mixes the labels there."""
    del classes
    positions = numbers.uniform(-5, 5, (count, 2))
    positions += np.where(positions > 0, 0.3, -0.3)
    moved = positions + numbers.uniform(-5, 5, (count, 2)) * noise
    return positions, (moved[:, 0] * moved[:, 1] < 0).astype(np.int64)


def gauss(count: int, noise: float, classes: int, numbers: np.random.Generator) -> Labelled:
    """Class 0 around (2, 2), class 1 around (-2, -2); the variance grows from 0.5 to 4 with the noise."""
    labels = shares(count, classes)
    centre = np.where(labels[:, None] == 0, 2.0, -2.0)
    deviation = (0.5 + 7 * noise) ** 0.5
    return centre + deviation * numbers.standard_normal((count, 2)), labels


def spiral(count: int, noise: float, classes: int, numbers: np.random.Generator) -> Labelled:
    """Arms of radius 5, evenly turned about the centre; noise moves points by up to `noise` in x and y.

    Two arms make 1.75 turns; more arms make fewer, so that neighbours stay as far apart.
    """
    labels = shares(count, classes)
    along = np.concatenate([np.arange(n) / n for n in np.bincount(labels)])
    angle = 3.5 / classes * along * 2 * np.pi + labels * (2 * np.pi / classes)
    positions = 5 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return positions + numbers.uniform(-1, 1, (count, 2)) * noise, labels


def moons(count: int, noise: float, classes: int, numbers: np.random.Generator) -> Labelled:
    """Two half circles of radius 3, each with one end in the other; noise moves points by a deviation of 2 `noise`."""
    labels = shares(count, classes)
    angle = numbers.uniform(0, np.pi, count) + labels * np.pi
    centre = np.where(labels[:, None] == 0, [-1.5, -0.75], [1.5, 0.75])
    positions = centre + 3 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return positions + 2 * noise * numbers.standard_normal((count, 2)), labels


def rings(count: int, noise: float, classes: int, numbers: np.random.Generator) -> Labelled:
    """A disc and rings about it out to 5.5, the gaps half as wide as they; noise moves points by a deviation of it."""
    labels = shares(count, classes)
    pitch = 5.5 / (classes - 1 / 3)
    r = pitch * (labels + numbers.uniform(0, 2 / 3, count))
    angle = numbers.uniform(0, 2 * np.pi, count)
    positions = r[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return positions + noise * numbers.standard_normal((count, 2)), labels


def blobs(count: int, noise: float, classes: int, numbers: np.random.Generator) -> Labelled:
    """A round cloud for each class, on a circle of radius 4; their deviation grows from 0.5 to 1.5 with the noise."""
    labels = shares(count, classes)
    angle = labels * (2 * np.pi / classes)
    centre = 4 * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return centre + (0.5 + 2 * noise) * numbers.standard_normal((count, 2)), labels


def anisotropic(count: int, noise: float, classes: int, numbers: np.random.Generator) -> Labelled:
    """Long clouds side by side, aslant: a deviation of 1.6 along, across a sixth of the pitch and 1.2 `noise` more."""
    labels = shares(count, classes)
    pitch = min(2.5, 8 / (classes - 1))
    along, across = numbers.standard_normal((2, count))
    a = 1.6 * along
    b = pitch * (labels - (classes - 1) / 2) + (pitch / 6 + 1.2 * noise) * across
    return np.stack([a + b, a - b], axis=1) / 2**0.5, labels


def checkerboard(count: int, noise: float, classes: int, numbers: np.random.Generator) -> Labelled:
    """Squares of side 3, in turn of class 0 and 1, points 0.15 off their edges; noise mixes the labels there."""
    side = 3.0
    positions = side * numbers.integers(-2, 2, (count, 2)) + numbers.uniform(0.15, side - 0.15, (count, 2))
    moved = positions + numbers.uniform(-3, 3, (count, 2)) * noise
    return positions, np.floor(moved / side).sum(axis=1).astype(np.int64) % classes


def _divided_by(curve: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Callable[..., Labelled]:
    """Class 0 below y = curve(x), class 1 above, points 0.3 off it; noise mixes the labels there."""

    def divided(count: int, noise: float, classes: int, numbers: np.random.Generator) -> Labelled:
        del classes
        positions = numbers.uniform(-PLANE, PLANE, (count, 2))
        border = curve(positions[:, 0])
        positions[:, 1] += np.where(positions[:, 1] > border, 0.3, -0.3)
        moved = positions[:, 1] + numbers.uniform(-5, 5, count) * noise
        return positions, (moved > border).astype(np.int64)

    return divided


sine = _divided_by(lambda x: 3 * np.sin(x))
cubic = _divided_by(lambda x: x**3 / 16 - 1.5 * x)
absolute = _divided_by(lambda x: np.abs(x) - 3)
