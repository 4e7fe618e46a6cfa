"""The loss curve of a run from its first weights on: what plain PyTorch has to agree with."""

import time
from collections.abc import Callable, Mapping

import torch

from backend.logic.architecture import ParameterId
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.training import HIGHEST_LOSS, DivergedError, Learner


class _TellingLearner(Learner):
    """A Learner that tells the loss of its steps."""

    @property
    def batch_loss(self) -> float:
        """Of the points of the last step, as it was before that step, penalties left out."""
        prepared = self._step or self._prepare()
        return prepared.losses().item()


def loss_curve(
    config: RunConfig,
    dataset: Dataset,
    frozen: Mapping[ParameterId, float],
    most_steps: int,
    *,
    most_s: float,
    give_way: Callable[[], None],
    nudge: float = 0.0,
) -> list[float]:
    """The loss of each of the first steps of a run, in its batch, before its update, penalties left out.

    Args:
        config: what it is trained with.
        dataset: what it is trained on: there are points to train on.
        frozen: the values of the parameters that no step changes.
        most_steps: it ends after so many steps, earlier if the run diverges,
        most_s: or after so many seconds.
        give_way: called between two steps.
        nudge: is added to every other of the first weights and biases, and taken from the rest.
    """
    ends_s = time.perf_counter() + most_s
    losses: list[float] = []
    with torch.inference_mode():
        learner = _TellingLearner(config, dataset)
        learner.network.flat[::2] += nudge
        learner.network.flat[1::2] -= nudge
        if frozen:
            learner.set_parameters(frozen)
            learner.freeze(frozenset(frozen))
        while len(losses) < most_steps and time.perf_counter() < ends_s:
            try:
                learner.step()
            except DivergedError:
                break
            loss = learner.batch_loss
            if not loss < HIGHEST_LOSS:
                break
            losses.append(loss)
            give_way()
    return losses
