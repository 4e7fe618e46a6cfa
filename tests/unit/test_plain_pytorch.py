"""A Learner's run is, whatever its settings, the one that a plain PyTorch loop makes of training.md."""

from collections.abc import Callable
from typing import Any

import torch
from hypothesis import given, settings
from torch import Tensor, nn

from backend.logic.batches import steps_per_epoch
from backend.logic.config import (
    RunConfig,
)
from backend.logic.dataset import Dataset
from backend.logic.points import TrainingExample
from backend.logic.schedules import learning_rate_at
from backend.logic.training import Learner
from tests.support.plain import ACTIVATIONS, OPTIMIZERS
from tests.unit.drawn_configs import configs_to_compare

STEPS = 20
POINTS = [TrainingExample(-5 + 0.7 * i % 10, -5 + 1.9 * i % 10, i % 3, None) for i in range(25)]


def plain_model(config: RunConfig, learner: Learner) -> nn.Sequential:
    """The same network with the same first weights, as anyone would build it."""
    sizes = (len(config.features), *config.hidden_layers)
    modules: list[nn.Module] = []
    for index in range(len(config.hidden_layers)):
        modules.append(nn.Linear(sizes[index], sizes[index + 1]))
        if config.layer_norm:
            modules.append(nn.LayerNorm(sizes[index + 1]))
        own = config.layer_activations[index] if index < len(config.layer_activations) else None
        modules.append(ACTIVATIONS[own or config.activation]())
    modules.append(nn.Linear(sizes[-1], config.classes if config.problem == "classification" else 1))
    model = nn.Sequential(*modules)
    linears = [module for module in modules if isinstance(module, nn.Linear)]
    with torch.no_grad():
        for linear, layer in zip(linears, learner.network.layers, strict=True):
            linear.weight.copy_(layer.weight)
            linear.bias.copy_(layer.bias)
    return model


def plain_loss(config: RunConfig) -> Callable[[Tensor, Tensor], Tensor]:
    match config.problem, config.loss:
        case _, "cross_entropy":
            return nn.CrossEntropyLoss()
        case _, "huber":
            return lambda outputs, values: nn.HuberLoss()(outputs[:, 0], values)
        case "regression", _:
            return lambda outputs, values: nn.MSELoss()(outputs[:, 0], values) / 2
        case _:
            return lambda outputs, labels: (
                nn.MSELoss(reduction="sum")(outputs.softmax(1), torch.eye(config.classes)[labels]) / len(labels)
            )


def plain_run(config: RunConfig, learner: Learner) -> list[Tensor]:
    """Train as the contract says, with torch.optim, and return the weights and biases layer by layer."""
    model = plain_model(config, learner)
    inputs, targets = learner.examples.train_inputs, learner.examples.train_targets
    weights = [module.weight for module in model if isinstance(module, nn.Linear)]
    options: dict[str, Any] = {} if config.weight_decay is None else {"weight_decay": config.weight_decay}
    optimizer = OPTIMIZERS[config.optimizer](model.parameters(), lr=config.learning_rate, **options)
    criterion, order = plain_loss(config), torch.Generator().manual_seed(4 * config.seed + 1)
    per_epoch = steps_per_epoch(len(targets), config.batch_size)
    for step in range(STEPS):
        epoch, batch_index = divmod(step, per_epoch)
        if batch_index == 0:
            batches = torch.randperm(len(targets), generator=order).split(config.batch_size)  # type: ignore[no-untyped-call]
        share = batch_index * config.batch_size / len(targets)
        optimizer.param_groups[0]["lr"] = learning_rate_at(config, epoch + share)
        batch = batches[batch_index]
        optimizer.zero_grad()
        loss = criterion(model(inputs[batch]), targets[batch])
        loss = loss + config.l1 * sum(weight.abs().sum() for weight in weights)
        loss = loss + config.l2 / 2 * sum(weight.square().sum() for weight in weights)
        loss.backward()  # type: ignore[no-untyped-call]
        if config.gradient_clip:
            nn.utils.clip_grad_norm_(model.parameters(), config.gradient_clip)
        optimizer.step()
    return list(model.parameters())


@settings(max_examples=200, deadline=None, derandomize=True)
@given(configs_to_compare())
def test_twenty_steps_are_those_of_a_plain_pytorch_loop(config: RunConfig) -> None:
    learner = Learner(config, Dataset.empty(1.0, config.seed).adding(POINTS))
    wanted = plain_run(config, learner)
    for _ in range(STEPS):
        learner.step()
    found = [
        tensor
        for layer in learner.network.layers
        for tensor in (layer.weight, layer.bias, layer.gain, layer.shift)
        if tensor is not None
    ]
    ours, theirs = (torch.cat([tensor.detach().flatten() for tensor in tensors]) for tensors in (found, wanted))
    # Two orders of the same sums differ in their last bits, and a layer norm of two units can magnify that.
    assert torch.linalg.vector_norm(ours - theirs) <= 1e-5 * torch.linalg.vector_norm(theirs)
