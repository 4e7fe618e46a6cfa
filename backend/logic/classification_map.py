"""ClassificationMap: what a network, or one of its units, answers over a grid; and its answer at one place."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import torch
from torch import Tensor

from backend.logic.config import Feature, Problem
from backend.logic.dataset import PLANE
from backend.logic.features import features
from backend.logic.model import logits
from backend.logic.scalar_cells import as_cells, magnitude
from backend.logic.snapshot import Snapshot

CONFIDENCE_STEPS: Final = 31
"""Confidence is told in so many steps: 5 bits."""


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
    """(height * width, len(names)) float32: the features of the cell centres, row by row from the top left."""
    x = ((torch.arange(width) + 0.5) / width * 2 - 1) * PLANE
    y = (1 - (torch.arange(height) + 0.5) / height * 2) * PLANE
    positions = torch.cartesian_prod(y, x).flip(1)
    return features(positions, names)


def answer_map(outputs: Tensor, problem: Problem, width: int, height: int) -> ClassificationMap:
    """The map of a network.

    Args:
        outputs: (height * width, classes) logits, or (height * width, 1) values of a regression; float32.
        problem: which of the two.
        width: cells in a row.
        height: rows.
    """
    if problem == "regression":
        return ClassificationMap(width, height, 0, as_cells(outputs).numpy().tobytes())
    probabilities = outputs.softmax(dim=1)
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


def unit_map(values: Tensor, layer: int, unit: int, width: int, height: int) -> ClassificationMap:
    """The map of one unit: (height * width, units) float32 values of its layer."""
    row = values[:, unit].unsqueeze(0)
    scale = magnitude(row)
    mapped = MappedUnit(layer, unit, scale.item())
    return ClassificationMap(width, height, 0, as_cells(row / scale).numpy().tobytes(), mapped)


def answer_at(snapshot: Snapshot, x: float, y: float) -> Answer:
    """The answer at one place of the plane."""
    with torch.inference_mode():
        inputs = features(torch.tensor([[x, y]], dtype=torch.float32), snapshot.features)
        outputs = logits(snapshot.architecture.layers(snapshot.parameters), snapshot.architecture, inputs)[0]
        if snapshot.problem == "regression":
            return Answer([], outputs.item())
        return Answer(outputs.softmax(dim=0).tolist(), None)
