"""The native step: it makes the steps of the torch step, many in one call, and its state is the same."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numba import float64
from torch import Tensor

from backend.logic.architecture import Architecture, ParameterId
from backend.logic.compiled import compiled_and_kept
from backend.logic.config import Activation, Loss, OptimizerName, Problem, RunConfig, Schedule
from backend.logic.dataset import Dataset
from backend.logic.ensemble import together_key
from backend.logic.generators import generate
from backend.logic.native import NativeLearner, is_native
from backend.logic.native_kernel import ACTIVATIONS, LOSSES, OPTIMIZERS
from backend.logic.training import DivergedError, Learner
from tests.support.native import native_learner
from tests.support.tools import ROOT

POINTS = Dataset.empty(1.0, 0).adding(generate("xor", 207, 0.1, 2, 0))
FEW_POINTS = Dataset.empty(1.0, 0).adding(generate("spiral", 33, 0.1, 2, 1))


@pytest.fixture(autouse=True)
def _inference() -> Iterator[None]:
    """As the training thread has it."""
    with torch.inference_mode():
        yield


def native_steps(learner: Learner, count: int) -> None:
    """Let a learner make so many steps, as many at a time as it will."""
    last = learner.step_count + count
    while learner.step_count < last:
        learner.advance(last - learner.step_count)


def distance(one: Tensor, other: Tensor) -> float:
    """The relative distance of two buffers."""
    return float((one - other).norm() / other.norm())


def both(config: RunConfig, dataset: Dataset = POINTS) -> tuple[NativeLearner, Learner]:
    return native_learner(config, dataset), Learner(config, dataset)


def plain_steps(learner: Learner, count: int) -> None:
    for _ in range(count):
        learner.step()


def train_both(native: NativeLearner, plain: Learner, count: int) -> None:
    native_steps(native, count)
    plain_steps(plain, count)
    assert (native.step_count, native.epoch) == (plain.step_count, plain.epoch)


CONFIGS = [
    *(RunConfig(activation=name) for name in get_args(Activation)),
    *(RunConfig(problem=problem, loss=loss) for problem, loss in LOSSES),
    *(RunConfig(optimizer=name) for name in get_args(OptimizerName)),
    *(RunConfig(optimizer=name, weight_decay=0.01, l2=0.01) for name in get_args(OptimizerName)),
    *(RunConfig(schedule=name, schedule_epochs=3) for name in get_args(Schedule)),
    RunConfig(optimizer="sgd", l1=0.01),
    RunConfig(dropout=0.3),
    RunConfig(dropout=0.3, batch_size=7, activation="relu", layer_activations=("sine", None)),
    RunConfig(gradient_clip=0.1, optimizer="momentum"),
    RunConfig(batch_size=100),
    RunConfig(batch_size=5_000),
    RunConfig(batch_size=1),
    RunConfig(hidden_layers=()),
    RunConfig(hidden_layers=(30, 1, 17), classes=5, features=("x1", "x2", "x1_x2")),
]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: "-".join(map(str, changed(config).values())))
def test_200_native_steps_are_200_torch_steps(config: RunConfig) -> None:
    native, plain = both(config)
    train_both(native, plain, 200)
    assert distance(native.network.flat, plain.network.flat) <= 1e-5


def changed(config: RunConfig) -> dict[str, Any]:
    """The fields that are not as they are by default."""
    return {
        name: getattr(config, name)
        for name in config.__struct_fields__
        if getattr(config, name) != getattr(RunConfig(), name)
    }


@given(
    layers=st.lists(st.integers(1, 40), max_size=5),
    activations=st.lists(st.sampled_from(ACTIVATIONS), max_size=5),
    kind=st.sampled_from(LOSSES),
    classes=st.integers(2, 8),
    batch_size=st.integers(1, 40),
)
def test_a_gradient_is_that_of_torch(
    layers: list[int], activations: list[Activation], kind: tuple[Problem, Loss], classes: int, batch_size: int
) -> None:
    problem, loss = kind
    config = RunConfig(
        hidden_layers=tuple(layers),
        layer_activations=tuple(activations[: len(layers)]),
        problem=problem,
        loss=loss,
        classes=classes,
        batch_size=batch_size,
        optimizer="sgd",
        learning_rate=1.0,
    )
    with torch.inference_mode():
        native, plain = both(config, FEW_POINTS)
        before = plain.network.flat.clone()
        train_both(native, plain, 1)
        # A step at a rate of 1 is the gradient, but for what is rounded in adding it.
        rounding = torch.finfo(torch.float32).eps * before.norm()
        gradient = plain.network.flat - before
        assert (native.network.flat - plain.network.flat).norm() <= 1e-5 * gradient.norm() + rounding


@given(pieces=st.lists(st.integers(1, 60), min_size=1, max_size=8))
def test_any_slices_give_the_same_bits(pieces: list[int]) -> None:
    with torch.inference_mode():
        config = RunConfig(dropout=0.2, schedule="cosine", optimizer="adamw", batch_size=9)
        sliced, whole = native_learner(config, POINTS), native_learner(config, POINTS)
        for count in pieces:
            native_steps(sliced, count)
        for _ in range(sum(pieces)):
            whole.step()
        assert torch.equal(sliced.network.flat, whole.network.flat)


def test_what_is_changed_in_the_middle_is_as_in_torch() -> None:
    native, plain = both(RunConfig(hidden_layers=(12, 6)))
    frozen = frozenset({ParameterId(1, 0, None), ParameterId(2, 3, 1)})
    changes: list[Callable[[Learner], None]] = [
        lambda learner: learner.freeze(frozen),
        lambda learner: learner.set_parameters({ParameterId(1, 1, 0): 0.5, ParameterId(3, 1, None): -1.0}),
        lambda learner: learner.use_config(replaced(learner, optimizer="momentum", gradient_clip=0.5)),
        lambda learner: learner.use_config(replaced(learner, batch_size=4, dropout=0.1)),
        lambda learner: learner.use_config(replaced(learner, classes=4)),
        lambda learner: learner.use_dataset(FEW_POINTS),
        lambda learner: learner.freeze(frozenset()),
    ]
    for change in changes:
        train_both(native, plain, 33)
        kept = native.network.flat[native.network.architecture.places(native.frozen)].clone()
        change(native)
        change(plain)
    train_both(native, plain, 33)
    assert distance(native.network.flat, plain.network.flat) <= 1e-5
    assert kept.numel() == 2


def replaced(learner: Learner, **fields: Any) -> RunConfig:
    return RunConfig(**{**{name: getattr(learner.config, name) for name in RunConfig.__struct_fields__}, **fields})


def test_frozen_parameters_keep_their_bits() -> None:
    config = RunConfig(optimizer="nesterov", weight_decay=0.1, gradient_clip=0.1)
    learner = native_learner(config, POINTS)
    native_steps(learner, 20)
    frozen = frozenset({ParameterId(1, 0, None), ParameterId(2, 3, 1)})
    places = learner.network.architecture.places(frozen)
    before = learner.network.flat.clone()
    learner.freeze(frozen)
    native_steps(learner, 50)
    assert torch.equal(learner.network.flat[places], before[places])
    assert not torch.equal(learner.network.flat, before)


@pytest.mark.parametrize("optimizer", get_args(OptimizerName))
def test_a_run_goes_to_and_fro_between_the_steps(optimizer: OptimizerName) -> None:
    small = RunConfig(hidden_layers=(100, 100), optimizer=optimizer, learning_rate=0.001, batch_size=10)
    native, plain = both(small)
    large = replaced(native, batch_size=200)
    assert is_native(native.network.architecture, 10)
    assert not is_native(native.network.architecture, 200)
    for config in (large, small, large):
        train_both(native, plain, 25)
        native.use_config(config)
        plain.use_config(config)
    train_both(native, plain, 5)
    assert distance(native.network.flat, plain.network.flat) <= 1e-5


@pytest.mark.parametrize(
    "config",
    [
        RunConfig(problem="regression", loss="squared_error", activation="relu", optimizer="sgd", learning_rate=10.0),
        # The weights become 1.4 times as large in each step.
        RunConfig(activation="relu", optimizer="sgd", learning_rate=3.0, weight_decay=0.8),
    ],
    ids=["in a moment", "after a while"],
)
def test_it_diverges_where_the_torch_step_does(config: RunConfig) -> None:
    native, plain = both(config)
    with pytest.raises(DivergedError):
        native_steps(native, 1_000)
    with pytest.raises(DivergedError):
        plain_steps(plain, 1_000)
    assert (native.step_count, native.epoch) == (plain.step_count, plain.epoch)


def test_what_is_no_number_is_told_in_the_first_step() -> None:
    learner = native_learner(RunConfig(), POINTS)
    learner.set_parameters({ParameterId(1, 0, 0): float("nan")})
    before = learner.network.flat.clone()
    with pytest.raises(DivergedError):
        learner.advance(20)
    assert torch.equal(learner.network.flat.nan_to_num(), before.nan_to_num())
    assert learner.step_count == 0


def test_many_steps_are_one_call_that_ends_with_the_pass() -> None:
    learner = native_learner(RunConfig(), POINTS)
    learner.advance(7)
    assert learner.step_count == 7
    learner.advance(1_000)
    assert learner.step_count == 21
    assert learner.is_between_epochs


@pytest.mark.parametrize(
    ("config", "is_expected"),
    [
        (RunConfig(hidden_layers=(10, 5), batch_size=10), True),
        (RunConfig(hidden_layers=(10, 5), batch_size=100), True),
        (RunConfig(hidden_layers=(10, 5), batch_size=101), False),
        (RunConfig(hidden_layers=(100,) * 5, batch_size=10), True),
        (RunConfig(hidden_layers=(100,) * 5, batch_size=11), False),
        (RunConfig(layer_norm=True), False),
    ],
)
def test_the_rule_looks_at_shape_and_batch_alone(config: RunConfig, *, is_expected: bool) -> None:
    assert is_native(Architecture.of(config), config.batch_size) is is_expected


def test_every_option_has_a_code() -> None:
    assert sorted(ACTIVATIONS) == sorted(get_args(Activation))
    assert sorted(OPTIMIZERS) == sorted(get_args(OptimizerName))


def half(x: float) -> float:
    return x / 2


STEPS_OF_A_PROCESS = """
import sys, torch
from backend.logic.config import RunConfig
from backend.logic.native import NativeLearner, compile_kernel
from backend.runs.layout import checkpoint_id
from tests.unit.test_native import POINTS, native_steps

