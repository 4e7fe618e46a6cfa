"""ClassificationMap: a snapshot evaluated over a grid, and its losses and accuracies over the points."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from backend.logic.config import Feature
from backend.logic.dataset import PLANE
from backend.logic.features import features
from backend.logic.losses import accuracy, loss
from backend.logic.model import logits
from backend.logic.snapshot import Snapshot

CONFIDENCE_STEPS = 31
"""Confidence is told in so many steps: 5 bits."""


@dataclass(frozen=True, slots=True)
class ClassificationMap:
    """The network's answer over a grid.

    Attributes:
        width: cells in a row.
        height: rows.
        classes: class count.
        cells: width * height bytes, row-major, first row at y = +6: class in bits 7-5, confidence in bits 4-0.
    """

    width: int
    height: int
    classes: int
    cells: bytes


@dataclass(frozen=True, slots=True)
class Metrics:
    """How well a snapshot does, with dropout off: mean loss and accuracy; None without points."""

    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None


@lru_cache(maxsize=16)
def grid_features(width: int, height: int, names: tuple[Feature, ...]) -> Tensor:
    """(height * width, len(names)) float32: the features of the cell centres, row by row from the top left."""
    x = ((torch.arange(width) + 0.5) / width * 2 - 1) * PLANE
    y = (1 - (torch.arange(height) + 0.5) / height * 2) * PLANE
    positions = torch.cartesian_prod(y, x).flip(1)
    return features(positions, names)


def render(snapshot: Snapshot, width: int, height: int) -> ClassificationMap:
    """The map of a snapshot, width * height cells."""
    with torch.inference_mode():
        probabilities = _probabilities(snapshot, grid_features(width, height, snapshot.features))
        classes = probabilities.shape[1]
        highest, winner = probabilities.max(dim=1)
        confidence = (
            highest.sub_(1 / classes).mul_(CONFIDENCE_STEPS / (1 - 1 / classes)).round_().clamp_(0, CONFIDENCE_STEPS)
        )
        # Beside parameters near the end of float32 a logit can overflow; such a cell has no idea.
        broken = confidence.isnan()
        cells = winner.to(torch.uint8).bitwise_left_shift_(5).bitwise_or_(confidence.nan_to_num_(0).to(torch.uint8))
        cells.masked_fill_(broken, 0)
        return ClassificationMap(width, height, classes, cells.numpy().tobytes())


def evaluate(snapshot: Snapshot) -> Metrics:
    """Losses and accuracies of a snapshot over the points it was trained with."""
    examples = snapshot.examples
    train_loss, train_accuracy = _score(snapshot, examples.train_inputs, examples.train_targets)
    test_loss, test_accuracy = _score(snapshot, examples.test_inputs, examples.test_targets)
    return Metrics(train_loss, test_loss, train_accuracy, test_accuracy)


def probabilities_at(snapshot: Snapshot, x: float, y: float) -> list[float]:
    """The probability of each class at one place of the plane."""
    with torch.inference_mode():
        inputs = features(torch.tensor([[x, y]]), snapshot.features)
        values: list[float] = _probabilities(snapshot, inputs)[0].tolist()
        return values


def _logits(snapshot: Snapshot, inputs: Tensor) -> Tensor:
    layers = snapshot.architecture.layers(snapshot.parameters)
    return logits(layers, snapshot.architecture, inputs)


def _probabilities(snapshot: Snapshot, inputs: Tensor) -> Tensor:
    return _logits(snapshot, inputs).softmax(dim=1)


def _score(snapshot: Snapshot, inputs: Tensor, targets: Tensor) -> tuple[float | None, float | None]:
    """Mean loss and, for labels, accuracy over (N, features) inputs and (N,) targets; None for no points."""
    if len(targets) == 0:
        return None, None
    with torch.inference_mode():
        outputs = _logits(snapshot, inputs)
        error = loss(outputs, targets, snapshot.loss).item()
        return error, accuracy(outputs, targets) if snapshot.problem == "classification" else None
