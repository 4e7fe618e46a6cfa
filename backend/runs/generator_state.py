"""The state of a generator of PyTorch, checked: one that is forged could make it read beyond its own memory."""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.runs.errors import RunFileError

GENERATOR_BYTES: Final = 5056
"""Of the state of a generator of the CPU, as torch.Generator.get_state gives it."""

_MERSENNE_NUMBERS: Final = 624
_HEAD: Final = struct.Struct("<QiiQ")
"""seed, left, seeded, next: numbers that are left before 624 new ones are made, and which is the next."""


def check_generator(state: NDArray[np.uint8], name: str, file: str) -> None:
    """See that a state can be that of a generator.

    PyTorch checks `left` and `next` each by itself. It takes the number at `next` until none is left, so the two
    have to be 625 together; only a generator that has just been seeded has left 1 and next 0.

    Args:
        state: (GENERATOR_BYTES,) uint8.
        name: of the tensor.
        file: where it is.

    Raises:
        RunFileError: it cannot.
    """
    _, left, seeded, following = _HEAD.unpack_from(state.tobytes())
    is_new = (left, following) == (1, 0)
    if seeded != 1 or not (is_new or (1 <= left <= _MERSENNE_NUMBERS and left + following == _MERSENNE_NUMBERS + 1)):
        raise RunFileError(file, f"has no state of a generator in {name}")
