"""Whether a Checkpoint that comes from outside is one that a Learner can go on from."""

import struct
from collections.abc import Iterator
from math import isfinite
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from backend.logic.architecture import Architecture
from backend.logic.batches import steps_per_epoch
from backend.logic.config import OptimizerName
from backend.logic.dataset_rows import MAX_ID
from backend.logic.optimizers import make_optimizer
from backend.logic.parameters import MAX_FROZEN
from backend.logic.run_record import Checkpoint

GENERATOR_BYTES: Final = 5056
"""Of the state of a generator of the CPU, as torch.Generator.get_state gives it."""
_MERSENNE_NUMBERS: Final = 624
_GENERATOR_HEAD: Final = struct.Struct("<QiiQ")
"""seed, left, seeded, next: numbers that are left before 624 new ones are made, and which is the next."""


class UnfitCheckpointError(ValueError):
    """No run can have been there. Its text is the end of a sentence that begins with a name of a file."""


def moment_count(optimizer: OptimizerName) -> int:
    """How many moments an optimizer has."""
    nothing = torch.zeros(1)
    return len(make_optimizer(optimizer, nothing, nothing).moments)


def check_checkpoint(checkpoint: Checkpoint) -> None:
    """See that a Learner can go on from a checkpoint, whose config and points are right by themselves.

    Raises:
        UnfitCheckpointError: it cannot.
    """
    for fits, what in _conditions(checkpoint):
        if not fits:
            raise UnfitCheckpointError(f"{what} cannot be those of a run with these settings and points")


def _conditions(checkpoint: Checkpoint) -> Iterator[tuple[bool, str]]:
    """What has to hold, in an order in which each can rely on those before, and of what it tells."""
    config, dataset = checkpoint.config, checkpoint.dataset
    yield bool((dataset.labels < config.classes).all()), "the classes of the points"
    yield (dataset.train_fraction, dataset.seed) == (config.train_fraction, config.seed), "the split of the points"

    architecture = Architecture.of(config)
    shape = (architecture.parameter_count,)
    parameters = checkpoint.parameters
    yield parameters.shape == shape and parameters.dtype == np.float32, "the weights"
    # Whether weights are usable numbers is told by their sum, whichever way it is added up.
    yield float(np.abs(parameters).sum(dtype=np.float64)) < float(np.finfo(np.float32).max), "the weights"
    yield len(checkpoint.moments) == moment_count(config.optimizer), "the moments of the optimizer"
    for moment in checkpoint.moments:
        yield moment.shape == shape and moment.dtype == np.float32, "the moments of the optimizer"
    frozen = checkpoint.frozen
    yield len(frozen) <= MAX_FROZEN and all(map(architecture.has, frozen)), "the frozen weights"

    yield 0 <= checkpoint.step <= MAX_ID and 0 <= checkpoint.passes <= MAX_ID, "the steps made"
    yield 0 <= checkpoint.epochs_before <= MAX_ID, "the epochs made"
    yield isfinite(checkpoint.optimizer_step) and checkpoint.optimizer_step >= 0, "the steps of the optimizer"

    count = len(dataset.train_labels)
    order = checkpoint.order
    yield order.shape == (count,) and order.dtype == np.int64, "the order of the points"
    yield bool((np.sort(order) == np.arange(count)).all()), "the order of the points"
    yield 0 <= checkpoint.first_point <= count, "the place in the order of the points"
    batches = steps_per_epoch(count - checkpoint.first_point, max(1, min(config.batch_size, count)))
    yield 0 <= checkpoint.next_batch <= batches, "the place in the order of the points"
    if not checkpoint.has_begun:
        began = (checkpoint.passes, checkpoint.first_point, checkpoint.next_batch)
        yield began == (0, 0, batches), "the place in the order of the points"
    yield _is_generator_state(checkpoint.shuffling), "the random numbers that order the points"
    yield _is_generator_state(checkpoint.dropping), "the random numbers that leave units out"


def _is_generator_state(state: NDArray[np.uint8]) -> bool:
    """Whether a generator can be in this state.

    PyTorch checks `left` and `next` each by itself. It takes the number at `next` until none is left, so the two
    have to be 625 together; only a generator that has just been seeded has left 1 and next 0. One that is forged would
    make it read beyond its own memory.
    """
    if state.shape != (GENERATOR_BYTES,) or state.dtype != np.uint8:
        return False
    _, left, seeded, following = _GENERATOR_HEAD.unpack_from(state.tobytes())
    is_new = (left, following) == (1, 0)
    if seeded != 1 or not (is_new or (1 <= left <= _MERSENNE_NUMBERS and left + following == _MERSENNE_NUMBERS + 1)):
        return False
    try:
        torch.Generator().set_state(torch.tensor(state))
    except RuntimeError:
        return False
    return True
