"""A trainer on the bench: commands in, snapshots and outcomes out."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer import Trainer
from backend.logic.trainer_commands import (
    Outcome,
    Rebuild,
    Settled,
    Train,
)
from backend.logic.training_thread import TrainingThread

DEADLINE_S = 30
XOR = Dataset.empty(1.0, 0).adding(generate("xor", 40, 0.0, 2, 0))


class Bench:
    """A trainer with its mailbox and its outcomes."""

    def __init__(self, thread: TrainingThread) -> None:
        self.latest = Latest[Snapshot]()
        self.outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self.trainer = Trainer(thread, self.latest, self.outcomes.put)
        self._ticket = 0

    def ticket(self) -> int:
        self._ticket += 1
        return self._ticket

    def rebuild(self, config: RunConfig | None = None, dataset: Dataset = XOR) -> None:
        self.trainer.send(Rebuild(self.ticket(), 1, config or RunConfig(), 1, dataset))
        assert isinstance(self.outcome(), Settled)

    def train(self, steps: int | None) -> None:
        self.trainer.send(Train(self.ticket(), steps))

    def outcome(self) -> Outcome:
        return self.outcomes.get(timeout=DEADLINE_S)

    def until(self, condition: Callable[[Snapshot], bool]) -> None:
        """Wait for a snapshot of which the condition holds."""
        while True:
            arrived = threading.Event()
            self.latest.notify_next(arrived.set)
            if condition(self.snapshot):
                return
            assert arrived.wait(DEADLINE_S)

    @property
    def snapshot(self) -> Snapshot:
        snapshot = self.latest.peek()
        assert snapshot is not None
        return snapshot
