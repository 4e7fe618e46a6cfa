"""train.py is the run: its loss curve is ours to float32 rounding, whatever the settings; and it is plain to read."""

import contextlib
import io
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.logic.architecture import Architecture, ParameterId
from backend.logic.changes import Freeze, SetParameters
from backend.logic.config import (
    LOSSES,
    Activation,
    Feature,
    Initialisation,
    OptimizerName,
    RunConfig,
    Schedule,
)
from backend.logic.dataset import why_not_trainable
from backend.logic.generators import generate
from backend.logic.points import TrainingExample
from backend.logic.run_record import Applied, RunRecord
from backend.runs.modules import parameter_names
from backend.runs.script import script_text, write_script
from backend.runs.script_data import digits
from tests.unit.curves import ROUNDING, curve_of, largest_difference, our_curve, script_of, their_curve
from tests.unit.drawn_configs import configs_to_compare
from tests.unit.trained_records import record_of


@st.composite
def records(draw: st.DrawFn) -> RunRecord:
    config = draw(
        configs_to_compare(most_layers=10, fewest_classes=2, dropouts=(0.0, 0.2, 0.9), train_fractions=(1.0, 0.7, 0.5))
    )
    numbers = np.random.default_rng(draw(st.integers(0, 1000)))
    count = draw(st.integers(2, 60))
    values = [
        None if is_unvalued else value
        for is_unvalued, value in zip(numbers.random(count) < 0.2, numbers.uniform(-1, 1, count), strict=True)
    ]
    examples = [
        TrainingExample(x, y, index % config.classes, value)
        for index, ((x, y), value) in enumerate(zip(numbers.uniform(-6, 6, (count, 2)).tolist(), values, strict=True))
    ]
    layers = len(config.hidden_layers)
    frozen = draw(
        st.sampled_from(((), (ParameterId(1, 0, 0),), (ParameterId(1, 0, None), ParameterId(layers + 1, 0, 0))))
    )
    return record_of(config, examples, steps=0, frozen=frozenset(frozen))


@settings(max_examples=60, derandomize=True)
@given(records())
def test_a_script_has_our_loss_curve_whatever_the_settings(record: RunRecord) -> None:
    checkpoint = record.checkpoint
    if why_not_trainable(checkpoint.dataset, checkpoint.config.problem) is not None:
        return
    ours = our_curve(record, 20)
    theirs = their_curve(record, len(ours))
    assert largest_difference(ours, theirs) <= ROUNDING


def all_choices() -> dict[str, RunConfig]:
    """Configs in which every choice of the page is there once, as it opens else."""
    choices: dict[str, Sequence[Any]] = {
        "activation": get_args(Activation),
        "initialisation": get_args(Initialisation),
        "optimizer": get_args(OptimizerName),
        "schedule": get_args(Schedule),
        "layer_norm": (True,),
        "dropout": (0.2,),
        "gradient_clip": (0.1,),
        "l1": (0.001,),
        "l2": (0.01,),
        "weight_decay": (0.0, 0.1),
        "batch_size": (1, 7, 5000),
        "hidden_layers": ((), (4,) * 10, (100, 100)),
        "features": (get_args(Feature),),
        "train_fraction": (0.5,),
        "layer_activations": ((None, "sine"),),
        "classes": (8,),
    }
    found = {f"{name} {value}": RunConfig(**{name: value}) for name, values in choices.items() for value in values}
    losses = {
        f"{problem} {loss}": RunConfig(problem=problem, loss=loss) for problem, some in LOSSES.items() for loss in some
    }
    return found | losses


CHOICES = all_choices()
LONG_LINES = [
    RunConfig(dropout=0.2, activation="sine", l1=0.1, l2=0.1, train_fraction=0.5),
    RunConfig(optimizer="nesterov", weight_decay=0.1),
    RunConfig(optimizer="momentum", weight_decay=0.1, schedule="warm_up"),
    RunConfig(problem="regression", loss="squared_error", features=get_args(Feature)),
]


@pytest.mark.parametrize("choice", CHOICES)
def test_two_hundred_steps_of_every_choice_of_the_page_are_ours(choice: str) -> None:
    record = record_of(CHOICES[choice], steps=0)
    ours = our_curve(record, 200)
    assert len(ours) == 200
    assert largest_difference(ours, their_curve(record, 200)) <= ROUNDING


def test_the_code_of_every_script_is_in_good_style(tmp_path: Path) -> None:
    for index, config in enumerate([*CHOICES.values(), *LONG_LINES]):
        record = record_of(config, steps=3, frozen=frozenset({ParameterId(1, 0, 0)} if index % 2 else ()))
        code = script_text(record).partition("\n\n\n# x, y and")[0]
        (tmp_path / f"train_{index}.py").write_text(f"{code}\n\n\nTRAINING_POINTS = TEST_POINTS = FROZEN = None\n")
    for arguments in (["format", "--diff"], ["check", "--select", "E,F,W,I,N,UP,SIM"]):
        found = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, "--line-length", "100", "--isolated", str(tmp_path)],
            text=True,
            capture_output=True,
            check=False,
        )
        assert found.returncode == 0, found.stdout + found.stderr


