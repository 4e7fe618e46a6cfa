"""Trainer: a session's handle on its run. Commands go in from any thread; what waits for the end may wait for it."""

import threading
from collections.abc import Callable

from backend.logic.run_ends import CommandedRun, Inbox
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer_commands import Command, Outcome
from backend.logic.training_run import TrainingRun
from backend.logic.training_thread import TrainingThread


class Trainer(CommandedRun):
    """A run in the training thread.

    Args:
        thread: where it is trained.
        latest: where its snapshots go.
        on_outcome: called in the training thread whenever it comes to rest, with the ticket of the newest command.
    """

    def __init__(self, thread: TrainingThread, latest: Latest[Snapshot], on_outcome: Callable[[Outcome], None]) -> None:
        super().__init__(Inbox())
        self._ended = threading.Event()
        self._thread = thread
        self._run = TrainingRun(
            latest,
            on_outcome,
            self._ended.set,
            make_learner=thread.make_learner,
            observer=thread.observer,
            inbox=self._inbox,
        )

    def send(self, command: Command) -> None:
        """Have a command applied before the next step. Never blocks."""
        super().send(command)
        # What hung is let go.
        self._run = self._run.current
        self._thread.notify(self._run)

    def close(self) -> None:
        """Have the run let go, before anything that still waits. Never blocks."""
        super().close()
        self._thread.notify(self._run)

    def join(self) -> None:
        """Wait until the run has been let go; it must have been closed."""
        self._ended.wait()
