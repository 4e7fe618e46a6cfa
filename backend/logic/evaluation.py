"""Scores: how well snapshots do over the points they were trained with, dropout off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from backend.logic.config import Loss
from backend.logic.snapshot import Examples

_PLACES_STEP: Final = 64
"""Points are filled up to a multiple of this, so that networks with nearly as many of them are evaluated together."""


@dataclass(frozen=True, slots=True)
class Scores:
    """How well a snapshot does: its loss, and its accuracy in a classification; None without points.

    Attributes:
        train_loss: the mean over the training points, penalties left out.
        test_loss: the same over the test points.
        train_accuracy: 0 to 1.
        test_accuracy: 0 to 1.
    """

    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None


NO_SCORES: Final = Scores(None, None, None, None)


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPoints:
    """The points of a snapshot as `StackedPass` takes them: training points, test points, then zeros.

    Attributes:
        inputs: (features, M) float32.
        targets: (M,) labels as int64 in a classification, (M,) values as float32 in a regression.
        is_left_out: (2, M) bool: what is no training point, and what is no test point.
        counts: how many training points and test points there are.
    """

    inputs: Tensor
    targets: Tensor
    is_left_out: Tensor
    counts: tuple[int, int]

    @classmethod
    def of(cls, examples: Examples) -> "ScoredPoints":
        """The points of a data set."""
        train, test = len(examples.train_targets), len(examples.test_targets)
        padding = -(train + test) % _PLACES_STEP
        places = torch.arange(train + test + padding)
        return cls(
            inputs=F.pad(torch.cat([examples.train_inputs, examples.test_inputs]).t(), (0, padding)).contiguous(),
            targets=F.pad(torch.cat([examples.train_targets, examples.test_targets]), (0, padding)),
            is_left_out=torch.stack([places >= train, (places < train) | (places >= train + test)]),
            counts=(train, test),
        )


class Points:
    """The scored points of data sets, each made once and kept as long as somebody has the data set."""

    def __init__(self) -> None:
        self._made: WeakKeyDictionary[Examples, ScoredPoints] = WeakKeyDictionary()

    def of(self, examples: Examples) -> ScoredPoints:
        """The scored points of a data set."""
        made = self._made.get(examples)
        if made is None:
            made = self._made[examples] = ScoredPoints.of(examples)
        return made


def score(outputs: Tensor, kind: Loss, points: Sequence[ScoredPoints]) -> list[Scores]:
    """How well networks do over their points.

    Args:
        outputs: (K, classes, M) logits, or (K, 1, M) values of a regression; float32.
        kind: how their error is measured.
        points: of each of the K networks, M places each.
    """
    targets = torch.stack([each.targets for each in points])
    is_left_out = torch.stack([each.is_left_out for each in points])
    measures = [point_losses(outputs, targets, kind)]
    if not targets.is_floating_point():
        measures.append((outputs.max(dim=1).indices == targets).float())
    # (K, splits, measures), of (K, splits, measures, M).
    sums = torch.stack(measures, dim=1).unsqueeze(1).masked_fill(is_left_out.unsqueeze(2), 0).sum(dim=3).tolist()
    return [_scores(train, test, *each.counts) for (train, test), each in zip(sums, points, strict=True)]


def _scores(train_sums: list[float], test_sums: list[float], train_count: int, test_count: int) -> Scores:
    """The means of what has been summed over each split: the loss and, in a classification, the hits."""
    train_loss, train_accuracy = _means(train_sums, train_count)
    test_loss, test_accuracy = _means(test_sums, test_count)
    return Scores(train_loss, test_loss, train_accuracy, test_accuracy)


def _means(sums: list[float], count: int) -> tuple[float | None, float | None]:
    if count == 0:
        return None, None
    error, *hits = sums
    return error / count, hits[0] / count if hits else None


def point_losses(outputs: Tensor, targets: Tensor, kind: Loss) -> Tensor:
    """(K, M) float32: the loss of each point, as `losses.loss` has it of one."""
    match kind:
        case "cross_entropy":
            return F.cross_entropy(outputs, targets, reduction="none")
        case "huber":
            return F.huber_loss(outputs.squeeze(1), targets, reduction="none")
        case "squared_error":
            if targets.is_floating_point():
                return F.mse_loss(outputs.squeeze(1), targets, reduction="none") / 2
            wanted = F.one_hot(targets, outputs.shape[1]).transpose(1, 2)
            return (outputs.softmax(dim=1) - wanted).square_().sum(dim=1)
