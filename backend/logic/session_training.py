"""SessionTraining: what a session trains, and how a person steers it: start, stop, reset, keep, open."""

from collections.abc import Callable
from typing import Literal

from backend.logic.architecture import ParameterId
from backend.logic.batches import steps_per_epoch
from backend.logic.changes import UseDataset
from backend.logic.config import ConfigChanges, RunConfig, Seed, changed
from backend.logic.dataset import Dataset, why_not_trainable
from backend.logic.errors import LimitError, NotTrainableError, TransitionError
from backend.logic.limits import SessionLimits
from backend.logic.run_record import RunRecord
from backend.logic.run_state import Move, RunState, advance
from backend.logic.session_run import SessionRun
from backend.logic.stop_conditions import why_not_start
from backend.logic.training_thread import TrainingThread


class SessionTraining(SessionRun):
    """A run, and the points and parameters that it trains. All methods belong to the thread that made it.

    It begins when a model is first wanted, not before. What is known of it, see SessionRun.

    Args:
        thread: where the run is trained.
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
