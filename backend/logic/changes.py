"""The changes that a run can take between two steps, immutable."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.logic.architecture import ParameterId
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset


@dataclass(frozen=True, slots=True)
class UseConfig:
    """Train by this config from the next step on."""

    config: RunConfig
    config_version: int


@dataclass(frozen=True, slots=True)
class UseDataset:
    """Train on these points from the next step on."""

    dataset: Dataset


@dataclass(frozen=True, slots=True)
class SetParameters:
    """Give these parameters these values, and train on from there."""

    values: Mapping[ParameterId, float]


@dataclass(frozen=True, slots=True)
class Freeze:
    """From the next step on let these parameters, and no others, keep their values."""

    parameters: frozenset[ParameterId]


Change = UseConfig | UseDataset | SetParameters | Freeze
