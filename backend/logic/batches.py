"""The batches of a data set: every pass in a new order, laid out for a step in buffers that are made once."""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from backend.logic.devices import CPU


class Columns(NamedTuple):
    """Where the parts of a batch lie in it: a batch is (total, B), a column of numbers for each of its B points.

    A loss that is a mean has the gradient `weight · (answer - wanted)` in each point's answer, so the product of weight
    and what is wanted is made once a pass. What fills up the last batch of a pass has weight 0.

    Attributes:
        inputs: the features.
        wanted: for each output what it should be: 1 or 0 for a class, or the value.
        pulls: -weight · wanted.
        weights: one row: 1 / (points in this batch).
        total: all of them together.
    """

    inputs: slice
    wanted: slice
    pulls: slice
    weights: slice
    total: int

    @classmethod
    def of(cls, features: int, outputs: int) -> "Columns":
        """Those of so many features and outputs."""
        pulls, weights = features + outputs, features + 2 * outputs
        return cls(
            slice(features), slice(features, pulls), slice(pulls, weights), slice(weights, weights + 1), weights + 1
        )


def steps_per_epoch(train_count: int, batch_size: int) -> int:
    """How many batches cover so many training points once."""
    return ceil(train_count / batch_size)


class Place(NamedTuple):
    """Where batches are.

    Attributes:
        order: (N,) int64, the order of the present pass; of the points as they are before the first.
        passes: passes that a later one has followed.
        has_begun: whether a pass has ever begun.
        first_point: the point of the pass at which its batches begin: not 0 after a change of their size.
        next_batch: which of them comes next.
    """

    order: Tensor
    passes: int
    has_begun: bool
    first_point: int
    next_batch: int


