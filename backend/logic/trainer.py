"""Trainer: a session's handle on its run. Commands go in from any thread; what waits for the end may wait for it."""

import threading
from collections.abc import Callable

from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer_commands import Command, Outcome
from backend.logic.training_run import TrainingRun
from backend.logic.training_thread import TrainingThread


class Trainer:
    """A run in the training thread.

    Args:
        thread: where it is trained.
        latest: where its snapshots go.
        on_outcome: called in the training thread whenever it comes to rest, with the ticket of the newest command.
    """

    def __init__(self, thread: TrainingThread, latest: Latest[Snapshot], on_outcome: Callable[[Outcome], None]) -> None:
        self._ended = threading.Event()
        self._thread = thread
        self._run = TrainingRun(
            latest, on_outcome, self._ended.set, make_learner=thread.make_learner, observer=thread.observer
        )

    @property
    def backlog(self) -> int:
        """How many commands have not been applied yet."""
        return self._run.backlog

    @property
    def is_seen(self) -> bool:
        """Whether somebody looks at it: while nobody does, it yields to the runs that are seen."""
        return self._run.is_seen

    @is_seen.setter
    def is_seen(self, is_seen: bool) -> None:
        self._run.is_seen = is_seen

    def send(self, command: Command) -> None:
        """Have a command applied before the next step. Never blocks."""
        # What hung is let go.
        self._run = self._run.current
        self._run.put(command)
        self._thread.notify(self._run)

    def close(self) -> None:
        """Have the run let go, before anything that still waits. Never blocks."""
        self._run.close()
        self._thread.notify(self._run)

    def join(self) -> None:
        """Wait until the run has been let go; it must have been closed."""
        self._ended.wait()
