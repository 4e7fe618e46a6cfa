"""Which points are trained on, and which are left to test with."""

import numpy as np
from numpy.typing import NDArray


def in_train_split(numbers: NDArray[np.int64], train_fraction: float, seed: int) -> NDArray[np.bool_]:
    """Which points are trained on: (N,) bool, of their numbers and the seed alone, so that adding one moves no other.

    The numbers count from 1 since there were no points: the same points are divided alike in a session that has had
    others before. They are spread over [0, 1) by the Weyl sequence of the golden ratio, started at a place that the
    seed decides: so every run of consecutive numbers is divided close to the wanted share, where a coin for each would
    leave small sets lopsided.
    Source: H. Weyl, "Über die Gleichverteilung von Zahlen mod. Eins", Math. Ann. 77 (1916).
    """
    start = np.random.default_rng(seed).random()
    golden = (5**0.5 - 1) / 2
    place: NDArray[np.float64] = np.mod(numbers * golden + start, 1.0)
    return np.asarray(place < train_fraction)
