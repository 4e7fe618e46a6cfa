"""NativeLearner: a Learner whose steps the compiled kernel makes, many in one call that holds no interpreter lock."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray

from backend.logic import native_kernel as kernel
from backend.logic.architecture import Architecture
from backend.logic.compiled import compiled_and_kept
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.optimizers import weight_decay_of
from backend.logic.prepared_step import mask_calls
from backend.logic.run_record import Engine
from backend.logic.training import HIGHEST_LOSS, LOSS_CHECK_STEPS, DivergedError, Learner

_MOST_POINTS: Final = 100
_MOST_WORK: Final = 420_000
"""Parameters times points of a batch. Above either of them there is enough in one operation for torch to be faster."""
_CALL_WORK: Final = 500_000
"""Parameters times points of a call, about a millisecond: between two of them somebody may look at the clock."""
_STEP_WORK: Final = 300
"""What a step costs beyond its own, counted likewise."""

Train = Callable[..., int]
"""`native_kernel.train`, compiled."""


def compile_kernel(on_compiling: Callable[[], None]) -> Train:
    """The compiled kernel: from the disk, or, after `on_compiling` has been called, made anew."""
    return compiled_and_kept(kernel.train, kernel.SIGNATURE, on_compiling)


def is_native(architecture: Architecture, rows: int) -> bool:
    """Whether the kernel makes the steps of such a network by batches of so many points; if not, torch does."""
    work = architecture.parameter_count * rows
    return not architecture.layer_norm and rows <= _MOST_POINTS and work <= _MOST_WORK


class NativeLearner(Learner):
    """See Learner. Where the step is not native it is that one's, with the same state: a run may go to and fro.

    Args:
        config: see Learner.
        dataset: see Learner.
        train: see `compile_kernel`.
    """

    engine: ClassVar[Engine] = "native"

    def __init__(self, config: RunConfig, dataset: Dataset, train: Train) -> None:
        self._train = train
        super().__init__(config, dataset)

    @property
    def is_best_alone(self) -> bool:
        """See Learner: the kernel's steps are faster than any stack's."""
        return is_native(self.network.architecture, self.batches.rows)

    def rest(self) -> None:
        """See Learner."""
        super().rest()
        self._call: Train | None = None

    def step(self) -> None:
        """See Learner."""
        self.advance(1)

    def advance(self, most: float) -> None:
        """See Learner: as many steps as end this pass, in about a millisecond."""
        if not self.is_best_alone:
            super().step()
            return
        call = self._call or self._prepare_call()
        work = self.network.architecture.parameter_count * self.batches.rows + _STEP_WORK
        count = int(min(most, self.batches.left, max(1, _CALL_WORK // work)))
        rates = self._next_rates(count)
        (batches,) = self.batches.take(count)
        done = call(batches.mT.contiguous().numpy(), self._next_masks(count), rates, self.step_count)
        self.count_steps(done)
        if done < count:
            self.batches.give_back(count - done - 1)
            raise DivergedError

    def _prepare_call(self) -> Train:
        """Bind the kernel to what stays as it is from call to call."""
        config, architecture, optimizer = self.config, self.network.architecture, self.optimizer
        absent = np.empty(0, np.float32)
        first, second, *_ = (*(moment.numpy() for moment in optimizer.moments), absent, absent)
        self._is_new = False
        self._call = partial(
            self._train,
            np.array(architecture.sizes, np.int64),
            np.array([kernel.ACTIVATIONS.index(name) for name in architecture.activations], np.int64),
            kernel.LOSSES.index((config.problem, config.loss)),
            kernel.OPTIMIZERS.index(config.optimizer),
            self.network.flat.numpy(),
            first,
            second,
            optimizer.step.numpy(),
            weight_decay_of(config),
            config.l1,
            config.l2,
            config.gradient_clip,
            np.array(architecture.places(self.frozen), np.int64),
            HIGHEST_LOSS,
            LOSS_CHECK_STEPS,
        )
        return self._call

    def _next_rates(self, count: int) -> NDArray[np.float64]:
        """(count,), the learning rates of the next steps."""
        if self.config.schedule == "constant":
            return np.full(count, self.config.learning_rate)
        return np.array(self.learning_rates(count))

    def _next_masks(self, count: int) -> NDArray[np.float32]:
        """(count, hidden units, B), dropout's factors in the next steps; (0, 0, 0) without dropout."""
        config, hidden = self.config, sum(self.network.architecture.sizes[1:-1])
        if not config.dropout:
            return np.empty((0, 0, 0), np.float32)
        masks = torch.empty(count, hidden, self.batches.rows)
        for call in mask_calls(masks, config.dropout, self.dropping):
            call()
        return masks.numpy()
