"""Our updates against torch.optim's."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from backend.logic.config import OptimizerName
from backend.logic.optimizers import make_optimizer

REFERENCES: dict[OptimizerName, Callable[[list[nn.Parameter]], torch.optim.Optimizer]] = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.05),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.05),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_an_optimizer_walks_the_same_way_as_pytorchs(name: OptimizerName) -> None:
    start = torch.linspace(-2, 2, 30)
    parameter = nn.Parameter(start.clone())
    reference = REFERENCES[name]([parameter])
    flat, optimizer = start.clone(), make_optimizer(name, 30)
    for _ in range(50):
        parameter.grad = 2 * parameter.detach() + torch.sin(parameter.detach() * 3)
        reference.step()
        optimizer.update(flat, 2 * flat + torch.sin(flat * 3), 0.05)
    assert not torch.allclose(flat, start, atol=0.1)
    torch.testing.assert_close(flat, parameter.detach(), rtol=1e-5, atol=1e-6)
