"""A small network is a formula with all its numbers; a large one is a formula with letters."""

import re
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.logic.architecture import Architecture
from backend.logic.config import Activation, Feature, RunConfig
from backend.runs.formula import formula_text, write_formula
from backend.runs.layout import FORMULA
from tests.unit.trained_records import record_of

MATRIX = re.compile(r"\\begin\{pmatrix\} (.*?) \\end\{pmatrix\}")


def matrices(text: str) -> list[NDArray[np.float64]]:
    """All matrices of numbers in a formula."""
    found = []
    for cells in MATRIX.findall(text)[1:]:
        numbers = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", cells)
        found.append(np.array([[float(cell) for cell in row.split("&")] for row in numbers.split(r"\\")]))
    return found


def test_the_numbers_of_a_formula_are_those_of_the_network() -> None:
    record = record_of(RunConfig(hidden_layers=(3, 4)), steps=40)
    first, first_bias, second, second_bias, last, last_bias = matrices(formula_text(record))
    x = np.array([[1.5], [-2.0]])
    logits = last @ np.tanh(second @ np.tanh(first @ x + first_bias) + second_bias) + last_bias
    network = record.checkpoint.parameters
    sizes = [6, 12, 8, 3, 4, 2]
    pieces = np.split(network.astype(np.float64), np.cumsum(sizes)[:-1])
    weights = [
        piece.reshape(shape)
        for piece, shape in zip(pieces, [(3, 2), (4, 3), (2, 4), (3, 1), (4, 1), (2, 1)], strict=True)
    ]
    hidden = np.tanh(weights[1] @ np.tanh(weights[0] @ x + weights[3]) + weights[4])
    assert logits == pytest.approx(weights[2] @ hidden + weights[5], abs=0.02)


@pytest.mark.parametrize("has_norm", [False, True])
@pytest.mark.parametrize("activation", get_args(Activation))
def test_a_formula_of_every_activation_is_whole(activation: Activation, *, has_norm: bool) -> None:
    config = RunConfig(hidden_layers=(2, 3), activation=activation, layer_norm=has_norm, features=get_args(Feature))
    text = formula_text(record_of(config, steps=0))
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert text.count(r"\begin{") == text.count(r"\end{")
    shapes = [matrix.shape for matrix in matrices(text)]
    wanted = [shape if len(shape) == 2 else (*shape, 1) for shape in Architecture.of(config).shapes]
    assert sorted(shapes) == sorted(wanted)
    assert (r"\operatorname{mean}" in text) == has_norm


@pytest.mark.parametrize("config", [RunConfig(hidden_layers=(11,)), RunConfig(hidden_layers=(10, 10, 10))], ids=repr)
def test_a_formula_of_a_large_network_says_that_its_numbers_are_too_many(config: RunConfig) -> None:
    text = formula_text(record_of(config, steps=0))
    assert "too many to be written out" in text
    assert "model.safetensors" in text
    assert matrices(text) == []
    assert r"W_{1}" in text


def test_a_formula_of_a_regression_without_hidden_layers_is_a_line() -> None:
    config = RunConfig(problem="regression", loss="huber", hidden_layers=())
    text = formula_text(record_of(config, steps=0))
    assert [matrix.shape for matrix in matrices(text)] == [(1, 2), (1, 1)]
    assert r"\text{value} &= z" in text


def test_a_formula_is_written_under_its_name(tmp_path: Path) -> None:
    write_formula(record_of(RunConfig(), steps=0), tmp_path, lambda: None)
    assert [path.name for path in tmp_path.iterdir()] == [FORMULA]
