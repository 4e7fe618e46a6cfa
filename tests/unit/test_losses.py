"""The losses, against PyTorch and against their definitions."""

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from backend.logic.learner_state import seeded
from backend.logic.losses import accuracy, loss


def numbers(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=seeded(3, 0))


def test_cross_entropy_and_huber_are_pytorchs() -> None:
    labels, values = torch.tensor([0, 2, 1, 2]), torch.tensor([0.5, -1.0, 0.0, 1.0])
    assert torch.equal(loss(numbers(4, 3), labels, "cross_entropy"), F.cross_entropy(numbers(4, 3), labels))
    outputs = 3 * numbers(4, 1)
    assert torch.equal(loss(outputs, values, "huber"), F.huber_loss(outputs[:, 0], values))


def test_the_squared_error_of_values_is_half_the_mean_square() -> None:
    outputs, values = torch.tensor([[1.0], [0.0]]), torch.tensor([0.0, 0.5])
    assert loss(outputs, values, "squared_error").item() == pytest.approx((0.5 + 0.125) / 2)


def test_the_squared_error_of_classes_is_the_sum_over_them() -> None:
    outputs, labels = numbers(5, 3), torch.tensor([0, 1, 2, 0, 1])
    wanted = torch.eye(3)[labels]
    expected = sum(((outputs.softmax(1)[i] - wanted[i]) ** 2).sum().item() for i in range(5)) / 5
    assert loss(outputs, labels, "squared_error").item() == pytest.approx(expected)


def test_for_two_classes_the_squared_error_is_the_well_known_playgrounds() -> None:
    outputs, labels = numbers(6, 2), torch.tensor([0, 1, 1, 0, 1, 0])
    answer = torch.tanh((outputs[:, 1] - outputs[:, 0]) / 2)
    expected = ((answer - (2 * labels - 1)) ** 2 / 2).mean()
    assert loss(outputs, labels, "squared_error").item() == pytest.approx(expected.item(), rel=1e-5)


def test_accuracy_is_the_share_of_right_answers() -> None:
    assert accuracy(torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [0.0, 3.0]]), torch.tensor([0, 1, 1, 1])) == 0.75
