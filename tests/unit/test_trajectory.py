"""Two hundred steps by the written-out gradient lead where those by autograd do."""

from typing import Any, get_args

import pytest
import torch
from torch import Tensor

from backend.logic.batches import Columns
from backend.logic.config import OptimizerName, RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.logic.losses import loss
from backend.logic.model import logits
from backend.logic.optimizers import clip_calls, penalty_calls, weight_decay_of
from backend.logic.prepared_step import mask_calls
from backend.logic.training import Learner

STEPS = 200
TOLERANCE = 1e-6
"""Of the distance, relative to the length of all parameters."""
XOR = Dataset.empty(1.0, 0).adding(generate("xor", 93, 0.1, 2, 0))


def walk_by_autograd(learner: Learner) -> Tensor:
    """Train as `Learner.step` does, but for the gradient; returns the parameters (P,)."""
    config, network = learner.config, learner.network
    architecture, flat, gradient = network.architecture, network.flat, network.flat_gradient
    columns, hidden = Columns.of(architecture.sizes[0], architecture.sizes[-1]), architecture.sizes[1:-1]
    weights = architecture.weight_count
    for _ in range(STEPS):
        rate = learner.learning_rate
        batch = learner.batches.next()
        count = int(batch[columns.weights].count_nonzero())
        masks = torch.zeros(sum(hidden), learner.batches.rows)
        for call in mask_calls(masks, config.dropout, learner.dropping) if config.dropout else ():
            call()
        own = [mask.mT[:count] for mask in masks.split_with_sizes(hidden)] if config.dropout else None
        leaf = flat.clone().requires_grad_()
        outputs = logits(architecture.layers(leaf), architecture, batch[columns.inputs, :count].mT, own)
        wanted = batch[columns.wanted, :count]
        targets = wanted.argmax(dim=0) if config.problem == "classification" else wanted[0]
        gradient.copy_(torch.autograd.grad(loss(outputs, targets, config.loss), leaf)[0])
        for call in penalty_calls(flat[:weights], gradient[:weights], config.l1, config.l2):
            call()
        for call in clip_calls(gradient, config.gradient_clip) if config.gradient_clip else ():
            call()
        learner.optimizer.update(rate, weight_decay_of(config))
    return flat


OPTIONS: list[dict[str, Any]] = [
    *({"optimizer": name} for name in get_args(OptimizerName)),
    {"hidden_layers": (40, 40)},
    {"dropout": 0.2, "l1": 0.001, "l2": 0.001, "schedule": "cosine"},
    {"layer_norm": True, "layer_activations": ("gelu", "silu")},
    {"gradient_clip": 0.1, "loss": "squared_error", "activation": "softplus"},
    {"problem": "regression", "loss": "huber", "activation": "sine"},
    {"problem": "regression", "loss": "squared_error", "activation": "mish", "weight_decay": 0.01},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_two_hundred_steps_lead_where_those_by_autograd_do(options: dict[str, Any]) -> None:
    config = RunConfig(**{"learning_rate": 0.003} | options)
    learner = Learner(config, XOR)
    begin = learner.network.flat.clone()
    for _ in range(STEPS):
        learner.step()
    found, wanted = learner.network.flat, walk_by_autograd(Learner(config, XOR))
    assert torch.linalg.vector_norm(wanted - begin) > 100 * TOLERANCE * torch.linalg.vector_norm(wanted)
    assert torch.linalg.vector_norm(found - wanted) <= TOLERANCE * torch.linalg.vector_norm(wanted)
