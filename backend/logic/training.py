"""The arithmetic of training: one Learner, one step at a time. No threads."""

from collections.abc import Mapping
from math import ceil
from typing import Final

import torch
from torch import Tensor

from backend.logic.architecture import Architecture, ParameterId, copy_common
from backend.logic.config import RunConfig, differing
from backend.logic.dataset import Dataset
from backend.logic.features import features
from backend.logic.losses import accuracy, loss
from backend.logic.model import NeuralNetwork
from backend.logic.optimizers import clip, make_optimizer, weight_decay_of
from backend.logic.schedules import learning_rate_at
from backend.logic.snapshot import Examples

HIGHEST_LOSS: Final = 1e6
"""A loss above this has diverged in all but name: cross-entropy of a network that guesses is at most ln 8."""

_LONGEST_STEP_INTERVAL_S: Final = 86_400.0
"""The slowest run makes a step a day: no clock can wait for ever."""

_INITIALISATION, _SHUFFLING, _DROPOUT, _NEW_CLASSES = range(4)


class DivergedError(ArithmeticError):
    """The loss, or a parameter, is no longer a usable number."""


def seeded(seed: int, stream: int) -> torch.Generator:
    """A generator for one purpose: streams of one seed, and of different seeds, are seeded differently."""
    return torch.Generator().manual_seed(seed * 4 + stream)


def as_examples(dataset: Dataset, config: RunConfig) -> Examples:
    """The dataset as tensors, its positions as the config's features, what is wanted there as its problem has it."""
    inputs = features(torch.from_numpy(dataset.positions).float(), config.features)
    if config.problem == "regression":
        targets = torch.from_numpy(dataset.targets(config.classes)).float()
    else:
        targets = torch.from_numpy(dataset.labels)
    is_train = torch.from_numpy(dataset.is_train)
    return Examples(inputs[is_train], targets[is_train], inputs[~is_train], targets[~is_train])


def steps_per_epoch(train_count: int, batch_size: int) -> int:
    """How many batches cover so many training points once."""
    return ceil(train_count / batch_size)


