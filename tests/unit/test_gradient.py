"""The written-out gradient, against that of autograd."""

from typing import Any, get_args

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from backend.logic.architecture import Architecture
from backend.logic.batches import Columns
from backend.logic.config import LOSSES, Activation, Loss, Problem
from backend.logic.gradient import Backpropagation
from backend.logic.losses import loss
from backend.logic.model import logits

TOLERANCE = 1e-5


def autograd(
    architecture: Architecture, flat: Tensor, inputs: Tensor, targets: Tensor, kind: Loss, *, masks: list[Tensor] | None
) -> Tensor:
    """The gradient (P,) as PyTorch finds it: (N, features), (N,), (N, units) for each hidden layer."""
    leaf = flat.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(
        loss(logits(architecture.layers(leaf), architecture, inputs, masks), targets, kind), leaf
    )
    return gradient


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    problem: Problem = draw(st.sampled_from(get_args(Problem)))
    hidden = draw(st.lists(st.integers(1, 12) | st.integers(22, 40), max_size=4))
    outputs = draw(st.integers(2, 8)) if problem == "classification" else 1
    activations = draw(st.lists(st.sampled_from(get_args(Activation)), min_size=len(hidden), max_size=len(hidden)))
    rows = draw(st.integers(1, 12) | st.integers(30, 35))
    return {
        "architecture": Architecture(
            (draw(st.integers(1, 7)), *hidden, outputs), tuple(activations), draw(st.booleans())
        ),
        "kind": draw(st.sampled_from(LOSSES[problem])),
        "rows": rows,
        "points": draw(st.integers(1, rows)),
        "stack": draw(st.none() | st.integers(1, 4)),
        "dropout": draw(st.sampled_from((0.0, 0.3))),
        "seed": draw(st.integers(0, 10_000)),
    }


@settings(max_examples=400, deadline=None, derandomize=True)
@given(cases())
def test_the_gradient_is_that_of_autograd(case: dict[str, Any]) -> None:
    architecture, kind, rows, points, stack = (case[key] for key in ("architecture", "kind", "rows", "points", "stack"))
    sizes, networks = architecture.sizes, stack or 1
    generator = torch.Generator().manual_seed(case["seed"])
    is_value = sizes[-1] == 1
    flat = torch.randn(networks, architecture.parameter_count, generator=generator, dtype=torch.float64)
    inputs = torch.randn(networks, points, sizes[0], generator=generator, dtype=torch.float64) * 2
    targets = torch.randn(networks, points, generator=generator, dtype=torch.float64)
    if not is_value:
        targets = torch.randint(sizes[-1], (networks, points), generator=generator)
    masks = (
        torch.rand(networks, sum(sizes[1:-1]), rows, generator=generator, dtype=torch.float64).gt(case["dropout"]) / 0.7
    )

    columns = Columns.of(sizes[0], sizes[-1])
    batch = torch.zeros(networks, columns.total, rows, dtype=torch.float64)
    batch[:, columns.inputs, :points] = inputs.mT
    batch[:, columns.wanted, :points] = (targets if is_value else torch.eye(sizes[-1])[targets].mT).view(
        networks, -1, points
    )
    batch[:, columns.weights, :points] = 1 / points
    batch[:, columns.pulls] = -batch[:, columns.wanted] * batch[:, columns.weights]
    written = Backpropagation(
        architecture, kind, rows, stack=stack, is_dropping=case["dropout"] > 0, dtype=torch.float64
    )
    gradient = torch.full_like(flat, torch.nan)
    written.bind(flat if stack else flat[0], gradient if stack else gradient[0])
    for _ in range(2):
        # Twice: no run leaves anything behind that changes the next one.
        written.batch.copy_(batch if stack else batch[0])
        if written.masks is not None:
            written.masks.copy_(masks if stack else masks[0])
        written.run()
    for index in range(networks):
        own = [mask.mT[:points] for mask in masks[index].split_with_sizes(sizes[1:-1])] if case["dropout"] else None
        mean = loss(logits(architecture.layers(flat[index]), architecture, inputs[index], own), targets[index], kind)
        torch.testing.assert_close(written.losses().view(-1)[index], mean)
        wanted = autograd(architecture, flat[index], inputs[index], targets[index], kind, masks=own)
        assert (
            torch.linalg.vector_norm(gradient[index] - wanted) <= TOLERANCE * torch.linalg.vector_norm(wanted) + 1e-12
        )
