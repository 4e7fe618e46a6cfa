"""A step of one network, ready to be made: all its calls, bound to the tensors that they work on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from backend.logic.activation_calls import Call
from backend.logic.architecture import ParameterId
from backend.logic.config import RunConfig
from backend.logic.gradient import Backpropagation
from backend.logic.model import NeuralNetwork
from backend.logic.optimizers import clip_calls, penalty_calls, weight_decay_of


@dataclass(frozen=True, slots=True)
class PreparedStep:
    """What a step does, but for the next batch and the optimizer's update.

    Attributes:
        batch: where its batch has to be copied to.
        gradient: what draws the masks of dropout and computes the gradient of the batch.
        losses: what tells its mean loss.
        changes: what is done to the gradient then.
        restoring: what is done to the parameters after the update.
        learning_rate: None if it depends on the epoch.
        weight_decay: of the optimizer.
    """

    batch: Tensor
    gradient: list[Call]
    losses: Callable[[], Tensor]
    changes: list[Call]
    restoring: list[Call]
    learning_rate: float | None
    weight_decay: float


def prepare_step(
    network: NeuralNetwork, config: RunConfig, rows: int, frozen: frozenset[ParameterId], dropping: torch.Generator
) -> PreparedStep:
    """Bind the calls of a step to a network's tensors.

    Args:
        network: what is trained.
        config: what it is trained with.
        rows: the points that a batch has room for.
        frozen: the parameters that the step leaves as they are.
        dropping: what decides which units are left out.
    """
    flat, gradient, weights = network.flat, network.flat_gradient, network.architecture.weight_count
    written = Backpropagation(
        network.architecture, config.loss, rows, is_dropping=config.dropout > 0, device=flat.device
    )
    written.bind(flat, gradient)
    masking = [] if written.masks is None else mask_calls(written.masks, config.dropout, dropping)
    changes = list(penalty_calls(flat[:weights], gradient[:weights], config.l1, config.l2))
    restoring: list[Call] = []
    if frozen:
        places = torch.tensor(network.architecture.places(frozen), device=flat.device)
        kept = flat.new_zeros(len(places))
        changes += [
            partial(gradient.index_fill_, 0, places, 0.0),
            partial(torch.index_select, flat, 0, places, out=kept),
        ]
        # Momentum and weight decay move what has no gradient, too.
        restoring = [partial(flat.index_copy_, 0, places, kept)]
    if config.gradient_clip:
        changes += clip_calls(gradient, config.gradient_clip)
    return PreparedStep(
        batch=written.batch,
        gradient=[*masking, *written.calls],
        losses=written.losses,
        changes=changes,
        restoring=restoring,
        learning_rate=config.learning_rate if config.schedule == "constant" else None,
        weight_decay=weight_decay_of(config),
    )


def mask_calls(masks: Tensor, dropout: float, generator: torch.Generator) -> Iterator[Call]:
    """What fills masks (...) for inverted dropout: 0 for what is left out, 1 / keep for the rest."""
    keep = masks.new_tensor(1 - dropout)
    # The generator is the CPU's, so that the same units are left out whatever computes.
    drawn = masks if masks.device == generator.device else torch.empty_like(masks, device=generator.device)
    yield partial(drawn.uniform_, generator=generator)
    if drawn is not masks:
        yield partial(masks.copy_, drawn)
    yield partial(masks.lt_, keep)
    yield partial(masks.div_, keep)