class Learner:
    """A network in training: everything that a step reads or writes, owned by whoever calls it.

    Attributes:
        network: the network.
        config: what it is trained with.
        examples: what it is trained on.
        step_count: optimizer updates so far.
        optimizer: its state.
        frozen: the parameters that no step changes.
    """

    def __init__(self, config: RunConfig, dataset: Dataset) -> None:
        self.config = config
        self.step_count = 0
        self.frozen: frozenset[ParameterId] = frozenset()
        self._frozen_places: Tensor | None = None
        self._dataset = dataset
        self._begin()
        self._shuffling = seeded(config.seed, _SHUFFLING)
        self._dropout = seeded(config.seed, _DROPOUT)
        self._epochs_before = 0.0
        self._place_examples(as_examples(dataset, config))

    @property
    def epoch(self) -> float:
        """Passes over the training points so far."""
        return self._epochs_before + self._next / max(1, len(self.examples.train_targets))

    @property
    def is_between_epochs(self) -> bool:
        """Whether the last step ended a pass over the training points."""
        return self._next >= len(self.examples.train_targets)

    @property
    def steps_left_in_pass(self) -> int:
        """How many steps end the pass over the training points that is under way, or, between two, the next one."""
        count, size = len(self.examples.train_targets), self.config.batch_size
        return steps_per_epoch(count - self._next, size) or steps_per_epoch(count, size)

    @property
    def step_interval_s(self) -> float:
        """How long a step shall take: 0 for as short as it can, a day at most."""
        config = self.config
        if config.speed == 0:
            return 0.0
        steps = steps_per_epoch(len(self.examples.train_targets), config.batch_size)
        return min(1 / (config.speed * (steps if config.speed_unit == "epoch" else 1)), _LONGEST_STEP_INTERVAL_S)

    @property
    def learning_rate(self) -> float:
        """Of the next step: what the schedule gives for the epoch that it begins in."""
        return learning_rate_at(self.config, self.epoch)

    @property
    def is_finite(self) -> bool:
        """Whether every parameter is."""
        # One operation instead of two: a sum is finite only if its terms are.
        return bool(torch.isfinite(self.network.flat.sum()))

    def use_dataset(self, dataset: Dataset) -> None:
        """Train on these points from the next step on, in a new pass over them."""
        self._epochs_before = self.epoch
        self._dataset = dataset
        self._place_examples(as_examples(dataset, self.config))

    def use_config(self, config: RunConfig) -> None:
        """Train by this config from the next step on.

        A new optimizer begins with fresh state, a new class count with new outputs; all other weights stay. For the
        fields that build a new model, make a new Learner.
        """
        before, self.config = self.config, config
        changes = differing(before, config)
        if "classes" in changes and config.problem == "regression":
            # The values of points that have none of their own depend on it.
            self.use_dataset(self._dataset)
        elif "classes" in changes and self._is_new and not self.frozen:
            # Nothing is learned yet: begin as a new model of these classes does.
            self._begin()
        elif "classes" in changes:
            self._change_classes()
        if "optimizer" in changes:
            self.optimizer = make_optimizer(config.optimizer, self.network.architecture.parameter_count)

    def set_parameters(self, values: Mapping[ParameterId, float]) -> None:
        """Give parameters these values; training goes on from there."""
        self._is_new = False
        self.network.flat[self.network.architecture.places(values)] = torch.tensor(list(values.values()))

    def freeze(self, parameters: frozenset[ParameterId]) -> None:
        """Let no step change these parameters, and no others."""
        self.frozen = parameters
        self._frozen_places = torch.tensor(self.network.architecture.places(parameters)) if parameters else None

    def evaluate(self) -> tuple[float, float | None]:
        """Loss and, in a classification, accuracy over all training points, of which there must be some; no dropout."""
        examples, config = self.examples, self.config
        with torch.inference_mode():
            outputs = self.network(examples.train_inputs)
            share = accuracy(outputs, examples.train_targets) if config.problem == "classification" else None
            return loss(outputs, examples.train_targets, config.loss).item(), share

    def step(self) -> None:
        """One optimizer update on the next batch.

        Raises:
            DivergedError: the loss is not finite, or above HIGHEST_LOSS; the parameters stay as they were.
        """
        learning_rate = self.learning_rate
        inputs, targets = self.next_batch()
        network = self.network
        error = loss(network(inputs, self.dropout_masks(len(targets))), targets, self.config.loss)
        if not error.item() < HIGHEST_LOSS:
            raise DivergedError
        network.flat_gradient.zero_()
        error.backward()  # type: ignore[no-untyped-call]
        self._penalise()
        if self._frozen_places is None:
            self._update(learning_rate)
        else:
            frozen = network.flat[self._frozen_places]
            network.flat_gradient[self._frozen_places] = 0.0
            self._update(learning_rate)
            # Momentum and weight decay move what has no gradient, too.
            network.flat[self._frozen_places] = frozen
        self.step_count += 1
        self._is_new = False

    def _update(self, learning_rate: float) -> None:
        network, config = self.network, self.config
        if config.gradient_clip:
            clip(network.flat_gradient, config.gradient_clip)
        self.optimizer.update(network.flat, network.flat_gradient, learning_rate, weight_decay_of(config))

    def _begin(self) -> None:
        config = self.config
        self._is_new = True
        self.network = self._new_network(_INITIALISATION)
        self.optimizer = make_optimizer(config.optimizer, self.network.architecture.parameter_count)

    def _new_network(self, stream: int) -> NeuralNetwork:
        config = self.config
        return NeuralNetwork(Architecture.of(config), config.initialisation, seeded(config.seed, stream))

    def _place_examples(self, examples: Examples) -> None:
        self.examples = examples
        self._next = 0
        self._shuffled_inputs, self._shuffled_targets = examples.train_inputs, examples.train_targets

    def next_batch(self) -> tuple[Tensor, Tensor]:
        """The next (B, features) inputs and (B,) targets; the last batch of a pass may be smaller."""
        count = len(self.examples.train_targets)
        if self._next >= count:
            self._epochs_before += 1
            self._next = 0
        if self._next == 0:
            order = torch.randperm(count, generator=self._shuffling)
            self._shuffled_inputs = self.examples.train_inputs[order]
            self._shuffled_targets = self.examples.train_targets[order]
        start = self._next
        self._next = min(count, start + self.config.batch_size)
        return self._shuffled_inputs[start : self._next], self._shuffled_targets[start : self._next]

    def dropout_masks(self, count: int) -> list[Tensor] | None:
        """Inverted dropout: (count, units) for each hidden layer, 0 for what is left out, 1 / keep for the rest."""
        keep = 1 - self.config.dropout
        if keep == 1:
            return None
        return [
            torch.rand(count, units, generator=self._dropout).lt_(keep).div_(keep)
            for units in self.network.architecture.sizes[1:-1]
        ]

    def _penalise(self) -> None:
        """Add the gradient of l1 * sum |w| + l2 / 2 * sum w^2 over the weights."""
        config, network = self.config, self.network
        if config.l1 or config.l2:
            weights = network.flat[: network.architecture.weight_count]
            gradient = network.flat_gradient[: network.architecture.weight_count]
            if config.l1:
                gradient.add_(weights.sign(), alpha=config.l1)
            if config.l2:
                gradient.add_(weights, alpha=config.l2)

    def _change_classes(self) -> None:
        old = self.network
        self.network = self._new_network(_NEW_CLASSES)
        before, after = old.architecture, self.network.architecture
        copy_common(before, old.flat, after, self.network.flat)
        moments = [torch.zeros(after.parameter_count) for _ in self.optimizer.moments]
        for source, target in zip(self.optimizer.moments, moments, strict=True):
            copy_common(before, source, after, target)
        self.optimizer.moments = moments
        self.freeze(frozenset(filter(after.has, self.frozen)))
