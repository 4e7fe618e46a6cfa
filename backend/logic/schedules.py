"""The learning rate at an epoch: a function of the config alone."""

import math
from typing import Final

from backend.logic.config import RunConfig

_LOWEST_SHARE: Final = 0.01
"""Cosine goes down to this share of the learning rate."""


def learning_rate_at(config: RunConfig, epoch: float) -> float:
    """The learning rate of a step that begins at an epoch.

    Args:
        config: its `learning_rate` eta, `schedule`, `schedule_epochs` E and `schedule_factor` f.
        epoch: passes over the training points so far, e.

    Returns:
        * constant: eta.
        * step: eta f^floor(e / E).
        * exponential: eta f^(e / E).
        * cosine: from eta to eta / 100 by half a cosine within E epochs, then eta / 100; source: Loshchilov and
          Hutter, "SGDR" (2017), without restarts.
        * warm_up: from eta / E to eta in a straight line within E epochs, then eta.
    """
    eta, progress = config.learning_rate, epoch / config.schedule_epochs
    match config.schedule:
        case "constant":
            return eta
        case "step":
            return eta * math.pow(config.schedule_factor, math.floor(progress))
        case "exponential":
            return eta * math.pow(config.schedule_factor, progress)
        case "cosine":
            lowest = eta * _LOWEST_SHARE
            return lowest + (eta - lowest) * (1 + math.cos(math.pi * min(1.0, progress))) / 2
        case "warm_up":
            first = eta / config.schedule_epochs
            return first + (eta - first) * min(1.0, progress)
