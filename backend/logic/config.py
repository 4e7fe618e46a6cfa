"""RunConfig: everything that decides how a run trains, with its bounds."""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, structs

MAX_CLASSES: Final = 8
MAX_HIDDEN_LAYERS: Final = 10
MAX_UNITS: Final = 100
MAX_POINTS: Final = 5_000
MAX_SEED: Final = 2**32 - 1

Problem = Literal["classification"]
Feature = Literal["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"]
Activation = Literal["tanh", "relu", "leaky_relu", "gelu", "silu", "elu", "sigmoid", "linear"]
OptimizerName = Literal["sgd", "momentum", "adam", "adamw", "rmsprop"]

Classes = Annotated[int, Meta(ge=2, le=MAX_CLASSES)]
Features = Annotated[tuple[Feature, ...], Meta(min_length=1, max_length=7)]
Units = Annotated[int, Meta(ge=1, le=MAX_UNITS)]
HiddenLayers = Annotated[tuple[Units, ...], Meta(max_length=MAX_HIDDEN_LAYERS)]
LearningRate = Annotated[float, Meta(gt=0, le=1e6)]
BatchSize = Annotated[int, Meta(ge=1, le=MAX_POINTS)]
Penalty = Annotated[float, Meta(ge=0, le=10)]
Dropout = Annotated[float, Meta(ge=0, le=0.9)]
TrainFraction = Annotated[float, Meta(ge=0.1, le=1)]
Seed = Annotated[int, Meta(ge=0, le=MAX_SEED)]

REBUILDING_FIELDS: Final = ("problem", "features", "hidden_layers", "activation", "seed")
"""The fields whose change builds a new model from the seed."""


class RunConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is trained. Immutable; the bounds are those of the field types.

    `l1` and `l2` weigh the penalties l1 * sum |w| and l2 / 2 * sum w^2 over the weights (not the biases); `dropout` is
    the probability that a hidden unit is left out of a step; `train_fraction` is the share of points trained on.

    Raises:
        ValueError: a feature is named twice.
    """

    problem: Problem = "classification"
    classes: Classes = 2
    features: Features = ("x1", "x2")
    hidden_layers: HiddenLayers = (8, 8)
    activation: Activation = "tanh"
    optimizer: OptimizerName = "adam"
    learning_rate: LearningRate = 0.01
    batch_size: BatchSize = 10
    l1: Penalty = 0.0
    l2: Penalty = 0.0
    dropout: Dropout = 0.0
    train_fraction: TrainFraction = 1.0
    seed: Seed = 7

    def __post_init__(self) -> None:
        if len(set(self.features)) != len(self.features):
            raise ValueError("features must not be named twice")


class ConfigChanges(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Any of RunConfig's fields; the others are UNSET and stay as they are."""

    problem: Problem | UnsetType = UNSET
    classes: Classes | UnsetType = UNSET
    features: Features | UnsetType = UNSET
    hidden_layers: HiddenLayers | UnsetType = UNSET
    activation: Activation | UnsetType = UNSET
    optimizer: OptimizerName | UnsetType = UNSET
    learning_rate: LearningRate | UnsetType = UNSET
    batch_size: BatchSize | UnsetType = UNSET
    l1: Penalty | UnsetType = UNSET
    l2: Penalty | UnsetType = UNSET
    dropout: Dropout | UnsetType = UNSET
    train_fraction: TrainFraction | UnsetType = UNSET
    seed: Seed | UnsetType = UNSET


def changed(config: RunConfig, changes: ConfigChanges) -> RunConfig:
    """The config with the changes that are set.

    Raises:
        ValueError: a feature is named twice.
    """
    values = {name: getattr(changes, name) for name in RunConfig.__struct_fields__}
    return structs.replace(config, **{name: value for name, value in values.items() if value is not UNSET})


def differing(before: RunConfig, after: RunConfig) -> frozenset[str]:
    """The names of the fields in which two configs differ."""
    return frozenset(name for name in RunConfig.__struct_fields__ if getattr(before, name) != getattr(after, name))
