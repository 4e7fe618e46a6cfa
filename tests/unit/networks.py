"""Snapshots for tests of what is seen of them, and the same networks in plain PyTorch."""

from dataclasses import replace
from typing import Any

import torch
from torch import nn

from backend.logic.architecture import Architecture
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.evaluation import Scores
from backend.logic.learner_state import as_examples
from backend.logic.model import NeuralNetwork
from backend.logic.observation import Look, Observation, Observer
from backend.logic.points import TrainingExample
from backend.logic.snapshot import Snapshot

CORNERS = [TrainingExample(x, y, int(x * y < 0)) for x in (-3, -1, 2, 4) for y in (-3, -1, 2, 4)]


def snapshot_of(config: RunConfig, examples: list[TrainingExample] | None = None, **changes: Any) -> Snapshot:
    """The network of a config with the weights of its seed, on 16 points unless others are given."""
    dataset = Dataset.empty(config.train_fraction, config.seed).adding(CORNERS if examples is None else examples)
    architecture = Architecture.of(config)
    network = NeuralNetwork(architecture, config.initialisation, torch.Generator().manual_seed(config.seed))
    snapshot = Snapshot(
        generation=1,
        config_version=1,
        step=0,
        epoch=0.0,
        steps_per_second=None,
        problem=config.problem,
        loss=config.loss,
        learning_rate=config.learning_rate,
        architecture=architecture,
        features=config.features,
        parameters=network.flat.clone(),
        examples=as_examples(dataset, config),
    )
    return replace(snapshot, **changes)


def observe(
    snapshot: Snapshot, width: int, height: int, *, unit: tuple[int, int] | None = None, tile_size: int | None = None
) -> Observation:
    """Look at one snapshot, with nothing kept from before."""
    (observation,) = Observer().observe([snapshot], Look(width, height, unit, tile_size))
    return observation


def evaluate(snapshot: Snapshot) -> Scores:
    """How well one snapshot does."""
    return Observer().evaluate(snapshot)


def linears_of(snapshot: Snapshot) -> list[nn.Linear]:
    """The layers as plain modules."""
    linears = []
    for layer in snapshot.architecture.layers(snapshot.parameters):
        linear = nn.Linear(layer.weight.shape[1], layer.weight.shape[0])
        linear.load_state_dict({"weight": layer.weight, "bias": layer.bias})
        linears.append(linear)
    return linears
