"""LearnerState: everything that a step of training reads or writes, and how it is changed, kept and taken up again."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from math import isfinite
from typing import ClassVar, Final

import torch

from backend.logic.architecture import Architecture, ParameterId, copy_common
from backend.logic.batches import Batches, Place, steps_per_epoch
from backend.logic.config import RunConfig, differing
from backend.logic.dataset import Dataset
from backend.logic.devices import CPU
from backend.logic.features import features
from backend.logic.model import NeuralNetwork
from backend.logic.optimizers import Optimizer, make_optimizer
from backend.logic.run_record import Checkpoint, Engine
from backend.logic.snapshot import Examples

_LONGEST_STEP_INTERVAL_S: Final = 86_400.0
"""The slowest run makes a step a day: no clock can wait for ever."""

_INITIALISATION, _SHUFFLING, _DROPOUT, _NEW_CLASSES = range(4)


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


class LearnerState(ABC):
    """A network, its optimizer and its place in its points: between two steps it can be changed, kept and resumed.

    What a step reads or writes lies on the device that is given; points and generators stay on the CPU.

    Attributes:
        engine: what makes its steps.
        network: the network.
        config: what it is trained with.
        dataset: what it is trained on.
        examples: the same, as tensors.
        batches: the same, batch by batch.
        step_count: optimizer updates so far.
        optimizer: its state.
        frozen: the parameters that no step changes.
        dropping: what decides which units are left out of a step.
    """

    engine: ClassVar[Engine]
    network: NeuralNetwork
    optimizer: Optimizer
    batches: Batches

    def __init__(self, config: RunConfig, dataset: Dataset, device: torch.device = CPU) -> None:
        self.config = config
        self.dataset = dataset
        self._device = device
        self.step_count = 0
        self.frozen: frozenset[ParameterId] = frozenset()
        self._begin()
        self._shuffling = seeded(config.seed, _SHUFFLING)
        self.dropping = seeded(config.seed, _DROPOUT)
        self._epochs_before = 0.0
        self._place_examples(dataset)

    @property
    def epoch(self) -> float:
        """Passes over the training points so far."""
        batches = self.batches
        return self._epochs_before + batches.passes + batches.taken / max(1, len(self.examples.train_targets))

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has been learned, set or frozen: it is what a new one of its config and points would be."""
        return self._is_new and not self.frozen

    @property
    def is_repeatable(self) -> bool:
        """Whether another, that does the same, is known to get the same bits: nobody has checked other devices."""
        return self._device == CPU

    @property
    def is_between_epochs(self) -> bool:
        """Whether the last step ended a pass over the training points."""
        return self.batches.is_between_passes

    @property
    def steps_left_in_pass(self) -> int:
        """How many steps end the pass over the training points that is under way, or, between two, the next one."""
        return self.batches.left

    @property
    def steps_per_epoch(self) -> int:
        """How many steps a pass over the training points takes."""
        return steps_per_epoch(len(self.examples.train_targets), self.config.batch_size)

    @property
    def step_interval_s(self) -> float:
        """How long a step shall take: 0 for as short as it can, a day at most."""
        config = self.config
        if config.speed == 0:
            return 0.0
        steps_per_unit = self.steps_per_epoch if config.speed_unit == "epoch" else 1
        return min(1 / (config.speed * steps_per_unit), _LONGEST_STEP_INTERVAL_S)

    @property
    def is_finite(self) -> bool:
        """Whether every parameter is."""
        # One operation instead of two: a sum is finite only if its terms are.
        return isfinite(self.network.flat.sum().item())

    def checkpoint(self) -> Checkpoint:
        """What another needs to go on from here with the same bits."""
        optimizer, place = self.optimizer, self.batches.place
        return Checkpoint(
            config=self.config,
            dataset=self.dataset,
            step=self.step_count,
            epochs_before=self._epochs_before,
            is_new=self._is_new,
            frozen=self.frozen,
            parameters=self.network.flat.cpu().numpy().copy(),
            moments=tuple(moment.cpu().numpy().copy() for moment in optimizer.moments),
            optimizer_step=optimizer.step.item(),
            shuffling=self._shuffling.get_state().numpy(),
            dropping=self.dropping.get_state().numpy(),
            order=place.order.numpy(),
            passes=place.passes,
            has_begun=place.has_begun,
            first_point=place.first_point,
            next_batch=place.next_batch,
        )

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go on where another was; this one is new, of the same config and points."""
        self.network.flat.copy_(torch.tensor(checkpoint.parameters))
        self.optimizer.resume(map(torch.tensor, checkpoint.moments), checkpoint.optimizer_step)
        self._shuffling.set_state(torch.tensor(checkpoint.shuffling))
        self.dropping.set_state(torch.tensor(checkpoint.dropping))
        self.batches.go_to(
            Place(
                torch.tensor(checkpoint.order),
                checkpoint.passes,
                checkpoint.has_begun,
                checkpoint.first_point,
                checkpoint.next_batch,
            )
        )
        self.step_count, self._epochs_before = checkpoint.step, checkpoint.epochs_before
        self._is_new, self.frozen = checkpoint.is_new, checkpoint.frozen
        self.rest()

    def use_dataset(self, dataset: Dataset) -> None:
        """Train on these points from the next step on, in a new pass over them."""
        self._epochs_before = self.epoch
        self._place_examples(dataset)

    def use_config(self, config: RunConfig) -> None:
        """Train by this config from the next step on.

        A new optimizer begins with fresh state, a new class count with new outputs; all other weights stay. For the
        fields that build a new model, make a new Learner.
        """
        before, self.config = self.config, config
        changes = differing(before, config)
        self.rest()
        if "classes" in changes and config.problem == "regression":
            # The values of points that have none of their own depend on it.
            self.use_dataset(self.dataset)
        elif "classes" in changes and self.is_untouched:
            # Nothing is learned yet: begin as a new model of these classes does.
            self._begin()
            self.batches.use_outputs(config.classes)
        elif "classes" in changes:
            self._change_classes()
            self.batches.use_outputs(config.classes)
        if "batch_size" in changes:
            self.batches.resize(config.batch_size)
        if "optimizer" in changes:
            self.optimizer = make_optimizer(config.optimizer, self.network.flat, self.network.flat_gradient)

    def set_parameters(self, values: Mapping[ParameterId, float]) -> None:
        """Give parameters these values; training goes on from there."""
        self._is_new = False
        flat, places = self.network.flat, self.network.architecture.places(values)
        flat[places] = flat.new_tensor(list(values.values()))

    def freeze(self, parameters: frozenset[ParameterId]) -> None:
        """Let no step change these parameters, and no others."""
        self.frozen = parameters
        self.rest()

    @abstractmethod
    def rest(self) -> None:
        """Let go what a step is prepared with; the next one makes it anew."""

    def _begin(self) -> None:
        config = self.config
        self._is_new = True
        self.network = self._new_network(_INITIALISATION)
        self.optimizer = make_optimizer(config.optimizer, self.network.flat, self.network.flat_gradient)
        self.rest()

    def _new_network(self, stream: int) -> NeuralNetwork:
        config = self.config
        return NeuralNetwork(Architecture.of(config), config.initialisation, seeded(config.seed, stream), self._device)

    def _place_examples(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.examples = examples = as_examples(dataset, self.config)
        outputs = self.network.architecture.sizes[-1]
        self.batches = Batches(
            examples.train_inputs,
            examples.train_targets,
            outputs,
            self.config.batch_size,
            self._shuffling,
            device=self._device,
        )
        self.rest()

    def _change_classes(self) -> None:
        old = self.network
        self.network = self._new_network(_NEW_CLASSES)
        before, after = old.architecture, self.network.architecture
        copy_common(before, old.flat, after, self.network.flat)
        moments = [torch.zeros_like(self.network.flat) for _ in self.optimizer.moments]
        for source, target in zip(self.optimizer.moments, moments, strict=True):
            copy_common(before, source, after, target)
        self.optimizer.place(self.network.flat, self.network.flat_gradient, moments)
        self.freeze(frozenset(filter(after.has, self.frozen)))
