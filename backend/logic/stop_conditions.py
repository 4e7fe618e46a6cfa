"""The stop conditions of a config, looked at between two epochs: what is reached, as a sentence."""

import math
from typing import Final

from backend.logic.config import RunConfig
from backend.logic.training import Learner

_EPOCH_SLACK: Final = 1e-6
"""Epochs are sums of fractions: one that is missing less than this may be reached, and is looked at."""


def has_reached_epochs(config: RunConfig, epoch: float) -> bool:
    """Whether the epochs after which training shall stop are over."""
    return 0 < config.stop_epochs <= epoch


def why_not_start(config: RunConfig, epoch: float) -> str | None:
    """Why training would stop before its first step, as a sentence; None if it would not."""
    if not has_reached_epochs(config, epoch):
        return None
    return (
        f"Cannot start training: it is to stop at epoch {config.stop_epochs:,}, which is reached. "
        "Raise that number, or clear it."
    )


def steps_to_look(learner: Learner) -> float:
    """After how many steps a stop condition may be met, at the end of a pass; infinite if there is none."""
    config = learner.config
    left = learner.steps_left_in_pass
    if config.stop_loss or config.stop_accuracy:
        return left
    if config.stop_epochs:
        # At the end of this pass it will have been one more epoch at most.
        passes_after = max(0, math.ceil(config.stop_epochs - (learner.epoch + 1) - _EPOCH_SLACK))
        return left + passes_after * learner.steps_per_epoch
    return math.inf


def reason_to_stop(learner: Learner) -> str | None:
    """Why a training stops here, as a sentence; None if it goes on.

    Loss and accuracy are those of all training points, without dropout; a regression has no accuracy.
    """
    config = learner.config
    if has_reached_epochs(config, learner.epoch):
        count = config.stop_epochs
        return f"Training stopped: {count:,} {'epoch is' if count == 1 else 'epochs are'} reached."
    if config.stop_loss or config.stop_accuracy:
        loss, accuracy = learner.evaluate()
        if config.stop_loss > 0 and loss <= config.stop_loss:
            return f"Training stopped: the train loss is {loss:.3g}, below {config.stop_loss:g}."
        if config.stop_accuracy and accuracy is not None and accuracy >= config.stop_accuracy:
            return (
                f"Training stopped: the train accuracy is {accuracy * 100:.1f} %, "
                f"at least {config.stop_accuracy * 100:g} %."
            )
    return None
