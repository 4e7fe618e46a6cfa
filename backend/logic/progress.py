"""What a run lets others see of its learner: snapshots, and how many steps it makes in a second."""

from collections import deque
from typing import Final

from backend.logic.snapshot import Snapshot
from backend.logic.training import Learner

_WINDOW_S: Final = 1.0
_FEWEST_SAMPLES: Final = 2


class Rate:
    """Steps per second over the last second. Times are those of one clock."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    @property
    def steps_per_second(self) -> float | None:
        """None before there is something to measure."""
        if len(self._samples) < _FEWEST_SAMPLES:
            return None
        (began_s, first), (ended_s, last) = self._samples[0], self._samples[-1]
        return (last - first) / (ended_s - began_s)

    def note(self, now_s: float, step: int) -> None:
        """By now so many steps have been made."""
        self._samples.append((now_s, step))
        while now_s - self._samples[0][0] > _WINDOW_S and len(self._samples) > _FEWEST_SAMPLES:
            self._samples.popleft()

    def forget(self) -> None:
        """Measure from anew."""
        self._samples.clear()


def snapshot_of(learner: Learner, *, generation: int, config_version: int, steps_per_second: float | None) -> Snapshot:
    """A private copy of what a learner is now; see `Snapshot`."""
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
        parameters=network.flat.clone(),
        examples=learner.examples,
    )
