"""TrainingSession: one person's points, config and run. It belongs to one thread and never waits for the trainer."""

from collections.abc import Callable, Sequence
from typing import Final, Literal, assert_never

from backend.logic.architecture import Architecture, ParameterId
from backend.logic.batches import steps_per_epoch
from backend.logic.config import (
    REBUILDING_FIELDS,
    ConfigChanges,
    RunConfig,
    Seed,
    UnfitFieldError,
    changed,
    differing,
)
from backend.logic.dataset import Dataset, PointChange, TrainingExample, check_labels, why_not_trainable
from backend.logic.errors import FieldError, NotTrainableError, TransitionError
from backend.logic.generators import DatasetName, generate_for
from backend.logic.limits import SessionLimits
from backend.logic.parameters import check_parameters, with_frozen
from backend.logic.run_state import Move, RunState, advance
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.stop_conditions import why_not_start
from backend.logic.trainer_commands import (
    Diverged,
    Failed,
    Freeze,
    Outcome,
    SetParameters,
    Settled,
    UseConfig,
    UseDataset,
)
from backend.logic.trainer_link import TrainerLink
from backend.logic.training_thread import TrainingThread

_LABEL_PATH: Final = "points[{}][2]"


class TrainingSession:
    """One person's data, model and run; it outlives connections. All methods belong to the thread that made it.

    Its run begins when a model is first wanted, not before.

    Args:
        thread: where its run is trained.
        post: hands a call over to the session's own thread, from any thread.
        limits: how large it may become.

    Attributes:
        config: what is trained.
        config_version: counts up with every change of the config, from 1.
        dataset: the points.
        revision: counts up with every change of the points, from 0.
        run_state: where the run is.
        status_revision: counts up with everything that a status should tell at once.
        reason: why training stopped, if not by `stop`: a sentence.
        frozen: the parameters that training leaves as they are.
        on_change: called after the session changed by itself, if set.
    """

    def __init__(
        self, thread: TrainingThread, post: Callable[[Callable[[], None]], object], limits: SessionLimits | None = None
    ) -> None:
        self.config = RunConfig()
        self.config_version = 1
        self.dataset = Dataset.empty(self.config.train_fraction, self.config.seed)
        self.revision = 0
        self.run_state = RunState.IDLE
        self.status_revision = 0
        self.reason: str | None = None
        self.frozen: frozenset[ParameterId] = frozenset()
        self.on_change: Callable[[], None] | None = None
        self._diverged: Diverged | None = None
        self._limits = limits or SessionLimits()
        self._link = TrainerLink(thread, post, self._settle)
        self._is_untouched = True

    @property
    def latest(self) -> Latest[Snapshot]:
        """The newest snapshot of all."""
        return self._link.latest

    @property
    def generation(self) -> int:
        """Counts up with every new model."""
        return self._link.generation

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot of the present model, None if there is none yet."""
        return self._link.snapshot

    @property
    def step(self) -> int:
        """Optimizer updates since the weights were new, as far as it is known here."""
        told = self._diverged or self.snapshot
        return 0 if told is None else told.step

    @property
    def epoch(self) -> float:
        """Passes over the training points since the weights were new, as far as it is known here."""
        told = self._diverged or self.snapshot
        return 0.0 if told is None else told.epoch

    @property
    def backlog(self) -> int:
        """How many commands the trainer has not applied yet."""
        return self._link.backlog

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has ever changed anything: nothing would be lost with it."""
        return self._is_untouched

    @property
    def is_settling(self) -> bool:
        """Whether the trainer has been told to come to rest and has not yet shown its final step."""
        return self.run_state is not RunState.TRAINING and self._link.is_settling

    @property
    def is_seen(self) -> bool:
        """Whether somebody looks at the session: while nobody does, its run yields to those that are seen."""
        return self._link.is_seen

    @is_seen.setter
    def is_seen(self, is_seen: bool) -> None:
        self._link.is_seen = is_seen

    # Points

    def add_points(self, examples: Sequence[TrainingExample], label_path: str = _LABEL_PATH) -> range:
        """Add examples, all or none, and return their ids.

        Args:
            examples: the points to be.
            label_path: where in the request their labels are, as for `check_labels`.

        Raises:
            FieldError: a label that is not one of the classes.
            LimitError: there would be too many points.
        """
        check_labels(examples, self.config.classes, label_path)
        first = self.dataset.next_id
        self._use_dataset(self.dataset.adding(examples, self._limits.points))
        return range(first, self.dataset.next_id)

    def change_points(self, changes: Sequence[PointChange]) -> None:
        """Move, relabel or revalue points, all or none; ids, splits and weights stay.

        Raises:
            UnknownPointError: one of them is not there.
            FieldError: a label that is not one of the classes, or a point that is named twice.
        """
        check_labels(changes, self.config.classes, "points[{}][3]")
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
            LimitError: there would be too many points.
        """
        examples = generate_for(self.config, name, count=count, noise=noise, classes=classes, seed=seed)
        self._use_dataset(self.dataset.cleared().adding(examples, self._limits.points))

    # Config

    def configure(self, changes: ConfigChanges) -> None:
        """Change the config, all or nothing.

        Raises:
            TransitionError: it would build a new model while training.
            FieldError: there are points of a class that would be gone, or the fields do not fit each other.
            LimitError: the network would be too large.
        """
        try:
            config = changed(self.config, changes)
        except UnfitFieldError as error:
            raise FieldError(f"{str(error).capitalize()}.", error.field) from error
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
        self._limits.check_network(config)
        self._set_config(config)
        if {"train_fraction", "seed"} & differences:
            self._use_dataset(self.dataset.split(config.train_fraction, config.seed))
        if rebuilding:
            self._rebuild()
        else:
            self._link.send(UseConfig(config, self.config_version))
            self.frozen = frozenset(filter(Architecture.of(config).has, self.frozen))

    def restore(self, config: RunConfig, examples: Sequence[TrainingExample]) -> range:
        """Take over a resume document, and return the ids of its points.

        Raises:
            TransitionError: the session has been used already.
            FieldError: a label that is not one of the classes.
            LimitError: there are too many points, or the network is too large.
        """
        if not self._is_untouched:
            raise TransitionError("This session is in use already; only a new one can be restored.")
        check_labels(examples, config.classes, _LABEL_PATH)
        self._limits.check_network(config)
        dataset = Dataset.empty(config.train_fraction, config.seed).adding(examples, self._limits.points)
        self._set_config(config)
        self.dataset = dataset
        self.revision += 1
        if self._link.has_model:
            # Somebody looks at it already: it has to become one of this config.
            self._rebuild()
        return range(1, dataset.next_id)

    # Run

    def ensure_model(self) -> None:
        """Have a model to look at: if there is none yet, one with the weights of the seed, at step 0."""
        if not self._link.has_model:
            self._link.build(self.config, self.config_version, self.dataset)

    def start(self) -> None:
        """Train until stopped, or until a stop condition of the config is met.

        Raises:
            TransitionError: not from this state, or the epochs after which it shall stop are reached already.
            NotTrainableError: there are no training points of two classes.
        """
        after = advance(self.run_state, Move.START)
        if why_not := why_not_start(self.config, self.epoch):
            raise TransitionError(why_not, "stop_epochs")
        self._train(after, None)

    def train_for(self, count: int, unit: Literal["step", "epoch"]) -> None:
        """Train so many steps or epochs, then stop.

        Raises:
            TransitionError: not from this state.
            NotTrainableError: there are no training points of two classes.
        """
        per_unit = steps_per_epoch(len(self.dataset.train_labels), self.config.batch_size) if unit == "epoch" else 1
        self._train(advance(self.run_state, Move.STEP), count * per_unit)

    def stop(self, reason: str | None = None) -> None:
        """Stop training; everything stays as it is.

        Args:
            reason: why, as a sentence, if the person has not asked for it.

        Raises:
            TransitionError: training is not running.
        """
        self._move(Move.STOP)
        self.reason = reason
        self._link.stop()
        if reason is not None and self.on_change is not None:
            self.on_change()

    def reset(self, seed: Seed | None = None) -> None:
        """New weights from the seed, step 0; the points stay.

        Args:
            seed: becomes the config's, if given.
        """
        if seed is not None and seed != self.config.seed:
            self._set_config(changed(self.config, ConfigChanges(seed=seed)))
            self._use_dataset(self.dataset.split(self.config.train_fraction, seed))
        self._rebuild()

    def close(self) -> Callable[[], None]:
        """End the session, and return what waits for its run to be let go; call that in a thread that may wait."""
        return self._link.close()

    # Parameters

    def set_parameters(self, parameters: Sequence[ParameterId], values: Sequence[float]) -> None:
        """Give parameters these values, all or none; training goes on from there.

        Raises:
            TransitionError: the run has diverged or failed.
            FieldError: the network has no such parameter.
        """
        self._edit(parameters)
        self._link.send(SetParameters(dict(zip(parameters, values, strict=True))))

    def freeze_parameters(self, parameters: Sequence[ParameterId], *, frozen: bool) -> None:
        """Let training leave these parameters as they are from now on, or no longer; all or none.

        Raises:
            TransitionError: the run has diverged or failed.
            FieldError: the network has no such parameter.
            LimitError: there would be too many frozen ones.
        """
        after = with_frozen(self.frozen, parameters, frozen=frozen)
        self._edit(parameters)
        self.frozen = after
        self._link.send(Freeze(after))

    # Inside

    def _use_dataset(self, dataset: Dataset) -> None:
        self._is_untouched = False
        self.dataset = dataset
        self.revision += 1
        why_not = why_not_trainable(dataset, self.config.problem)
        if self.run_state is RunState.TRAINING and why_not is not None:
            self._move(Move.STOP)
            self.reason = f"Training stopped. {why_not}"
            self._link.stop()
        elif self.run_state is RunState.PAUSED and self.reason is not None and why_not is None:
            # What stopped it has been mended.
            self.reason = None
            self.status_revision += 1
        self._link.send(UseDataset(dataset))

    def _set_config(self, config: RunConfig) -> None:
        self._is_untouched = False
        self.config = config
        self.config_version += 1

    def _rebuild(self) -> None:
        self._is_untouched = False
        self._move(Move.RESET)
        self.frozen = frozenset()
        self._link.rebuild(self.config, self.config_version, self.dataset)

    def _train(self, after: RunState, steps: int | None) -> None:
        if why_not := why_not_trainable(self.dataset, self.config.problem):
            raise NotTrainableError(why_not)
        self.ensure_model()
        self._enter(after)
        self._link.train(steps)

    def _edit(self, parameters: Sequence[ParameterId]) -> None:
        advance(self.run_state, Move.EDIT)
        check_parameters(parameters, Architecture.of(self.config))
        self._is_untouched = False
        self.ensure_model()

    def _move(self, move: Move) -> None:
        self._enter(advance(self.run_state, move))

    def _enter(self, state: RunState) -> None:
        self._is_untouched = False
        self.run_state = state
        self.reason = None
        self._diverged = None
        self.status_revision += 1

    def _settle(self, outcome: Outcome) -> None:
        self.status_revision += 1
        match outcome:
            case Settled():
                if self.run_state is RunState.TRAINING:
                    self._move(Move.FINISH)
                    self.reason = outcome.reason
            case Diverged():
                self._move(Move.DIVERGE)
                self._diverged = outcome
                self.reason = (
                    f"Training diverged at step {outcome.step:,}: the loss is no longer a usable number. "
                    "Try a lower learning rate, then reset the model."
                )
            case Failed():
                self._move(Move.FAIL)
                why = ": it stood still, and was given up" if outcome.has_hung else " by an error of the server"
                self.reason = f"Training failed{why}. Reset the model to go on."
            case _:
                assert_never(outcome)
        if self.on_change is not None:
            self.on_change()
