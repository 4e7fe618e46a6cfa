"""Progress: what a run lets others see of its learner."""

import math
from collections import deque
from typing import Final, Protocol

from backend.logic.snapshot import Snapshot
from backend.logic.training import DivergedError, Learner

SHOWING_INTERVAL_S: Final = 1 / 60
"""A run shows its progress this often if nobody wants it, and each of its steps if it is held back to fewer."""
_RATE_WINDOW_S: Final = 1.0
_FEWEST_SAMPLES: Final = 2


class Mailbox(Protocol):
    """Where snapshots go; see `Latest`."""

    @property
    def is_wanted(self) -> bool:
        """Whether a new one would be of use now."""

    def put(self, snapshot: Snapshot, /) -> None:
        """Take a new one."""


class Progress:
    """Puts snapshots into a mailbox, and measures how many steps are made in a second. Times are those of one clock.

    Args:
        latest: the mailbox.

    Attributes:
        generation: of the model that is shown.
        config_version: of the config that it is trained under.
    """

    def __init__(self, latest: Mailbox) -> None:
        self.generation = 0
        self.config_version = 0
        self._latest = latest
        self._shown_s = -math.inf
        self._samples: deque[tuple[float, int]] = deque()

    def show(self, learner: Learner) -> None:
        """Show what the learner is now.

        Raises:
            DivergedError: that is no network of usable numbers.
        """
        if not learner.is_finite:
            raise DivergedError
        self._latest.put(snapshot_of(learner, self.generation, self.config_version, self._steps_per_second))

    def show_if_of_use(self, learner: Learner, now_s: float) -> None:
        """Show what the learner has become by now if somebody wants it, or if the last time is long ago.

        Raises:
            DivergedError: see `show`.
        """
        is_slow = learner.step_interval_s >= SHOWING_INTERVAL_S
        if is_slow or self._latest.is_wanted or now_s >= self._shown_s + SHOWING_INTERVAL_S:
            self._shown_s = now_s
            self._samples.append((now_s, learner.step_count))
            while now_s - self._samples[0][0] > _RATE_WINDOW_S and len(self._samples) > _FEWEST_SAMPLES:
                self._samples.popleft()
            self.show(learner)

    def rest(self) -> None:
        """Nothing is trained for a while: what has been measured does not hold any more."""
        self._samples.clear()

    @property
    def _steps_per_second(self) -> float | None:
        """Over the last second; None before there is something to measure."""
        if len(self._samples) < _FEWEST_SAMPLES:
            return None
        (began_s, first), (ended_s, last) = self._samples[0], self._samples[-1]
        return (last - first) / (ended_s - began_s)


def snapshot_of(
    learner: Learner, generation: int = 0, config_version: int = 0, steps_per_second: float | None = None
) -> Snapshot:
    """What others may see of a learner as it is now."""
    config, network = learner.config, learner.network
    return Snapshot(
        generation=generation,
        config_version=config_version,
        step=learner.step_count,
        epoch=learner.epoch,
        steps_per_second=steps_per_second,
        problem=config.problem,
        loss=config.loss,
        learning_rate=learner.learning_rate,
        architecture=network.architecture,
        features=config.features,
        parameters=network.flat.to("cpu", copy=True),
        examples=learner.examples,
    )
