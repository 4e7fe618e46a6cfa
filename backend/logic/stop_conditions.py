"""The stop conditions of a config, looked at between two epochs: what is reached, as a sentence."""

from backend.logic.config import RunConfig
from backend.logic.training import Learner


def has_stop_conditions(config: RunConfig) -> bool:
    """Whether training may stop by itself between two epochs."""
    return bool(config.stop_epochs or config.stop_loss or config.stop_accuracy)


def has_reached_epochs(config: RunConfig, epoch: float) -> bool:
    """Whether the epochs after which training shall stop are over."""
    return 0 < config.stop_epochs <= epoch


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
