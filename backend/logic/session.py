"""TrainingSession: one person's points, config and run. It belongs to one thread and never waits for the trainer."""

from collections.abc import Callable, Sequence
from typing import Literal, assert_never

from backend.logic.config import REBUILDING_FIELDS, ConfigChanges, RunConfig, Seed, changed, differing
from backend.logic.dataset import Dataset, PointChange, TrainingExample, check_labels, why_not_trainable
from backend.logic.errors import FieldError, NotTrainableError, TransitionError
from backend.logic.gate import ComputeGate
from backend.logic.generators import DatasetName, generate_for
from backend.logic.run_state import Move, RunState, advance
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer import (
    Close,
    Command,
    Diverged,
    Failed,
    Outcome,
    Rebuild,
    Settled,
    Stop,
    ThreadedTrainer,
    Train,
    UseConfig,
    UseDataset,
)
from backend.logic.training import steps_per_epoch


class TrainingSession:
    """One person's data, model and run; it outlives connections. All methods belong to the thread that made it.

    A thread of its own is started with the first training, not before.

    Args:
        gate: where its trainer takes turns.
        post: hands a call over to the session's own thread, from any thread.

    Attributes:
        latest: the newest snapshot.
        config: what is trained.
        config_version: counts up with every change of the config, from 1.
        dataset: the points.
        revision: counts up with every change of the points, from 0.
        run_state: where the run is.
        status_revision: counts up with everything that a status should tell at once.
        reason: why training stopped, if not by `stop`: a sentence.
        generation: counts up with every new model.
        on_change: called after the session changed by itself, if set.
    """

    def __init__(self, gate: ComputeGate, post: Callable[[Callable[[], None]], object]) -> None:
        self.latest: Latest[Snapshot] = Latest()
        self.config = RunConfig()
        self.config_version = 1
        self.dataset = Dataset.empty(self.config.train_fraction, self.config.seed)
        self.revision = 0
        self.run_state = RunState.IDLE
        self.status_revision = 0
        self.reason: str | None = None
        self.generation = 1
        self.on_change: Callable[[], None] | None = None
        self._diverged: Diverged | None = None
        self._gate = gate
        self._post = post
        self._trainer: ThreadedTrainer | None = None
        self._ticket = 0
        self._settled_ticket = 0
        self._is_untouched = True

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot of the present model, None if there is none yet."""
        snapshot = self.latest.peek()
        return snapshot if snapshot is not None and snapshot.generation == self.generation else None

    @property
    def step(self) -> int:
        """Optimizer updates since the weights were new, as far as it is known here."""
        if self._diverged is not None:
            return self._diverged.step
        return 0 if self.snapshot is None else self.snapshot.step

    @property
    def epoch(self) -> float:
        """Passes over the training points since the weights were new, as far as it is known here."""
        if self._diverged is not None:
            return self._diverged.epoch
        return 0.0 if self.snapshot is None else self.snapshot.epoch

    @property
    def backlog(self) -> int:
        """How many commands the trainer has not applied yet."""
        return 0 if self._trainer is None else self._trainer.backlog

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has ever changed anything: nothing would be lost with it."""
        return self._is_untouched

    @property
    def is_settling(self) -> bool:
        """Whether the trainer has been told to come to rest and has not yet shown its final step."""
        return self.run_state is not RunState.TRAINING and self._settled_ticket != self._ticket

    # Points

    def add_points(self, examples: Sequence[TrainingExample]) -> range:
        """Add examples, all or none, and return their ids.

        Raises:
            FieldError: a label that is not one of the classes.
            LimitError: there would be too many points.
        """
        check_labels(examples, self.config.classes)
        first = self.dataset.next_id
        self._use_dataset(self.dataset.adding(examples))
        return range(first, self.dataset.next_id)

    def change_points(self, changes: Sequence[PointChange]) -> None:
        """Move, relabel or revalue points, all or none; ids, splits and weights stay.

        Raises:
            UnknownPointError: one of them is not there.
            FieldError: a label that is not one of the classes, or a point that is named twice.
        """
        check_labels(changes, self.config.classes)
        self._use_dataset(self.dataset.changing(changes))

    def remove_points(self, ids: Sequence[int]) -> None:
        """Remove points, all or none.

        Raises:
            UnknownPointError: one of them is not there.
        """
        self._use_dataset(self.dataset.removing(ids))

    def clear_points(self) -> None:
        """Remove every point, nothing else."""
        self._use_dataset(self.dataset.cleared())

    def load_dataset(
        self,
        name: DatasetName,
        *,
        count: int,
        noise: float = 0.0,
        classes: int | None = None,
        seed: Seed | None = None,
    ) -> None:
        """Replace the points by generated ones; see `generate_for`.

        Raises:
            FieldError: the data set does not fit the config.
        """
        examples = generate_for(self.config, name, count=count, noise=noise, classes=classes, seed=seed)
        self._use_dataset(self.dataset.cleared().adding(examples))

    # Config

    def configure(self, changes: ConfigChanges) -> None:
        """Change the config, all or nothing.

        Raises:
            TransitionError: it would build a new model while training.
            FieldError: there are points of a class that would be gone, or a feature is named twice.
        """
        try:
            config = changed(self.config, changes)
        except ValueError as error:
            raise FieldError(f"{str(error).capitalize()}.", "features") from error
        differences = differing(self.config, config)
        rebuilding = [name for name in REBUILDING_FIELDS if name in differences]
        if rebuilding and self.run_state is RunState.TRAINING:
            raise TransitionError(
                f"Stop training before you change {rebuilding[0]}: it builds a new network.", rebuilding[0]
            )
        if len(self.dataset) and self.dataset.labels.max() >= config.classes:
            raise FieldError(f"Remove the points of class {config.classes} and above first.", "classes")
        if not differences:
            return
        self._set_config(config)
        if {"train_fraction", "seed"} & differences:
            self._use_dataset(self.dataset.split(config.train_fraction, config.seed))
        if rebuilding:
            self._rebuild()
        else:
            self._send(UseConfig(config, self.config_version))

    def restore(self, config: RunConfig, examples: Sequence[TrainingExample]) -> range:
        """Take over a resume document, and return the ids of its points.

        Raises:
            TransitionError: the session has been used already.
            FieldError: a label that is not one of the classes.
            LimitError: there are too many points.
        """
        if not self._is_untouched:
            raise TransitionError("This session is in use already; only a new one can be restored.")
        check_labels(examples, config.classes)
        dataset = Dataset.empty(config.train_fraction, config.seed).adding(examples)
        self._set_config(config)
        if self._trainer is not None:
            # There is a model already, which somebody looks at: it has to become one of this config.
            self.dataset = dataset
            self._rebuild()
        self._use_dataset(dataset)
        return range(1, dataset.next_id)

    # Run

    def start(self) -> None:
        """Train until stopped.

        Raises:
            TransitionError: not from this state.
            NotTrainableError: there are no training points of two classes.
        """
        self._train(Move.START, None)

    def train_for(self, count: int, unit: Literal["step", "epoch"]) -> None:
        """Train so many steps or epochs, then stop.

        Raises:
            TransitionError: not from this state.
            NotTrainableError: there are no training points of two classes.
        """
        per_unit = steps_per_epoch(len(self.dataset.train_labels), self.config.batch_size) if unit == "epoch" else 1
        self._train(Move.STEP, count * per_unit)

    def stop(self) -> None:
        """Stop training; everything stays as it is.

        Raises:
            TransitionError: training is not running.
        """
        self._move(Move.STOP)
        self._send(Stop(self._next_ticket()))

    def reset(self, seed: Seed | None = None) -> None:
        """New weights from the seed, step 0; the points stay.

        Args:
            seed: becomes the config's, if given.
        """
        if seed is not None and seed != self.config.seed:
            self._set_config(changed(self.config, ConfigChanges(seed=seed)))
            self._use_dataset(self.dataset.split(self.config.train_fraction, seed))
        self._rebuild()

    def ensure_model(self) -> None:
        """Have a model to look at: if there is none yet, one with the weights of the seed, at step 0."""
        if self._trainer is None:
            self._trainer = ThreadedTrainer(self._gate, self.latest, self._receive)
            self._send(self._rebuilding())

    def close(self) -> Callable[[], None]:
        """End the session, and return what waits for its thread to end; call that in a thread that may wait."""
        trainer, self._trainer = self._trainer, None
        if trainer is None:
            return lambda: None
        trainer.send(Close())
        return trainer.join

    # Inside

    def _use_dataset(self, dataset: Dataset) -> None:
        self._is_untouched = False
        self.dataset = dataset
        self.revision += 1
        why_not = why_not_trainable(dataset, self.config.problem)
        if self.run_state is RunState.TRAINING and why_not is not None:
            self._move(Move.STOP)
            self.reason = f"Training stopped. {why_not}"
            self._send(Stop(self._next_ticket()))
        elif self.run_state is RunState.PAUSED and self.reason is not None and why_not is None:
            # What stopped it has been mended.
            self.reason = None
            self.status_revision += 1
        self._send(UseDataset(dataset))

    def _set_config(self, config: RunConfig) -> None:
        self._is_untouched = False
        self.config = config
        self.config_version += 1

    def _rebuild(self) -> None:
        self._is_untouched = False
        self._move(Move.RESET)
        self.generation += 1
        self._send(self._rebuilding())

    def _rebuilding(self) -> Rebuild:
        return Rebuild(self._next_ticket(), self.generation, self.config, self.config_version, self.dataset)

    def _train(self, move: Move, steps: int | None) -> None:
        after = advance(self.run_state, move)
        if why_not := why_not_trainable(self.dataset, self.config.problem):
            raise NotTrainableError(why_not)
        self.ensure_model()
        self._enter(after)
        self._send(Train(self._next_ticket(), steps))

    def _move(self, move: Move) -> None:
        self._enter(advance(self.run_state, move))

    def _enter(self, state: RunState) -> None:
        self._is_untouched = False
        self.run_state = state
        self.reason = None
        self._diverged = None
        self.status_revision += 1

    def _next_ticket(self) -> int:
        """A number for a command that comes to an end. Without a trainer it is at its end at once."""
        self._ticket += 1
        if self._trainer is None:
            self._settled_ticket = self._ticket
        return self._ticket

    def _send(self, command: Command) -> None:
        if self._trainer is not None:
            self._trainer.send(command)

    def _receive(self, outcome: Outcome) -> None:
        """Called in the training thread."""
        self._post(lambda: self._settle(outcome))

    def _settle(self, outcome: Outcome) -> None:
        # An older ticket has been overtaken by a newer command, whose own outcome will tell.
        if outcome.ticket != self._ticket or self._trainer is None:
            return
        self._settled_ticket = outcome.ticket
        self.status_revision += 1
        match outcome:
            case Settled():
                if self.run_state is RunState.TRAINING:
                    self._move(Move.FINISH)
            case Diverged():
                self._move(Move.DIVERGE)
                self._diverged = outcome
                self.reason = (
                    f"Training diverged at step {outcome.step:,}: the loss is no longer a usable number. "
                    "Try a lower learning rate, then reset the model."
                )
            case Failed():
                self._move(Move.FAIL)
                self.reason = "Training failed by an error of the server. Reset the model to go on."
            case _:
                assert_never(outcome)
        if self.on_change is not None:
            self.on_change()
