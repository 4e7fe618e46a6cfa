"""Scores: how well a snapshot does over the points it was trained with, dropout off."""

from dataclasses import dataclass

import torch
from torch import Tensor

from backend.logic.losses import accuracy, loss
from backend.logic.model import logits
from backend.logic.snapshot import Snapshot


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


def evaluate(snapshot: Snapshot) -> Scores:
    """Losses and accuracies of a snapshot over the points it was trained with."""
    examples = snapshot.examples
    train_loss, train_accuracy = _score(snapshot, examples.train_inputs, examples.train_targets)
    test_loss, test_accuracy = _score(snapshot, examples.test_inputs, examples.test_targets)
    return Scores(train_loss, test_loss, train_accuracy, test_accuracy)


def _score(snapshot: Snapshot, inputs: Tensor, targets: Tensor) -> tuple[float | None, float | None]:
    """Mean loss and, for labels, accuracy over (N, features) inputs and (N,) targets; None for no points."""
    if len(targets) == 0:
        return None, None
    with torch.inference_mode():
        outputs = logits(snapshot.architecture.layers(snapshot.parameters), snapshot.architecture, inputs)
        error = loss(outputs, targets, snapshot.loss).item()
        return error, accuracy(outputs, targets) if snapshot.problem == "classification" else None
