"""TrainerLink: a session's end of the line to its trainer, which it starts when there is something to do."""

from collections.abc import Callable

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.gate import ComputeGate
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer import ThreadedTrainer
from backend.logic.trainer_commands import Close, Command, Outcome, Rebuild, Stop, Train


class TrainerLink:
    """Sends a trainer its commands and hears what has become of them. It belongs to the session's thread.

    What comes to an end gets a ticket; an outcome counts only if no newer ticket has been given since.

    Args:
        gate: where the trainer takes turns.
        post: hands a call over to the session's own thread, from any thread.
        on_outcome: called in the session's thread, when the newest command has come to its end.

    Attributes:
        latest: the newest snapshot.
        generation: counts up with every new model.
    """

    def __init__(
        self,
        gate: ComputeGate,
        post: Callable[[Callable[[], None]], object],
        on_outcome: Callable[[Outcome], None],
    ) -> None:
        self.latest: Latest[Snapshot] = Latest()
        self.generation = 1
        self._gate = gate
        self._post = post
        self._on_outcome = on_outcome
        self._trainer: ThreadedTrainer | None = None
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

    def build(self, config: RunConfig, config_version: int, dataset: Dataset) -> None:
        """Build the first model; the thread starts here."""
        self._trainer = ThreadedTrainer(self._gate, self.latest, self._receive)
        self.send(Rebuild(self._next_ticket(), self.generation, config, config_version, dataset))

    def rebuild(self, config: RunConfig, config_version: int, dataset: Dataset) -> None:
        """Begin a new generation; without a model there is nothing to be built anew."""
        self.generation += 1
        self.send(Rebuild(self._next_ticket(), self.generation, config, config_version, dataset))

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
        """End the thread, and return what waits for that; call it in a thread that may wait."""
        trainer, self._trainer = self._trainer, None
        if trainer is None:
            return lambda: None
        trainer.send(Close())
        return trainer.join

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
