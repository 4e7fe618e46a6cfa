"""The arithmetic of training: one Learner, one step at a time. No threads."""

from collections.abc import Callable
from typing import ClassVar, Final

import torch

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.devices import CPU
from backend.logic.learner_state import LearnerState
from backend.logic.losses import accuracy, loss
from backend.logic.prepared_step import PreparedStep, prepare_step
from backend.logic.run_record import Engine
from backend.logic.schedules import learning_rate_at

HIGHEST_LOSS: Final = 1e6
"""A loss above this has diverged in all but name: cross-entropy of a network that guesses is at most ln 8."""

LOSS_CHECK_STEPS: Final = 16
"""The loss is looked at in each of the first so many steps, and later in one of so many."""


class DivergedError(ArithmeticError):
    """The loss, or a parameter, is no longer a usable number."""


def looks_at_loss(step_count: int) -> bool:
    """Whether the step that follows so many looks at its loss: a number for Python costs a tenth of a step."""
    return step_count % LOSS_CHECK_STEPS == 0 or step_count < LOSS_CHECK_STEPS


class Learner(LearnerState):
    """A network in training, owned by whoever calls it.

    A step is a list of calls on tensors that stay where they are, prepared in the first step after a change. It is
    fastest under torch.inference_mode; there is no autograd in it.
    """

    engine: ClassVar[Engine] = "torch"

    @property
    def is_best_alone(self) -> bool:
        """Whether its steps take no longer than those that it would make together with others, which the CPU makes."""
        return self._device != CPU

    @property
    def learning_rate(self) -> float:
        """Of the next step: what the schedule gives for the epoch that it begins in."""
        return learning_rate_at(self.config, self.epoch)

    def learning_rates(self, count: int) -> list[float]:
        """Of the next so many steps."""
        points = max(1, len(self.examples.train_targets))
        return [
            learning_rate_at(self.config, self._epochs_before + passes + taken / points)
            for passes, taken in self.batches.ahead(count)
        ]

    def count_steps(self, count: int) -> None:
        """Count so many steps, made elsewhere on batches taken from here."""
        self.step_count += count

    def rest(self) -> None:
        """Let go what a step is prepared with; the next one makes it anew."""
        self._step: PreparedStep | None = None

    def evaluate(self) -> tuple[float, float | None]:
        """Loss and, in a classification, accuracy over all training points, of which there must be some; no dropout."""
        examples, config = self.examples, self.config
        with torch.inference_mode():
            outputs = self.network(examples.train_inputs)
            share = accuracy(outputs, examples.train_targets) if config.problem == "classification" else None
            return loss(outputs, examples.train_targets, config.loss).item(), share

    def step(self) -> None:
        """One optimizer update on the next batch.

        Raises:
            DivergedError: the loss has been looked at and is not finite, or not below HIGHEST_LOSS; the parameters stay
                as they were.
        """
        prepared = self._step or self._prepare()
        learning_rate = prepared.learning_rate or self.learning_rate
        prepared.batch.copy_(self.batches.next())
        for call in prepared.gradient:
            call()
        if looks_at_loss(self.step_count) and not prepared.losses().item() < HIGHEST_LOSS:
            raise DivergedError
        for call in prepared.changes:
            call()
        self.optimizer.update(learning_rate, prepared.weight_decay)
        for call in prepared.restoring:
            call()
        self.step_count += 1

    def advance(self, most: float) -> None:
        """Make steps, one at least and so many at most: as many as are made at once.

        Raises:
            DivergedError: see `step`.
        """
        del most
        self.step()

    def _prepare(self) -> PreparedStep:
        self._is_new = False
        self._step = prepare_step(self.network, self.config, self.batches.rows, self.frozen, self.dropping)
        return self._step


MakeLearner = Callable[[RunConfig, Dataset], Learner]