train = compile_kernel(lambda: print("compiling"))
for activation in ("gelu", "elu", "tanh"):
    for optimizer in ("nesterov", "adam"):
        config = RunConfig(hidden_layers=(7, 5, 9), activation=activation, optimizer=optimizer)
        with torch.inference_mode():
            learner = NativeLearner(config, POINTS, train)
            native_steps(learner, 400)
            print(checkpoint_id(learner.network.flat.numpy()))
"""


def test_a_kernel_makes_the_same_bits_whether_just_compiled_or_from_the_disk(tmp_path: Path) -> None:
    first, second = (
        subprocess.run(
            [sys.executable, "-c", STEPS_OF_A_PROCESS],
            cwd=ROOT,
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.splitlines()
        for _ in range(2)
    )
    assert first == ["compiling", *second]
    assert len(set(second)) == 6


def test_where_nothing_can_be_kept_it_is_compiled_in_memory() -> None:
    told: list[str] = []
    code = half.__code__.replace(co_filename="<nowhere>")
    nowhere = FunctionType(code, {}, "half")
    assert compiled_and_kept(nowhere, float64(float64), lambda: told.append("compiling"))(3.0) == 1.5
    assert told == ["compiling"]


def test_other_types_are_an_error_and_no_wait_in_the_middle_of_a_training() -> None:
    kept = compiled_and_kept(half, float64(float64), lambda: None)
    assert kept(3) == 1.5
    with pytest.raises(TypeError, match="No matching definition"):
        kept(np.ones(3))  # type: ignore[arg-type]


def test_who_has_native_steps_trains_alone_and_who_has_not_with_others() -> None:
    assert together_key(native_learner(RunConfig(), POINTS)) is None
    assert together_key(native_learner(RunConfig(layer_norm=True), POINTS)) is not None
