"""Our updates against torch.optim's."""

from typing import get_args

import pytest
import torch
from torch import nn

from backend.logic.config import OptimizerName, RunConfig
from backend.logic.learner_state import seeded
from backend.logic.optimizers import clip_calls, make_optimizer, weight_decay_of
from tests.support.plain import OPTIMIZERS


@pytest.mark.parametrize("weight_decay", [None, 0.0, 0.1, 1.0])
@pytest.mark.parametrize("name", get_args(OptimizerName))
def test_an_optimizer_walks_the_same_way_as_pytorchs(name: OptimizerName, weight_decay: float | None) -> None:
    start = torch.linspace(-2, 2, 30)
    parameter = nn.Parameter(start.clone())
    options = {} if weight_decay is None else {"weight_decay": weight_decay}
    reference = OPTIMIZERS[name]([parameter], lr=0.05, **options)
    flat, gradient = start.clone(), torch.zeros(30)
    optimizer = make_optimizer(name, flat, gradient)
    decay = weight_decay_of(RunConfig(optimizer=name, weight_decay=weight_decay))
    for _ in range(50):
        parameter.grad = 2 * parameter.detach() + torch.sin(parameter.detach() * 3)
        reference.step()
        gradient.copy_(2 * flat + torch.sin(flat * 3))
        optimizer.update(0.05, decay)
    assert not torch.allclose(flat, start, atol=0.1)
    torch.testing.assert_close(flat, parameter.detach(), rtol=1e-5, atol=1e-6)


def test_only_adamw_decays_weights_if_nothing_is_said() -> None:
    decays = {name: weight_decay_of(RunConfig(optimizer=name)) for name in get_args(OptimizerName)}
    assert {name for name, decay in decays.items() if decay} == {"adamw"}
    assert weight_decay_of(RunConfig(optimizer="adamw", weight_decay=0.0)) == 0


@pytest.mark.parametrize("max_norm", [0.5, 1e6])
def test_a_gradient_is_clipped_as_pytorch_does(max_norm: float) -> None:
    parameter = nn.Parameter(torch.zeros(40))
    gradient = torch.randn(40, generator=seeded(1, 0))
    parameter.grad = gradient.clone()
    nn.utils.clip_grad_norm_([parameter], max_norm)
    before = gradient.clone()
    for call in clip_calls(gradient, max_norm):
        call()
    torch.testing.assert_close(gradient, parameter.grad)
    assert torch.equal(gradient, before) == (max_norm > 1000)
