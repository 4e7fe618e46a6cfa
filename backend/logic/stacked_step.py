"""The step of K learners of one kind at once, on buffers that are made once for that K."""

from collections.abc import Sequence
from functools import partial
from math import inf
from typing import Final

import torch
from torch import Tensor

from backend.logic.activation_calls import Call
from backend.logic.gradient import Backpropagation
from backend.logic.optimizers import weight_decay_of
from backend.logic.stacked_optimizers import Stack, stack_optimizer
from backend.logic.training import HIGHEST_LOSS, LOSS_CHECK_STEPS, Learner

_MOST_NUMBERS: Final = 2**20
"""So many numbers of batches are laid out ahead at most: 4 MB."""
_LOWEST_RATE: Final = 1e-30
"""A learning rate below this changes no float32; its inverse still is one."""


class StackedStep:
    """The steps of K learners of one kind; each has its own batches, masks, learning rate, penalties and clip.

    First `use` the learners, then `lay_out` some steps; then each of them is `compute_gradient` and `update`.

    Args:
        learner: one of this kind.
        stack: where the learners' parameters, gradients and moments are.

    Attributes:
        most_steps: how many steps can be laid out ahead.
    """

    def __init__(self, learner: Learner, stack: Stack) -> None:
        architecture, rows = learner.network.architecture, learner.batches.rows
        count = len(stack.flat)
        self._stack = stack
        self._gradient = Backpropagation(
            architecture, learner.config.loss, rows, stack=count, is_dropping=learner.config.dropout > 0
        )
        batch, masks = self._gradient.batch, self._gradient.masks
        self.most_steps = max(1, min(LOSS_CHECK_STEPS, _MOST_NUMBERS // batch.numel()))
        self._batches = batch.new_empty(self.most_steps, *batch.shape)
        self._batches_of = self._batches.unbind(1)
        self._masks = None if masks is None else masks.new_empty(self.most_steps, *masks.shape)
        loads: list[list[Call]] = [[partial(batch.copy_, ahead)] for ahead in self._batches]
        if masks is not None and self._masks is not None:
            for load, ahead in zip(loads, self._masks, strict=True):
                load.append(partial(masks.copy_, ahead))
        self._loads = loads
        self._gradient.bind(stack.flat, stack.gradient)
        self._weights, self._weight_gradient = (
            part[:, : architecture.weight_count] for part in (stack.flat, stack.gradient)
        )
        self._signs = torch.empty_like(self._weights)

    def use(self, learners: Sequence[Learner], optimizer_steps: Tensor) -> None:
        """Step these K learners from now on, in their rows; their optimizers have made (K,) float64 steps."""
        configs = [learner.config for learner in learners]
        self._learners = learners
        self._l1 = _column([config.l1 for config in configs])
        self._l2 = _column([config.l2 for config in configs])
        clips = [config.gradient_clip or inf for config in configs]
        self._clips = None if min(clips) == inf else _column(clips)
        rates = [[config.learning_rate] for config in configs]
        self._rates = torch.tensor(rates, dtype=torch.float64).clamp_(min=_LOWEST_RATE).repeat(self.most_steps, 1, 1)
        self._scheduled = [row for row, config in enumerate(configs) if config.schedule != "constant"]
        self._optimizer_steps = optimizer_steps.unsqueeze(1)
        self._keeps = torch.tensor([1 - config.dropout for config in configs]).view(-1, 1, 1)
        decays = torch.tensor([[weight_decay_of(config)] for config in configs], dtype=torch.float64)
        self._optimizer = stack_optimizer(configs[0].optimizer, self._stack, decays)

    def lay_out(self, count: int) -> None:
        """Have the next `count` batches, masks and learning rates of all learners ready."""
        rates = self._rates[:count]
        for row in self._scheduled:
            own = torch.tensor(self._learners[row].learning_rates(count), dtype=torch.float64)
            rates[:, row, 0] = own.clamp_(min=_LOWEST_RATE)
        steps = torch.arange(1, count + 1, dtype=torch.float64).view(-1, 1, 1)
        self._optimizer.prepare(rates, self._optimizer_steps + steps)
        for learner, ahead in zip(self._learners, self._batches_of, strict=True):
            begin = 0
            for batches in learner.batches.take(count):
                end = begin + batches.shape[0]
                ahead[begin:end].copy_(batches)
                begin = end
        if self._masks is not None:
            for row, learner in enumerate(self._learners):
                self._masks[:count, row].uniform_(generator=learner.dropping)
            self._masks[:count].lt_(self._keeps).div_(self._keeps)

    def compute_gradient(self, index: int) -> None:
        """Compute the gradient of each learner's loss in the step of this index of those laid out."""
        for load in self._loads[index]:
            load()
        self._gradient.run()

    def diverging(self) -> list[int]:
        """The rows of the learners whose loss is no longer usable in the step whose gradient has been computed."""
        is_usable = self._gradient.losses() < HIGHEST_LOSS
        return [] if bool(is_usable.all()) else (~is_usable).nonzero().view(-1).tolist()

    def update(self, index: int) -> None:
        """Add the penalties, clip, and make the update of the step of this index."""
        if self._l1 is not None:
            self._weight_gradient.addcmul_(torch.sign(self._weights, out=self._signs), self._l1)
        if self._l2 is not None:
            self._weight_gradient.addcmul_(self._weights, self._l2)
        if self._clips is not None:
            norms = torch.linalg.vector_norm(self._stack.gradient, dim=1, keepdim=True)
            self._stack.gradient.mul_((self._clips / norms.add_(1e-6)).clamp_(max=1.0))
        self._optimizer.update(index)


def _column(values: Sequence[float]) -> Tensor | None:
    """(K, 1) float32 of the learners' own numbers; None if all are 0."""
    return torch.tensor(values).unsqueeze(1) if any(values) else None
