"""Settings of runs, drawn by Hypothesis."""

from collections.abc import Sequence
from typing import get_args

from hypothesis import strategies as st

from backend.logic.config import (
    LOSSES,
    Activation,
    Feature,
    Initialisation,
    OptimizerName,
    Problem,
    RunConfig,
    Schedule,
    SpeedUnit,
)


@st.composite
def quick_configs(draw: st.DrawFn) -> RunConfig:
    """Any config, with a network that is quickly written."""
    problem = draw(st.sampled_from(list(LOSSES)))
    return RunConfig(
        problem=problem,
        loss=draw(st.sampled_from(LOSSES[problem])),
        classes=draw(st.integers(2, 8)),
        features=tuple(draw(st.lists(st.sampled_from(get_args(Feature)), min_size=1, unique=True))),
        hidden_layers=tuple(draw(st.lists(st.integers(1, 6), max_size=3))),
        activation=draw(st.sampled_from(get_args(Activation))),
        layer_activations=tuple(draw(st.lists(st.sampled_from([None, *get_args(Activation)]), max_size=3))),
        layer_norm=draw(st.booleans()),
        initialisation=draw(st.sampled_from(get_args(Initialisation))),
        optimizer=draw(st.sampled_from(get_args(OptimizerName))),
        learning_rate=draw(st.floats(0, 1e6, exclude_min=True)),
        schedule=draw(st.sampled_from(get_args(Schedule))),
        schedule_factor=draw(st.floats(0, 1, exclude_min=True)),
        weight_decay=draw(st.one_of(st.none(), st.floats(0, 10))),
        gradient_clip=draw(st.floats(0, 1000)),
        batch_size=draw(st.integers(1, 20)),
        l1=draw(st.floats(0, 10)),
        dropout=draw(st.floats(0, 0.9)),
        train_fraction=draw(st.floats(0.1, 1)),
        speed_unit=draw(st.sampled_from(get_args(SpeedUnit))),
        seed=draw(st.integers(0, 2**32 - 1)),
    )


@st.composite
def configs_to_compare(
    draw: st.DrawFn,
    *,
    most_layers: int = 3,
    fewest_classes: int = 3,
    dropouts: Sequence[float] = (0.0,),
    train_fractions: Sequence[float] = (1.0,),
) -> RunConfig:
    """Configs with which two who compute the same in another order stay together, but for the last bits."""
    problem: Problem = draw(st.sampled_from(get_args(Problem)))
    activations = st.sampled_from(get_args(Activation))
    has_norm = draw(st.booleans())
    # A layer norm of two units answers ±1 whatever it is given: its gradient is rounding.
    hidden = draw(st.lists(st.integers(3 if has_norm else 1, 9), max_size=most_layers))
    l1 = draw(st.sampled_from((0.0, 0.001)))
    optimizer: OptimizerName = draw(st.sampled_from(get_args(OptimizerName)))
    # From zeros a gradient can be 0 but for its last bit: l1 asks for a sign, and some optimizers divide by the size.
    is_bounded = optimizer in {"sgd", "momentum", "nesterov"} and not l1
    initialisations = [kind for kind in get_args(Initialisation) if kind != "zeros" or is_bounded]
    return RunConfig(
        problem=problem,
        loss=draw(st.sampled_from(LOSSES[problem])),
        classes=draw(st.integers(fewest_classes, 8)),
        features=tuple(draw(st.lists(st.sampled_from(get_args(Feature)), min_size=1, max_size=7, unique=True))),
        hidden_layers=tuple(hidden),
        activation=draw(activations),
        layer_activations=tuple(draw(st.lists(st.none() | activations, max_size=3))),
        layer_norm=has_norm,
        initialisation=draw(st.sampled_from(initialisations)),
        optimizer=optimizer,
        learning_rate=draw(st.sampled_from((0.0003, 0.001, 0.003))),
        schedule=draw(st.sampled_from(get_args(Schedule))),
        schedule_epochs=draw(st.integers(1, 8)),
        schedule_factor=draw(st.sampled_from((0.1, 0.5, 0.9))),
        weight_decay=draw(st.sampled_from((None, 0.0, 0.01, 0.3))),
        gradient_clip=draw(st.sampled_from((0.0, 0.1, 10.0))),
        batch_size=draw(st.sampled_from((1, 4, 10, 25, 5000))),
        l1=l1,
        l2=draw(st.sampled_from((0.0, 0.01))),
        dropout=draw(st.sampled_from(dropouts)),
        train_fraction=draw(st.sampled_from(train_fractions)),
        seed=draw(st.integers(0, 2**32 - 1)),
    )
