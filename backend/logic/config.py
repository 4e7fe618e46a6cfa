"""RunConfig: everything that decides how a run trains, with its bounds."""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, structs

MAX_CLASSES: Final = 8
MAX_HIDDEN_LAYERS: Final = 10
MAX_UNITS: Final = 100
MAX_POINTS: Final = 5_000
MAX_SEED: Final = 2**32 - 1

Problem = Literal["classification", "regression"]
Loss = Literal["cross_entropy", "squared_error", "huber"]
Feature = Literal["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"]
Activation = Literal[
    "tanh", "relu", "leaky_relu", "gelu", "silu", "elu", "sigmoid", "linear", "selu", "softplus", "mish", "sine"
]
Initialisation = Literal["pytorch", "xavier", "he", "zeros", "small", "large"]
OptimizerName = Literal["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad"]
Schedule = Literal["constant", "step", "cosine", "exponential", "warm_up"]
SpeedUnit = Literal["epoch", "step"]

Classes = Annotated[int, Meta(ge=2, le=MAX_CLASSES)]
Features = Annotated[tuple[Feature, ...], Meta(min_length=1, max_length=7)]
Units = Annotated[int, Meta(ge=1, le=MAX_UNITS)]
HiddenLayers = Annotated[tuple[Units, ...], Meta(max_length=MAX_HIDDEN_LAYERS)]
LayerActivations = Annotated[tuple[Activation | None, ...], Meta(max_length=MAX_HIDDEN_LAYERS)]
LearningRate = Annotated[float, Meta(gt=0, le=1e6)]
ScheduleEpochs = Annotated[int, Meta(ge=1, le=100_000)]
ScheduleFactor = Annotated[float, Meta(gt=0, le=1)]
WeightDecay = Annotated[float, Meta(ge=0, le=10)]
GradientClip = Annotated[float, Meta(ge=0, le=1000)]
BatchSize = Annotated[int, Meta(ge=1, le=MAX_POINTS)]
Penalty = Annotated[float, Meta(ge=0, le=10)]
Dropout = Annotated[float, Meta(ge=0, le=0.9)]
TrainFraction = Annotated[float, Meta(ge=0.1, le=1)]
Speed = Annotated[float, Meta(ge=0, le=1000)]
StopEpochs = Annotated[int, Meta(ge=0, le=1_000_000_000)]
StopLoss = Annotated[float, Meta(ge=0, le=1e6)]
StopAccuracy = Annotated[float, Meta(ge=0, le=1)]
Seed = Annotated[int, Meta(ge=0, le=MAX_SEED)]

REBUILDING_FIELDS: Final = (
    "problem",
    "features",
    "hidden_layers",
    "activation",
    "layer_activations",
    "layer_norm",
    "initialisation",
    "seed",
)
"""The fields whose change builds a new model from the seed."""

LOSSES: Final[dict[Problem, tuple[Loss, ...]]] = {
    "classification": ("cross_entropy", "squared_error"),
    "regression": ("squared_error", "huber"),
}
"""The losses that each problem can have, its usual one first."""


