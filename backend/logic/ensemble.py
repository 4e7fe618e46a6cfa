"""Ensemble: learners of one kind that train together, as rows of stacked tensors.

A step of 30 takes as long as five of one. Each keeps what is its own: points, order, dropout masks, learning rate,
penalties, clip, the state of its optimizer.
"""

from collections.abc import Hashable, Sequence
from typing import Final

import torch

from backend.logic.stacked_optimizers import Stack
from backend.logic.stacked_step import StackedStep
from backend.logic.training import LOSS_CHECK_STEPS, Learner

FEWEST_MEMBERS: Final = 4
"""Fewer are as fast alone, each by itself."""

_LARGEST_STEP: Final = 25_000
"""Parameters times points of a batch above which a step is arithmetic that stacking does not make less."""
_FEWEST_ROWS: Final = 4
_STEPS_KEPT: Final = 3
"""For so many member counts the buffers are kept, so that one who leaves and comes back costs no new ones."""


def together_key(learner: Learner) -> Hashable | None:
    """Who may train together: learners whose keys are equal. None: this one trains alone."""
    config, architecture, rows = learner.config, learner.network.architecture, learner.batches.rows
    if learner.frozen or config.speed or learner.is_best_alone:
        return None
    if architecture.parameter_count * rows > _LARGEST_STEP:
        return None
    return architecture, config.loss, config.optimizer, rows, config.dropout > 0


class Ensemble:
    """Learners that step together. All calls come from the thread that owns them.

    Between two calls of `train` each member is as if it had trained alone, but for the state of its optimizer, which it
    gets back when it leaves. Whoever changes a member has it leave before, and join again.

    Args:
        learner: one of the kind that can join; it does not join by that.
    """

    def __init__(self, learner: Learner) -> None:
        self._members: list[Learner] = []
        self._rows = _Rows(_FEWEST_ROWS, learner.network.architecture.parameter_count, len(learner.optimizer.moments))
        self._steps: dict[int, StackedStep] = {}
        self._is_current = False

    def __len__(self) -> int:
        return len(self._members)

    def steps_to_join(self, learner: Learner) -> int:
        """How many steps a learner has to make alone before it joins; from then on all look at their losses in one."""
        first = max(0, LOSS_CHECK_STEPS - learner.step_count)
        if not self._members:
            return first
        return first + (self._members[0].step_count - learner.step_count - first) % LOSS_CHECK_STEPS

    @torch.inference_mode()
    def join(self, learner: Learner) -> None:
        """Step this learner as well, which has the same key as the others and no steps to make before."""
        row = len(self._members)
        if row == self._rows.capacity:
            self._rows = self._rows.twice()
            self._steps.clear()
        self._rows.put(row, learner)
        self._members.append(learner)
        self._is_current = False

    @torch.inference_mode()
    def leave(self, learner: Learner) -> None:
        """Let a member train alone from here."""
        row = self._members.index(learner)
        self._rows.give_back(row, learner)
        self._remove(row)

    @torch.inference_mode()
    def train(self, most_rounds: int) -> list[Learner]:
        """Have every member make the same number of steps: one at least and so many at most, as it goes best.

        Returns:
            Who diverged: they have left, as `Learner.step` leaves who diverges.
        """
        step = self._step()
        # In lengths of 16, or of 8 if there shall be no more, and so on, each ending where a length of 16 does or in
        # between: the last step of a length of 16 looks at the losses.
        length = 1 << min(most_rounds, step.most_steps).bit_length() - 1
        to_look = -self._members[0].step_count % LOSS_CHECK_STEPS
        rounds = to_look % length + 1
        diverged = self._advance(step, rounds, is_looking=rounds > to_look)
        if self._members:
            self._rows.show(self._members)
        return diverged

    def _advance(self, step: StackedStep, count: int, *, is_looking: bool) -> list[Learner]:
        """Make so many rounds; look at the losses before the update of the last one, and let go who diverged."""
        step.lay_out(count)
        for index in range(count - 1):
            step.compute_gradient(index)
            step.update(index)
        step.compute_gradient(count - 1)
        self._rows.count_steps(count - 1)
        rows = step.diverging() if is_looking else []
        diverged = [self._members[row] for row in rows]
        for row, learner in zip(rows, diverged, strict=True):
            self._rows.give_back(row, learner)
        step.update(count - 1)
        for learner in self._members:
            learner.count_steps(count - (learner in diverged))
        self._rows.count_steps(1)
        for row in reversed(rows):
            self._remove(row)
        return diverged

    def _step(self) -> StackedStep:
        """The step of the present members."""
        count = len(self._members)
        step = self._steps.pop(count, None) or StackedStep(self._members[0], self._rows.first(count))
        self._steps[count] = step
        if len(self._steps) > _STEPS_KEPT:
            del self._steps[next(iter(self._steps))]
        if not self._is_current:
            step.use(self._members, self._rows.optimizer_steps[:count])
            self._is_current = True
        return step

    def _remove(self, row: int) -> None:
        """Close the gap that a member leaves: the last one moves there."""
        self._is_current = False
        last = self._members.pop()
        if row < len(self._members):
            self._members[row] = last
            self._rows.move(len(self._members), row)


class _Rows:
    """What members have in a row each.

    Args:
        capacity: how many rows there are.
        parameter_count: P.
        moment_count: how many moments the optimizer has.

    Attributes:
        capacity: the same.
        optimizer_steps: (capacity,) float64, how many updates each member's optimizer has made.
    """

    def __init__(self, capacity: int, parameter_count: int, moment_count: int) -> None:
        self.capacity = capacity
        self.optimizer_steps = torch.zeros(capacity, dtype=torch.float64)
        self._flat, self._gradient = torch.zeros(capacity, parameter_count), torch.zeros(capacity, parameter_count)
        self._moments = [torch.zeros(capacity, parameter_count) for _ in range(moment_count)]
        self._kept = [self._flat, *self._moments, self.optimizer_steps]

    def first(self, count: int) -> Stack:
        """The first rows."""
        return Stack(self._flat[:count], self._gradient[:count], [moment[:count] for moment in self._moments])

    def twice(self) -> "_Rows":
        """Twice as many rows, the first of them as these."""
        rows = _Rows(2 * self.capacity, self._flat.shape[1], len(self._moments))
        for target, source in zip(rows._kept, self._kept, strict=True):
            target[: self.capacity] = source
        return rows

    def put(self, row: int, learner: Learner) -> None:
        """Copy a learner into a row."""
        optimizer = learner.optimizer
        for target, source in zip(
            self._kept, [learner.network.flat, *optimizer.moments, optimizer.step[0]], strict=True
        ):
            target[row] = source

    def move(self, source: int, target: int) -> None:
        """Copy a row to another place."""
        for tensor in self._kept:
            tensor[target] = tensor[source]

    def count_steps(self, count: int) -> None:
        """Every row has made so many steps."""
        self.optimizer_steps += count

    def show(self, learners: Sequence[Learner]) -> None:
        """Give the learners of the first rows their parameters."""
        targets = [learner.network.flat for learner in learners]
        torch._foreach_copy_(targets, list(self._flat[: len(targets)]))

    def give_back(self, row: int, learner: Learner) -> None:
        """Give a learner what is in its row."""
        optimizer = learner.optimizer
        for target, source in zip([learner.network.flat, *optimizer.moments], self._kept, strict=False):
            target.copy_(source[row])
        if optimizer.is_counting:
            optimizer.step.fill_(self.optimizer_steps[row])