def test_a_run_that_enlarges_its_last_digits_is_no_closer_to_itself_in_another_order() -> None:
    config = RunConfig(
        problem="regression",
        loss="squared_error",
        activation="mish",
        layer_norm=True,
        hidden_layers=(8, 8, 8, 8),
        optimizer="adamw",
        schedule="exponential",
        gradient_clip=0.1,
    )
    record = record_of(config, generate("sine_surface", 200, 0.0, 2, 7), steps=0)
    theirs = their_curve(record, 200)
    # The same sums, begun at their other end.
    turned = script_text(record).replace("inputs[batch]", "inputs[batch.flip(0)]")
    turned = turned.replace("values[batch]", "values[batch.flip(0)]")
    from_itself = largest_difference(theirs, curve_of(turned, 200))
    assert from_itself > ROUNDING
    assert largest_difference(our_curve(record, 200), theirs) <= 10 * from_itself


def test_the_network_of_a_script_ends_with_the_weights_of_the_run() -> None:
    for config in (RunConfig(), RunConfig(layer_norm=True, dropout=0.1, layer_activations=("linear",), classes=3)):
        record = record_of(config, steps=50)
        script = script_of(record)
        with contextlib.redirect_stdout(io.StringIO()):
            script["train"](50)
        tensors = script["model"].state_dict()
        assert set(tensors) == set(parameter_names(config))
        theirs = np.concatenate([tensors[name].numpy().ravel() for name in parameter_names(config)])
        ours = record.checkpoint.parameters
        assert np.linalg.norm(theirs - ours) <= 1e-5 * np.linalg.norm(ours)
        assert [tuple(tensors[name].shape) for name in parameter_names(config)] == Architecture.of(config).shapes


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_number_in_a_script_is_the_same_float32(value: float) -> None:
    assert np.float32(float(digits(value))) == np.float32(value)


def test_five_thousand_points_are_a_script_too() -> None:
    numbers = np.random.default_rng(1)
    examples = [TrainingExample(x, y, int(x > y)) for x, y in numbers.uniform(-6, 6, (5000, 2)).tolist()]
    record = record_of(RunConfig(batch_size=100, train_fraction=0.8), examples, steps=0)
    turns: list[None] = []
    text = script_text(record, lambda: turns.append(None))
    assert len(text) < 200_000
    assert len(turns) > 1000
    ours = our_curve(record, 60)
    assert largest_difference(ours, their_curve(record, 60)) <= ROUNDING


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (RunConfig(dropout=0.3), ("class Dropout", "dropping", "DROPOUT", "eval()")),
        (RunConfig(layer_activations=("sine",)), ("class Sine",)),
        (RunConfig(layer_norm=True), ("LayerNorm",)),
        (RunConfig(schedule="cosine"), ("math", "learning_rate(", "epoch")),
        (RunConfig(l1=0.1), ("penalty", "L1")),
        (RunConfig(l2=0.1), ("penalty", "L2")),
        (RunConfig(gradient_clip=1.0), ("clip_grad_norm_", "GRADIENT_CLIP")),
        (RunConfig(weight_decay=0.1), ("WEIGHT_DECAY",)),
        (RunConfig(train_fraction=0.5), ("TEST_POINTS",)),
    ],
    ids=repr,
)
def test_a_script_has_only_what_its_run_needs(config: RunConfig, words: tuple[str, ...]) -> None:
    needed, plain = (script_text(record_of(some, steps=0)) for some in (config, RunConfig()))
    for word in words:
        assert word in needed
        assert word not in plain


CHANGED = "Something was changed"


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        (Applied(5, RunConfig(learning_rate=0.1)), True),
        (Applied(0, RunConfig(learning_rate=0.1)), False),
        (Applied(5, RunConfig(stop_loss=0.1, speed=3.0)), False),
        (Applied(0, SetParameters({ParameterId(1, 0, 0): 1.0})), True),
        (Applied(0, Freeze(frozenset({ParameterId(1, 0, 0)}))), False),
        (Applied(3, Freeze(frozenset({ParameterId(1, 0, 0)}))), True),
    ],
    ids=repr,
)
def test_a_script_tells_when_its_curve_is_another_than_that_of_the_run(change: Applied, *, is_told: bool) -> None:

    record = replace(record_of(RunConfig(), steps=9), changes=(change,))
    assert (CHANGED in script_text(record)) == is_told
    assert ("changes.jsonl" in script_text(record)) == is_told
    assert CHANGED in script_text(replace(record, beginning=None, changes=()))


def test_frozen_weights_are_in_the_script_with_their_values() -> None:
    frozen = frozenset({ParameterId(1, 0, 1), ParameterId(3, 1, None)})
    text = script_text(record_of(RunConfig(), steps=0, frozen=frozen))
    assert "2 weights and biases are frozen" in text
    assert '"0.weight": [' in text
    assert '"4.bias": [' in text


def test_a_script_computes_in_one_thread_however_many_there_are() -> None:
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        script_of(record_of(RunConfig(), steps=0))
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(threads)


def test_a_script_tells_how_far_it_is_and_how_well_it_does() -> None:
    record = record_of(RunConfig(train_fraction=0.6), steps=200)
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        script_of(record)["train"](200)
    lines = told.getvalue().splitlines()
    assert lines[0].startswith("step 0, training points: loss 0.")
    assert lines[-1].startswith("step 200, test points: loss ")
    assert "accuracy" in lines[-1]
    assert 10 <= len(lines) // 2 <= 21


def test_no_folder_is_touched_but_the_one_that_is_given(tmp_path: Path) -> None:

    write_script(record_of(RunConfig(), steps=0), tmp_path, lambda: None)
    assert [path.name for path in tmp_path.iterdir()] == ["train.py"]
