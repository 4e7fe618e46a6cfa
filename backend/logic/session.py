"""TrainingSession: one person's points, config and run. It belongs to one thread and never waits for the trainer."""

from collections.abc import Sequence
from typing import Final

from backend.logic.architecture import Architecture, ParameterId
from backend.logic.changes import Freeze, SetParameters, UseConfig
from backend.logic.config import (
    REBUILDING_FIELDS,
    ConfigChanges,
    RunConfig,
    Seed,
    UnfitFieldError,
    changed,
    differing,
)
from backend.logic.dataset import Dataset
from backend.logic.errors import FieldError, TransitionError
from backend.logic.generators import DatasetName, generate_for
from backend.logic.parameters import check_parameters, with_frozen
from backend.logic.points import PointChange, TrainingExample, check_labels
from backend.logic.run_state import Move, RunState, advance
from backend.logic.session_training import SessionTraining

_LABEL_PATH: Final = "points[{}][2]"


class TrainingSession(SessionTraining):
    """One person's data, model and run; it outlives connections. All methods belong to the thread that made it.

    What a person changes of points, config and parameters is here; how it is trained, see SessionTraining.
    """

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

    def _edit(self, parameters: Sequence[ParameterId]) -> None:
        advance(self.run_state, Move.EDIT)
        check_parameters(parameters, Architecture.of(self.config))
        self._is_untouched = False
        self.ensure_model()
