"""Reports: what a network answers at points and over the map, as plain arrays, and what a linear model would learn.

Whatever takes long is done in short stretches, with `give_way` called between them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from msgspec import structs
from numpy.typing import NDArray
from torch import Tensor

from backend.logic.architecture import Architecture
from backend.logic.classification_map import ClassificationMap, answer_maps, grid_features
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.evaluation import point_losses
from backend.logic.features import features
from backend.logic.stacked_pass import StackedPass
from backend.logic.training import DivergedError, Learner

GiveWay = Callable[[], None]
"""Lets others compute, and waits until they have."""

_MOST_VALUES: Final = 400_000
"""So many values of units over places are computed in one stretch at most, some 0.7 ms."""
_MOST_PRODUCTS: Final = 4_000_000
"""And so many products of weights and values: some 1 ms."""
_FEWEST_PLACES: Final = 64
_LONGEST_STRETCH_S: Final = 0.003


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What a network answers at N points, with dropout off.

    Attributes:
        outputs: (N, classes) float32 logits, or (N, 1) values of a regression.
        probabilities: (N, classes) float32, of each class; (N, 0) in a regression.
    """

    outputs: NDArray[np.float32]
    probabilities: NDArray[np.float32]

    @property
    def labels(self) -> NDArray[np.int64]:
        """(N,) the class with the largest output, the lowest of equal ones; for a classification."""
        largest: NDArray[np.int64] = self.outputs.argmax(axis=1)
        return largest

    @property
    def values(self) -> NDArray[np.float32]:
        """(N,) the value; for a regression."""
        return self.outputs[:, 0]


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """What the same training makes of a network without hidden layers.

    Attributes:
        config: as the other's, without hidden layers.
        parameters: (P,) float32.
        steps: how many were made.
        has_diverged: whether the next one would not have had a usable loss.
    """

    config: RunConfig
    parameters: NDArray[np.float32]
    steps: int
    has_diverged: bool


def predictions(
    config: RunConfig, positions: NDArray[np.float64], parameters: NDArray[np.float32], give_way: GiveWay
) -> Predictions:
    """What a network answers at points.

    Args:
        config: what it was trained with.
        positions: (N, 2), x and y in units of the plane.
        parameters: (P,) of the network, in the order of `Architecture`.
        give_way: see above.
    """
    with torch.inference_mode():
        places = features(torch.tensor(positions, dtype=torch.float32), config.features).t()
        outputs = _outputs(config, parameters, places, give_way).t().contiguous()
        probabilities = outputs.softmax(dim=1) if config.problem == "classification" else outputs[:, :0]
        return Predictions(outputs.numpy(), probabilities.numpy())


def losses(config: RunConfig, dataset: Dataset, answered: Predictions) -> NDArray[np.float32]:
    """The loss of each point of a data set, (N,), penalties left out."""
    if config.problem == "regression":
        targets = torch.tensor(dataset.targets(config.classes), dtype=torch.float32)
    else:
        targets = torch.tensor(dataset.labels)
    outputs = torch.tensor(answered.outputs).t()
    found: NDArray[np.float32] = point_losses(outputs.unsqueeze(0), targets.unsqueeze(0), config.loss)[0].numpy()
    return found


def map_of(config: RunConfig, parameters: NDArray[np.float32], side: int, give_way: GiveWay) -> ClassificationMap:
    """The map of a network, as the page is sent it, with so many cells in a row and in a column."""
    with torch.inference_mode():
        outputs = _outputs(config, parameters, grid_features(side, side, config.features), give_way)
        give_way()
        (picture,) = answer_maps(outputs.unsqueeze(0), config.problem, side, side)
    return picture


def linear_model(config: RunConfig, dataset: Dataset, steps: int, give_way: GiveWay) -> LinearModel:
    """Train a network without hidden layers on the same features, points, split, seed and settings.

    Args:
        config: of the network that it is compared with.
        dataset: the points.
        steps: how many it makes, whatever the config says about when to stop; none without training points.
        give_way: see above.
    """
    linear = structs.replace(config, hidden_layers=(), layer_activations=(), layer_norm=False)
    has_diverged = False
    with torch.inference_mode():
        learner = Learner(linear, dataset)
        wanted = steps if dataset.is_train.any() else 0
        due_s = time.perf_counter() + _LONGEST_STRETCH_S
        try:
            while learner.step_count < wanted:
                learner.step()
                if time.perf_counter() >= due_s:
                    give_way()
                    due_s = time.perf_counter() + _LONGEST_STRETCH_S
        except DivergedError:
            has_diverged = True
        return LinearModel(linear, learner.network.flat.numpy().copy(), learner.step_count, has_diverged)


def layer_parameters(
    config: RunConfig, parameters: NDArray[np.float32]
) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """The weights, (outputs, inputs), and biases, (outputs,), of each layer from the inputs on."""
    layers = Architecture.of(config).layers(torch.tensor(parameters))
    return [(layer.weight.numpy(), layer.bias.numpy()) for layer in layers]


def _outputs(config: RunConfig, parameters: NDArray[np.float32], places: Tensor, give_way: GiveWay) -> Tensor:
    """The outputs at (features, N) places: (outputs, N) float32."""
    architecture = Architecture.of(config)
    network, forward = [torch.tensor(parameters)], StackedPass()
    most = min(_MOST_VALUES // sum(architecture.sizes), _MOST_PRODUCTS // architecture.parameter_count)
    outputs = torch.empty(architecture.sizes[-1], places.shape[1])
    for first in range(0, places.shape[1], max(_FEWEST_PLACES, most)):
        give_way()
        part = slice(first, first + max(_FEWEST_PLACES, most))
        outputs[:, part] = forward.outputs(architecture, network, places[:, part].unsqueeze(0))[0]
    return outputs
