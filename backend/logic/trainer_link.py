"""TrainerLink: a session's end of the line to its trainer, which it starts when there is something to do."""

from collections.abc import Callable

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.run_record import RunRecord
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer import Trainer
from backend.logic.trainer_commands import Capture, Command, Outcome, Rebuild, Resume, Stop, Train
from backend.logic.training_thread import TrainingThread


class TrainerLink:
    """Sends a trainer its commands and hears what has become of them. It belongs to the session's thread.

    What comes to an end gets a ticket; an outcome counts only if no newer ticket has been given since.

    Args:
        thread: where its trainer trains.
        post: hands a call over to the session's own thread, from any thread.
        on_outcome: called in the session's thread, when the newest command has come to its end.

    Attributes:
        latest: the newest snapshot.
        generation: counts up with every new model and every run that is resumed.
    """

    def __init__(
        self,
        thread: TrainingThread,
        post: Callable[[Callable[[], None]], object],
        on_outcome: Callable[[Outcome], None],
    ) -> None:
        self.latest: Latest[Snapshot] = Latest()
        self.generation = 1
        self._thread = thread
        self._post = post
        self._on_outcome = on_outcome
        self._trainer: Trainer | None = None
        self._is_seen = True
        self._ticket = 0
        self._settled_ticket = 0

    @property
    def has_model(self) -> bool:
        """Whether a trainer has been started, and with it a model been built."""
        return self._trainer is not None

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot of the present model, None if there is none yet."""
        snapshot = self.latest.peek()
        return snapshot if snapshot is not None and snapshot.generation == self.generation else None

    @property
    def backlog(self) -> int:
        """How many commands the trainer has not applied yet."""
        return 0 if self._trainer is None else self._trainer.backlog

    @property
    def is_settling(self) -> bool:
        """Whether the trainer has been told to come to rest and has not yet shown its final step."""
        return self._settled_ticket != self._ticket

    @property
    def is_seen(self) -> bool:
        """Whether somebody looks at it: while nobody does, the trainer yields to those that are seen."""
        return self._is_seen

    @is_seen.setter
    def is_seen(self, is_seen: bool) -> None:
        self._is_seen = is_seen
        if self._trainer is not None:
            self._trainer.is_seen = is_seen

    def build(self, config: RunConfig, config_version: int, dataset: Dataset) -> None:
        """Build the first model; the trainer begins here."""
        self._begin()
        self.send(Rebuild(self._next_ticket(), self.generation, config, config_version, dataset))

    def rebuild(self, config: RunConfig, config_version: int, dataset: Dataset) -> None:
        """Begin a new generation; without a model there is nothing to be built anew."""
        self.generation += 1
        self.send(Rebuild(self._next_ticket(), self.generation, config, config_version, dataset))

    def resume(self, record: RunRecord, config_version: int) -> None:
        """Begin a new generation where a run that was kept has come; without a model the trainer begins here."""
        if self._trainer is None:
            self._begin()
        self.generation += 1
        self.send(Resume(self._next_ticket(), self.generation, config_version, record))

    def capture(self, on_captured: Callable[[RunRecord | None], None]) -> None:
        """See Capture; it is called in the session's thread."""

        def hand_over(record: RunRecord | None) -> None:
            self._post(lambda: on_captured(record))

        self.send(Capture(hand_over))

    def train(self, steps: int | None) -> None:
        """See Train."""
        self.send(Train(self._next_ticket(), steps))

    def stop(self) -> None:
        """See Stop."""
        self.send(Stop(self._next_ticket()))

    def send(self, command: Command) -> None:
        """Have a command applied before the next step; without a model there is nothing that it could change."""
        if self._trainer is not None:
            self._trainer.send(command)

    def close(self) -> Callable[[], None]:
        """End the trainer, and return what waits for that; call it in a thread that may wait."""
        trainer, self._trainer = self._trainer, None
        if trainer is None:
            return lambda: None
        trainer.close()
        return trainer.join

    def _begin(self) -> None:
        self._trainer = Trainer(self._thread, self.latest, self._receive)
        self._trainer.is_seen = self._is_seen

    def _next_ticket(self) -> int:
        """A number for a command that comes to an end. Without a trainer it is at its end at once."""
        self._ticket += 1
        if self._trainer is None:
            self._settled_ticket = self._ticket
        return self._ticket

    def _receive(self, outcome: Outcome) -> None:
        """Called in the training thread."""
        self._post(lambda: self._settle(outcome))

    def _settle(self, outcome: Outcome) -> None:
        # An older ticket has been overtaken by a newer command, whose own outcome will tell.
        if outcome.ticket != self._ticket or self._trainer is None:
            return
        self._settled_ticket = outcome.ticket
        self._on_outcome(outcome)
