"""Insight: how a network learns, measured at one step: what it confuses, how gradients flow, which units are dead."""

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from backend.logic.losses import loss
from backend.logic.model import activations, logits
from backend.logic.snapshot import Snapshot

MOST_GRADIENT_POINTS: Final = 512
"""Gradients are those of the first so many training points: more cost time and tell no more."""
LEAST_VARIATION: Final = 1e-6
"""A unit whose output varies by less than this is dead."""

Confusion = tuple[tuple[int, ...], ...]
"""Rows are the actual classes, columns the predicted ones; empty in a regression."""


@dataclass(frozen=True, slots=True)
class Insight:
    """How a network learns, at one step and with dropout off.

    Attributes:
        train_confusion: how many training points of each class were taken for which.
        test_confusion: the same for the test points.
        gradient_norms: of the weights of each layer from the inputs on, the Euclidean norm of the gradient of the mean
            training loss, penalties left out; None without points, and where it is not finite.
        dead_shares: of each hidden layer, the share of units that give the same output for all training points; 0 for
            fewer than two points.
    """

    train_confusion: Confusion
    test_confusion: Confusion
    gradient_norms: tuple[float | None, ...]
    dead_shares: tuple[float, ...]


def insight_into(snapshot: Snapshot) -> Insight:
    """Look into a snapshot."""
    examples = snapshot.examples
    return Insight(
        train_confusion=_confusion(snapshot, examples.train_inputs, examples.train_targets),
        test_confusion=_confusion(snapshot, examples.test_inputs, examples.test_targets),
        gradient_norms=_gradient_norms(snapshot),
        dead_shares=_dead_shares(snapshot),
    )


def _confusion(snapshot: Snapshot, inputs: Tensor, labels: Tensor) -> Confusion:
    """How many of (N, features) inputs with (N,) labels are taken for which class."""
    if snapshot.problem == "regression":
        return ()
    classes = snapshot.architecture.sizes[-1]
    with torch.inference_mode():
        parameters = snapshot.architecture.layers(snapshot.parameters)
        predicted = logits(parameters, snapshot.architecture, inputs).argmax(dim=1)
        counts = torch.bincount(labels * classes + predicted, minlength=classes**2).view(classes, classes)
        return tuple(tuple(row) for row in counts.tolist())


def _gradient_norms(snapshot: Snapshot) -> tuple[float | None, ...]:
    architecture, examples = snapshot.architecture, snapshot.examples
    targets = examples.train_targets[:MOST_GRADIENT_POINTS]
    if len(targets) == 0:
        return (None,) * (len(architecture.sizes) - 1)
    with torch.inference_mode(mode=False):
        # Copies: the snapshot's own tensors belong to everybody, and those of inference mode know no gradient.
        flat = snapshot.parameters.clone().requires_grad_()
        inputs, targets = examples.train_inputs[:MOST_GRADIENT_POINTS].clone(), targets.clone()
        outputs = logits(architecture.layers(flat), architecture, inputs)
        (gradient,) = torch.autograd.grad(loss(outputs, targets, snapshot.loss), flat)
    norms = [layer.weight.norm().item() for layer in architecture.layers(gradient)]
    return tuple(norm if math.isfinite(norm) else None for norm in norms)


def _dead_shares(snapshot: Snapshot) -> tuple[float, ...]:
    architecture, inputs = snapshot.architecture, snapshot.examples.train_inputs
    if len(inputs) <= 1:
        return (0.0,) * (len(architecture.sizes) - 2)
    shares = []
    with torch.inference_mode():
        for values in activations(architecture.layers(snapshot.parameters), architecture, inputs):
            variation = values.amax(dim=0) - values.amin(dim=0)
            shares.append((variation < LEAST_VARIATION).to(torch.float32).mean().item())
    return tuple(shares[:-1])
