"""ClassificationMap: what a network, or one of its units, answers over a grid; and its answer at one place."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import torch
from torch import Tensor

from backend.logic.config import Feature, Problem
from backend.logic.features import features
from backend.logic.model import logits
from backend.logic.points import PLANE
from backend.logic.scalar_cells import as_cells, magnitude
from backend.logic.snapshot import Snapshot

CONFIDENCE_STEPS: Final = 31
"""Confidence is told in so many steps: 5 bits."""

_HALF_STEPS: Final = 4 * CONFIDENCE_STEPS
"""The probability of the second of two classes is told in half steps of confidence: up to half of them it has lost."""
_CELL_OF_HALF_STEP: Final = bytes(
    1 << 5 | (half - 2 * CONFIDENCE_STEPS) // 2
    if half > 2 * CONFIDENCE_STEPS
    else (2 * CONFIDENCE_STEPS - half + 1) // 2
    for half in range(_HALF_STEPS + 1)
).ljust(256, b"\0")


class MappedUnit(NamedTuple):
    """Which unit a map shows (layer 0 is the input features), and by what its values were divided."""

    layer: int
    unit: int
    scale: float


@dataclass(frozen=True, slots=True)
class ClassificationMap:
    """The answer over a grid.

    Attributes:
        width: cells in a row.
        height: rows.
        classes: class count; 0 if the cells are values and not classes.
        cells: width * height bytes, row-major, first row at y = +6: class in bits 7-5 and confidence in bits 4-0, or a
            value, 0 is -1 and 255 is +1.
        unit: whose values they are; None for the network's own answer.
    """

    width: int
    height: int
    classes: int
    cells: bytes
    unit: MappedUnit | None = None


class Answer(NamedTuple):
    """What a network answers at one place: a probability for each class, or in a regression none but a value."""

    probabilities: list[float]
    value: float | None


@lru_cache(maxsize=16)
def grid_features(width: int, height: int, names: tuple[Feature, ...]) -> Tensor:
    """(len(names), height * width) float32: the features of the cell centres, row by row from the top left."""
    x = ((torch.arange(width) + 0.5) / width * 2 - 1) * PLANE
    y = (1 - (torch.arange(height) + 0.5) / height * 2) * PLANE
    positions = torch.cartesian_prod(y, x).flip(1)
    return features(positions, names).t().contiguous()


def answer_maps(outputs: Tensor, problem: Problem, width: int, height: int) -> list[ClassificationMap]:
    """The maps of K networks.

    Args:
        outputs: (K, classes, height * width) logits, or (K, 1, height * width) values of a regression; float32.
        problem: which of the two.
        width: cells in a row.
        height: rows.
    """
    if problem == "regression":
        return [ClassificationMap(width, height, 0, cells.tobytes()) for cells in as_cells(outputs.squeeze(1)).numpy()]
    classes = outputs.shape[1]
    maps = _two_classes(outputs) if classes == 2 else _many_classes(outputs)  # noqa: PLR2004 - as its name says
    return [ClassificationMap(width, height, classes, cells) for cells in maps]


def _two_classes(logits: Tensor) -> list[bytes]:
    """The cells of K networks, of (K, 2, N) logits: the probability of class 1 says it all."""
    probability = (logits[:, 1] - logits[:, 0]).sigmoid_()
    # Beside parameters near the end of float32 a logit can overflow; such a cell has no idea.
    half_steps = probability.nan_to_num_(0.5).mul_(_HALF_STEPS).ceil_().to(torch.uint8)
    return [row.tobytes().translate(_CELL_OF_HALF_STEP) for row in half_steps.numpy()]


def _many_classes(logits: Tensor) -> list[bytes]:
    """The cells of K networks, of (K, classes, N) logits."""
    classes = logits.shape[1]
    highest, winner = logits.softmax(dim=1).max(dim=1)
    is_broken = highest.isnan()
    confidence = (
        highest.nan_to_num_(0).sub_(1 / classes).mul_(CONFIDENCE_STEPS / (1 - 1 / classes)).round_().clamp_(min=0)
    )
    cells = winner.to(torch.uint8).bitwise_left_shift_(5).bitwise_or_(confidence.to(torch.uint8))
    return [row.tobytes() for row in cells.masked_fill_(is_broken, 0).numpy()]


def unit_map(values: Tensor, layer: int, unit: int, width: int, height: int) -> ClassificationMap:
    """The map of one unit: (1, height * width) float32 values."""
    scale = magnitude(values)
    mapped = MappedUnit(layer, unit, scale.item())
    return ClassificationMap(width, height, 0, as_cells(values / scale).numpy().tobytes(), mapped)


def answer_at(snapshot: Snapshot, x: float, y: float) -> Answer:
    """The answer at one place of the plane."""
    with torch.inference_mode():
        inputs = features(torch.tensor([[x, y]], dtype=torch.float32), snapshot.features)
        outputs = logits(snapshot.architecture.layers(snapshot.parameters), snapshot.architecture, inputs)[0]
        if snapshot.problem == "regression":
            return Answer([], outputs.item())
        return Answer(outputs.softmax(dim=0).tolist(), None)