class Batches:
    """Training points, batch by batch: each pass over them is in a new order, and its last batch may be smaller.

    A step slices nothing: all batches of a pass are views of one buffer, made once.

    Attributes:
        passes: passes that a later one has followed.
        rows: B, the points that a batch has room for.
    """

    def __init__(
        self,
        inputs: Tensor,
        targets: Tensor,
        outputs: int,
        batch_size: int,
        shuffling: torch.Generator,
        *,
        device: torch.device = CPU,
    ) -> None:
        """Begin before the first pass.

        Args:
            inputs: (N, features) float32.
            targets: (N,) labels as int64, or values as float32.
            outputs: how many outputs tell a label, 1 for a value.
            batch_size: points in a batch.
            shuffling: gives the order of each pass.
            device: where `next` gives a batch; all else lies on the CPU.
        """
        self.passes = 0
        self._inputs, self._targets = inputs, targets
        self._order = torch.arange(len(inputs))
        self._shuffling, self._device = shuffling, device
        self._has_begun = False
        self._batches: tuple[Tensor, ...] = ()
        self._is_laid_out = False
        self._tell(outputs)
        self._lay_out(batch_size)
        self._next = len(self._batches)

    @property
    def place(self) -> Place:
        """Where they are; the order is a copy."""
        return Place(self._order.clone(), self.passes, self._has_begun, self._first, self._next)

    def go_to(self, place: Place) -> None:
        """Be where others of the same points and size were."""
        self.passes, self._has_begun = place.passes, place.has_begun
        self._order.copy_(place.order)
        self._lay_out(self._batch_size, place.first_point)
        self._fill()
        self._next = place.next_batch

    @property
    def taken(self) -> int:
        """How many points the present pass has come over, all at its end; 0 before the first."""
        count = len(self._points)
        return min(count, self._first + self._next * self.rows) if self._has_begun else 0

    @property
    def is_between_passes(self) -> bool:
        """Whether the last batch ended a pass over the points."""
        return self._next == len(self._batches) and (self._has_begun or not self._batches)

    def next(self) -> Tensor:
        """The next batch, (Columns.total, B) float32; it changes when a new pass begins."""
        if self._next == len(self._batches):
            self._begin_pass()
        if not self._is_laid_out:
            self._buffer.copy_(self._pieces)
            self._is_laid_out = True
        batch = self._batches[self._next]
        self._next += 1
        return batch

    @property
    def left(self) -> int:
        """How many batches there are to the end of this pass; of the next, if this one has ended."""
        return len(self._batches) - self._next or steps_per_epoch(len(self._points), self.rows)

    def take(self, count: int) -> Iterator[Tensor]:
        """The next so many batches, several in one piece: (batches, Columns.total, B).

        A piece changes when the one behind it is asked for.
        """
        while count:
            if self._next == len(self._batches):
                self._begin_pass()
            begin = self._next
            self._next = min(begin + count, len(self._batches))
            count -= self._next - begin
            yield self._pieces[begin : self._next]

    def ahead(self, count: int) -> Iterator[tuple[int, int]]:
        """Where each of the next so many batches begins: `passes` and `taken` as they are before it."""
        passes, first, index, batches = self.passes, self._first, self._next, len(self._batches)
        has_begun, points = self._has_begun, len(self._points)
        for _ in range(count):
            yield passes, min(points, first + index * self.rows) if has_begun else 0
            if index == batches:
                passes, first, index, batches = passes + has_begun, 0, 0, steps_per_epoch(points, self.rows)
                has_begun = True
            index += 1

    def give_back(self, count: int) -> None:
        """Have the last so many, all of this pass, be the next ones again."""
        self._next -= count

    def resize(self, batch_size: int) -> None:
        """Go on with batches of this size from where the pass is."""
        if self._next < len(self._batches):
            self._lay_out(batch_size, self.taken)
            self._fill()
        else:
            self._lay_out(batch_size)
            self._next = len(self._batches)

    def use_outputs(self, outputs: int) -> None:
        """Go on with so many outputs from where the pass is."""
        self._tell(outputs)
        self.resize(self._batch_size)

    def _tell(self, outputs: int) -> None:
        """Have for each point a row of what will be its column of a batch."""
        inputs, targets = self._inputs, self._targets
        self._columns = Columns.of(inputs.shape[1], outputs)
        wanted = targets.unsqueeze(1) if targets.is_floating_point() else F.one_hot(targets, outputs).float()
        self._points = torch.cat([inputs, wanted, -wanted, torch.ones(len(inputs), 1)], dim=1)

    def _begin_pass(self) -> None:
        if self._has_begun:
            self.passes += 1
        self._has_begun = True
        if self._first:
            self._lay_out(self._batch_size)
        self._next = 0
        torch.randperm(len(self._points), generator=self._shuffling, out=self._order)
        self._fill()

    def _lay_out(self, batch_size: int, first: int = 0) -> None:
        """Make room for the batches of a pass from a point on."""
        count, total = self._points.shape
        self._batch_size, self._first, self._next = batch_size, first, 0
        self.rows = max(1, min(batch_size, count))
        batches = steps_per_epoch(count - first, self.rows)
        self._points[:, self._columns.pulls] = self._points[:, self._columns.wanted] / -self.rows
        self._points[:, self._columns.weights] = 1 / self.rows
        shuffled = torch.zeros(first + batches * self.rows, total)
        self._shuffled = shuffled[:count]
        self._pieces = shuffled[first:].view(batches, self.rows, total).mT
        self._buffer = torch.empty(batches, total, self.rows, device=self._device)
        self._batches = self._buffer.unbind()
        last = count - first - (batches - 1) * self.rows
        self._smaller = shuffled[count - last : count, self._columns.pulls.start :] if last < self.rows else None
        self._smaller_weight = self.rows / max(1, last)

    def _fill(self) -> None:
        """Have the points in the order of this pass, those of a smaller batch with the weight that they have there."""
        torch.index_select(self._points, 0, self._order, out=self._shuffled)
        if self._smaller is not None:
            self._smaller.mul_(self._smaller_weight)
        self._is_laid_out = False
