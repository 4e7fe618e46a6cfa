"""Input features."""

import math
from typing import get_args

import pytest
import torch

from backend.logic.config import Feature
from backend.logic.features import features


def test_every_feature_is_its_formula() -> None:
    values = features(torch.tensor([[2.0, -3.0]]), get_args(Feature))
    assert values[0].tolist() == pytest.approx([2, -3, 4, 9, -6, math.sin(2), math.sin(-3)])


def test_features_come_in_the_order_asked_for() -> None:
    assert features(torch.tensor([[2.0, -3.0]]), ("x2", "x1")).tolist() == [[-3, 2]]
