"""The networks of a run that are shown: its moments, and where it is."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from backend.logic.config import RunConfig
from backend.logic.run_record import RunRecord

T = TypeVar("T")


class Shown(NamedTuple):
    """A network of a run.

    Attributes:
        step: optimizer updates since the weights were new.
        config: what it was trained with.
        parameters: (P,) float32.
    """

    step: int
    config: RunConfig
    parameters: NDArray[np.float32]


def shown(record: RunRecord) -> list[Shown]:
    """In the order of steps, one for each step; last where the run is."""
    end = record.checkpoint
    of_step = {moment.step: Shown(moment.step, moment.config, moment.parameters) for moment in record.moments}
    of_step[end.step] = Shown(end.step, end.config, end.parameters)
    return [of_step[step] for step in sorted(of_step)]


def evenly(values: Sequence[T], most: int) -> list[T]:
    """So many of them at most, one at least, as far apart as can be; the first, if there is room, and the last."""
    if len(values) <= most:
        return list(values)
    if most <= 1:
        return [values[-1]]
    return [values[round(index * (len(values) - 1) / (most - 1))] for index in range(most)]
