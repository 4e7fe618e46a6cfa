"""RunRecord: all that is kept of a run, in immutable values: where it is, how it came there, what was seen of it."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backend.logic.architecture import ParameterId
from backend.logic.changes import Freeze, SetParameters
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.dataset_difference import DatasetDifference

Engine = Literal["torch", "native"]
"""What makes the steps: PyTorch, or the compiled kernel. They agree to five digits, not to the last bit."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A Learner between two steps, as a private copy: another that resumes it goes on with the same bits.

    Attributes:
        config: what it is trained with.
        dataset: what it is trained on.
        step: optimizer updates since the weights were new.
        epochs_before: passes over the points before those that `passes` counts.
        is_new: whether nothing has been learned or set yet.
        frozen: the parameters that no step changes.
        parameters: (P,) float32, in the order of `Architecture`.
        moments: of the optimizer, (P,) float32 each, as many as it has.
        optimizer_step: how many updates the optimizer has counted; 0 for one that does not count.
        shuffling: state of the generator that orders the points, uint8.
        dropping: state of the generator that leaves units out, uint8.
        order: (N_train,) int64, the order of the present pass.
        passes: passes that a later one has followed.
        has_begun: whether a pass has ever begun.
        first_point: the point of the pass at which its batches begin: not 0 after a change of the batch size.
        next_batch: which of them comes next.
    """

    config: RunConfig
    dataset: Dataset
    step: int
    epochs_before: float
    is_new: bool
    frozen: frozenset[ParameterId]
    parameters: NDArray[np.float32]
    moments: tuple[NDArray[np.float32], ...]
    optimizer_step: float
    shuffling: NDArray[np.uint8]
    dropping: NDArray[np.uint8]
    order: NDArray[np.int64]
    passes: int
    has_begun: bool
    first_point: int
    next_batch: int

    @property
    def epoch(self) -> float:
        """Passes over the training points so far."""
        count = len(self.order)
        rows = max(1, min(self.config.batch_size, count))
        taken = min(count, self.first_point + self.next_batch * rows) if self.has_begun else 0
        return self.epochs_before + self.passes + taken / max(1, count)


class HistoryRow(NamedTuple):
    """How well a run did at a step; None where there were no such points, or, for accuracies, in a regression."""

    step: int
    epoch: float
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None


class Moment(NamedTuple):
    """A network that is remembered.

    Attributes:
        step: optimizer updates since the weights were new.
        epoch: passes over the training points since then.
        config: what it was trained with then.
        parameters: (P,) float32.
    """

    step: int
    epoch: float
    config: RunConfig
    parameters: NDArray[np.float32]


class Beginning(NamedTuple):
    """What a run began with: its weights are those of the config's seed."""

    config: RunConfig
    dataset: Dataset


class Applied(NamedTuple):
    """A change of a run, and after how many steps it was made: a config is the whole one from then on."""

    step: int
    change: RunConfig | DatasetDifference | SetParameters | Freeze


@dataclass(frozen=True, slots=True, eq=False)
class RunRecord:
    """A run, all that is kept of it.

    Attributes:
        checkpoint: where it is.
        beginning: what it began with; None if too much was changed to keep it all, and then nobody can repeat the run.
        changes: what was changed since, in order; empty without a beginning.
        history: how well it did, in the order of steps, thinned out.
        moments: its networks now and then, in the order of steps, thinned out.
        engine: what made its steps.
        is_exact: whether it always trained alone: if it did, the same beginning and changes give the same bits again.
    """

    checkpoint: Checkpoint
    beginning: Beginning | None
    changes: tuple[Applied, ...]
    history: tuple[HistoryRow, ...]
    moments: tuple[Moment, ...]
    engine: Engine
    is_exact: bool
