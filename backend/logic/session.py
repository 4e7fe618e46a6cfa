"""TrainingSession: one person's points, config and run. It belongs to one thread and never waits for the trainer."""

from collections.abc import Callable, Sequence
from typing import Final, Literal

from backend.logic.architecture import Architecture, ParameterId
from backend.logic.batches import steps_per_epoch
from backend.logic.changes import Freeze, SetParameters, UseConfig, UseDataset
from backend.logic.config import (
    REBUILDING_FIELDS,
    ConfigChanges,
    RunConfig,
    Seed,
    UnfitFieldError,
    changed,
    differing,
)
from backend.logic.dataset import Dataset, why_not_trainable
from backend.logic.errors import FieldError, LimitError, NotTrainableError, TransitionError
from backend.logic.generators import DatasetName, generate_for
from backend.logic.limits import SessionLimits
from backend.logic.parameters import check_parameters, with_frozen
from backend.logic.points import PointChange, TrainingExample, check_labels
from backend.logic.run_record import RunRecord
from backend.logic.run_state import Move, RunState, advance
from backend.logic.session_run import SessionRun
from backend.logic.stop_conditions import why_not_start
from backend.logic.training_thread import TrainingThread

_LABEL_PATH: Final = "points[{}][2]"


class TrainingSession(SessionRun):
    """One person's data, model and run; it outlives connections. All methods belong to the thread that made it.

    Its run begins when a model is first wanted, not before. What is known of that, see SessionRun.

    Args:
        thread: where its run is trained.
        post: hands a call over to the session's own thread, from any thread.
        limits: how large it may become.

    Attributes:
        dataset: the points.
        revision: counts up with every change of the points, from 0.
        frozen: the parameters that training leaves as they are.
    """

    def __init__(
        self, thread: TrainingThread, post: Callable[[Callable[[], None]], object], limits: SessionLimits | None = None
    ) -> None:
        super().__init__(thread, post)
        self.dataset = Dataset.empty(self.config.train_fraction, self.config.seed)
        self.revision = 0
        self.frozen: frozenset[ParameterId] = frozenset()
        self._limits = limits or SessionLimits()

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

    # What is kept of it

    def capture(self, on_captured: Callable[[RunRecord | None], None]) -> None:
        """Have the run kept as it is now, whether it trains or not; it goes on as if nothing had been asked.

        Args:
            on_captured: called in the session's thread once; with None if there was no network of usable numbers any
                more, or the session has been closed.

        Raises:
            TransitionError: the run has diverged or failed.
            NotTrainableError: there is nothing to train on.
        """
        advance(self.run_state, Move.SAVE)
        if why_not := why_not_trainable(self.dataset, self.config.problem):
            lost = "The points of this run are gone, so it cannot be saved."
            raise NotTrainableError(f"{lost if self.step else 'There is nothing to save yet.'} {why_not}")
        self.ensure_model()
        self._ask_for_record(on_captured)

    def open(self, record: RunRecord) -> None:
        """Have a run that was kept take the place of everything here: its next step is the one that it would have made.

        Args:
            record: as it was captured; if it comes from outside, its checkpoint has been checked.

        Raises:
            TransitionError: training is running.
            LimitError: there are too many points, or the network is too large.
        """
        after = advance(self.run_state, Move.OPEN)
        checkpoint = record.checkpoint
        if len(checkpoint.dataset) > self._limits.points:
            raise LimitError(
                f"There can be {self._limits.points:,} points at most: this run has {len(checkpoint.dataset):,}.",
                "points",
            )
        self._limits.check_network(checkpoint.config)
        self._set_config(checkpoint.config)
        self.dataset = checkpoint.dataset
        self.revision += 1
        self.frozen = checkpoint.frozen
        self._enter(after if checkpoint.step else RunState.IDLE)
        self._resume(record)

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
        self._begin_new_history()
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
