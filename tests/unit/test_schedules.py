"""The learning rate over the epochs, against torch.optim.lr_scheduler."""

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from backend.logic.config import RunConfig, Schedule
from backend.logic.schedules import learning_rate_at

ETA, EPOCHS, FACTOR = 0.4, 10, 0.3
REFERENCES: dict[Schedule, Callable[[torch.optim.Optimizer], lr_scheduler.LRScheduler]] = {
    "constant": lambda optimizer: lr_scheduler.ConstantLR(optimizer, factor=1.0),
    "step": lambda optimizer: lr_scheduler.StepLR(optimizer, EPOCHS, gamma=FACTOR),
    "exponential": lambda optimizer: lr_scheduler.ExponentialLR(optimizer, gamma=FACTOR ** (1 / EPOCHS)),
    "cosine": lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS, eta_min=ETA / 100),
    "warm_up": lambda optimizer: lr_scheduler.LinearLR(optimizer, start_factor=1 / EPOCHS, total_iters=EPOCHS),
}


def config_with(schedule: Schedule, epochs: int = EPOCHS) -> RunConfig:
    return RunConfig(learning_rate=ETA, schedule=schedule, schedule_epochs=epochs, schedule_factor=FACTOR)


@pytest.mark.parametrize("schedule", REFERENCES)
def test_at_whole_epochs_a_schedule_is_pytorchs(schedule: Schedule) -> None:
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=ETA)
    scheduler = REFERENCES[schedule](optimizer)
    # PyTorch's cosine rises again behind its end; ours has arrived.
    last = EPOCHS if schedule == "cosine" else 3 * EPOCHS
    for epoch in range(last + 1):
        assert learning_rate_at(config_with(schedule), epoch) == pytest.approx(scheduler.get_last_lr()[0], rel=1e-9)
        optimizer.step()
        scheduler.step()


def test_between_epochs_the_rate_goes_on_changing() -> None:
    assert learning_rate_at(config_with("exponential"), 2.5) == pytest.approx(ETA * FACTOR**0.25)
    assert learning_rate_at(config_with("warm_up"), 2.5) == pytest.approx(ETA * (0.1 + 0.9 * 0.25))
    assert learning_rate_at(config_with("step"), 9.99) == ETA


def test_cosine_stays_at_a_hundredth() -> None:
    assert learning_rate_at(config_with("cosine"), 1000.0) == pytest.approx(ETA / 100)


@pytest.mark.parametrize("schedule", REFERENCES)
def test_a_schedule_of_one_epoch_and_a_very_long_run_are_numbers(schedule: Schedule) -> None:
    for epoch in (0.0, 0.5, 1.0, 1e9):
        assert 0 <= learning_rate_at(config_with(schedule, epochs=1), epoch) <= ETA
