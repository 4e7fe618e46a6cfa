"""What hangs in its turn until it is told to go on, and a training thread with a watchdog."""

import threading
from dataclasses import dataclass, field

import pytest

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.gate import ComputeGate
from backend.logic.training import Learner
from backend.logic.training_thread import TrainingThread
from tests.unit.trainer_bench import DEADLINE_S

SLOW_STEP_S = 0.3
BAD = RunConfig(l2=0.5)
"""What hangs."""


@dataclass
class Trap:
    """Where a learner of BAD hangs, until it is told to go on.

    Attributes:
        reached: somebody hangs in it.
        opened: who hangs goes on.
        raises: what going on ends with, if not well.
        woken: the threads that went on.
    """

    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    raises: Exception | None = None
    woken: list[threading.Thread] = field(default_factory=list)

    def enter(self, config: RunConfig) -> None:
        if config.l2 != BAD.l2 or self.opened.is_set():
            return
        self.reached.set()
        assert self.opened.wait(DEADLINE_S)
        self.woken.append(threading.current_thread())
        if self.raises is not None:
            raise self.raises

    def open(self) -> None:
        """Let who hangs go on, and wait until their thread has ended."""
        hanging = [thread for thread in threading.enumerate() if thread.name == "training, given up"]
        assert hanging
        self.opened.set()
        for thread in hanging:
            thread.join(DEADLINE_S)
            assert not thread.is_alive()
        assert self.woken == hanging


@dataclass
class Counts:
    """An observer that counts what hangs."""

    hangs: int = 0

    def sliced(self, steps: int, seconds: float) -> None:
        pass

    def waited(self, contender: str, seconds: float) -> None:
        pass

    def hung(self) -> None:
        self.hangs += 1


@dataclass
class Watched:
    """A training thread and its watchdog."""

    gate: ComputeGate
    thread: TrainingThread
    counts: Counts


def hang_in_steps(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    step, count_steps = Learner.step, Learner.count_steps

    def hanging_step(learner: Learner) -> None:
        trap.enter(learner.config)
        step(learner)

    def hanging_together(learner: Learner, count: int) -> None:
        trap.enter(learner.config)
        count_steps(learner, count)

    monkeypatch.setattr(Learner, "step", hanging_step)
    monkeypatch.setattr(Learner, "count_steps", hanging_together)


def hang_in_building(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Learner.__init__

    def hanging(learner: Learner, config: RunConfig, dataset: Dataset) -> None:
        trap.enter(config)
        make(learner, config, dataset)

    monkeypatch.setattr(Learner, "__init__", hanging)


def hang_in_a_command(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    use_dataset = Learner.use_dataset

    def hanging(learner: Learner, dataset: Dataset) -> None:
        trap.enter(learner.config)
        use_dataset(learner, dataset)

    monkeypatch.setattr(Learner, "use_dataset", hanging)