class UnfitFieldError(ValueError):
    """A field that is right by itself does not fit the others.

    Args:
        message: why, as a clause that begins with the field or its problem.
        field: its name.
    """

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class RunConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is trained. Immutable; the bounds are those of the field types.

    `layer_activations` replaces `activation` in the hidden layers for which it has an entry that is not None;
    `layer_norm` normalises each hidden layer before its activation. `schedule` starts from `learning_rate` and takes
    `schedule_epochs`; step and exponential multiply by `schedule_factor` in it. `weight_decay` is the optimizer's
    own, None its default in PyTorch; `gradient_clip` is the largest norm of a gradient, 0 for none. `l1` and `l2` weigh
    the penalties l1 * sum |w| and l2 / 2 * sum w^2 over the weights (not the biases); `dropout` is the probability that
    a hidden unit is left out of a step; `train_fraction` is the share of points trained on. `speed` is so many epochs
    or steps a second, 0 for as fast as it goes. `stop_epochs`, `stop_loss` and `stop_accuracy` end the training when
    they are reached, 0 for never.

    Raises:
        UnfitFieldError: a feature is named twice, or the problem does not have this loss.
    """

    problem: Problem = "classification"
    loss: Loss = "cross_entropy"
    classes: Classes = 2
    features: Features = ("x1", "x2")
    hidden_layers: HiddenLayers = (8, 8)
    activation: Activation = "tanh"
    layer_activations: LayerActivations = ()
    layer_norm: bool = False
    initialisation: Initialisation = "pytorch"
    optimizer: OptimizerName = "adam"
    learning_rate: LearningRate = 0.01
    schedule: Schedule = "constant"
    schedule_epochs: ScheduleEpochs = 100
    schedule_factor: ScheduleFactor = 0.5
    weight_decay: WeightDecay | None = None
    gradient_clip: GradientClip = 0.0
    batch_size: BatchSize = 10
    l1: Penalty = 0.0
    l2: Penalty = 0.0
    dropout: Dropout = 0.0
    train_fraction: TrainFraction = 1.0
    speed: Speed = 0.0
    speed_unit: SpeedUnit = "epoch"
    stop_epochs: StopEpochs = 0
    stop_loss: StopLoss = 0.0
    stop_accuracy: StopAccuracy = 0.0
    seed: Seed = 7

    def __post_init__(self) -> None:
        if len(set(self.features)) != len(self.features):
            raise UnfitFieldError("features must not be named twice", "features")
        if self.loss not in LOSSES[self.problem]:
            losses = " and ".join(LOSSES[self.problem])
            raise UnfitFieldError(f"{self.problem} has no loss {self.loss}: it has {losses}", "loss")


class ConfigChanges(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Any of RunConfig's fields; the others are UNSET and stay as they are."""

    problem: Problem | UnsetType = UNSET
    loss: Loss | UnsetType = UNSET
    classes: Classes | UnsetType = UNSET
    features: Features | UnsetType = UNSET
    hidden_layers: HiddenLayers | UnsetType = UNSET
    activation: Activation | UnsetType = UNSET
    layer_activations: LayerActivations | UnsetType = UNSET
    layer_norm: bool | UnsetType = UNSET
    initialisation: Initialisation | UnsetType = UNSET
    optimizer: OptimizerName | UnsetType = UNSET
    learning_rate: LearningRate | UnsetType = UNSET
    schedule: Schedule | UnsetType = UNSET
    schedule_epochs: ScheduleEpochs | UnsetType = UNSET
    schedule_factor: ScheduleFactor | UnsetType = UNSET
    weight_decay: WeightDecay | UnsetType | None = UNSET
    gradient_clip: GradientClip | UnsetType = UNSET
    batch_size: BatchSize | UnsetType = UNSET
    l1: Penalty | UnsetType = UNSET
    l2: Penalty | UnsetType = UNSET
    dropout: Dropout | UnsetType = UNSET
    train_fraction: TrainFraction | UnsetType = UNSET
    speed: Speed | UnsetType = UNSET
    speed_unit: SpeedUnit | UnsetType = UNSET
    stop_epochs: StopEpochs | UnsetType = UNSET
    stop_loss: StopLoss | UnsetType = UNSET
    stop_accuracy: StopAccuracy | UnsetType = UNSET
    seed: Seed | UnsetType = UNSET


def changed(config: RunConfig, changes: ConfigChanges) -> RunConfig:
    """The config with the changes that are set; another problem brings its usual loss, unless one is set.

    Raises:
        UnfitFieldError: a feature is named twice, or the problem does not have this loss.
    """
    values = {name: getattr(changes, name) for name in RunConfig.__struct_fields__}
    given = {name: value for name, value in values.items() if value is not UNSET}
    if given.get("problem", config.problem) != config.problem:
        given.setdefault("loss", LOSSES[given["problem"]][0])
    return structs.replace(config, **given)


def differing(before: RunConfig, after: RunConfig) -> frozenset[str]:
    """The names of the fields in which two configs differ."""
    return frozenset(name for name in RunConfig.__struct_fields__ if getattr(before, name) != getattr(after, name))
