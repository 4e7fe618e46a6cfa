"""The losses: how far a network's outputs are from what they should be, as one number."""

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from backend.logic.config import Loss


def loss(outputs: Tensor, targets: Tensor, kind: Loss) -> Tensor:
    """The mean loss over N points.

    Args:
        outputs: (N, classes) logits, or (N, 1) values for a regression; float32.
        targets: (N,) labels as int64 for a classification, (N,) values as float32 for a regression.
        kind: which loss; `squared_error` is the sum over the classes of (probability - wanted)^2 in a classification,
            (value - wanted)^2 / 2 in a regression. For two classes, and for values, that is the error of
            playground.tensorflow.org, `nn.ts`.

    Returns:
        A scalar, float32.
    """
    match kind:
        case "cross_entropy":
            return F.cross_entropy(outputs, targets)
        case "huber":
            return F.huber_loss(outputs.squeeze(1), targets)
        case "squared_error":
            if targets.is_floating_point():
                return F.mse_loss(outputs.squeeze(1), targets) / 2
            classes = outputs.shape[1]
            return F.mse_loss(outputs.softmax(dim=1), _wanted(classes)[targets]) * classes


def accuracy(outputs: Tensor, labels: Tensor) -> float:
    """The share of N points whose largest output is that of their label: (N, classes) and (N,) int64."""
    return int((outputs.argmax(dim=1) == labels).sum().item()) / len(labels)


@cache
def _wanted(classes: int) -> Tensor:
    """(classes, classes) float32: in each row what the probabilities should be for its label."""
    return torch.eye(classes)
