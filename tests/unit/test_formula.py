"""A small network is a formula with all its numbers; a large one is a formula with letters."""

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.logic.architecture import Architecture
from backend.logic.config import Activation, Feature, RunConfig
from backend.logic.report import predictions
from backend.runs.formula import formula_text, write_formula
from backend.runs.layout import FORMULA
from tests.unit.trained_records import record_of, unhindered

MATRIX = re.compile(r"\\begin\{pmatrix\} (.*?) \\end\{pmatrix\}")
_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
FRACTION = re.compile(rf"\\t?frac{_GROUP}{_GROUP}")
REPLACEMENTS = (
    (r" \\cdot 10\^\{(-?\d+)\}", r"e\1"),
    (r"10\^\{(-?\d+)\}", r"1e\1"),
    (r"\^2", "**2"),
    (r"e\^t", "exp(t)"),
    (r"e\^\{-t\}", "exp(-t)"),
    (r"\\,", "@"),
    (r"\\circ", "*"),
    (r"\\left|\\right|\\!", ""),
    (r"\\operatorname\{leaky-relu\}", "leaky_relu"),
    (r"\\operatorname\{([a-z]+)\}", r"\1"),
    (r"\\erf ?", "erf"),
    (r"\\max", "maximum"),
    (r"\\min", "minimum"),
    (r"\\ln", "log"),
    (r"\\sin ([xy])", r"sin(\1)"),
    (r"\\(sin|tanh)", r"\1"),
    (r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)"),
    (r"h_\{?(\d+)\}?", r"h_\1"),
)
"""From LaTeX to Python, in order."""


def matrices(text: str) -> list[NDArray[np.float64]]:
    """All matrices of numbers in a formula."""
    found = []
    for cells in MATRIX.findall(text)[1:]:
        numbers = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", cells)
        found.append(np.array([[float(cell) for cell in row.split("&")] for row in numbers.split(r"\\")]))
    return found


def in_python(latex: str) -> str:
    """A formula of ours as Python: columns are arrays, a matrix before a column is multiplied with it."""
    python = MATRIX.sub(lambda found: f"array([{', '.join(map(in_row, found[1].split(chr(92) * 2)))}])", latex)
    for pattern, replacement in REPLACEMENTS:
        python = re.sub(pattern, replacement, python)
    while (found := FRACTION.search(python)) is not None:
        python = f"{python[: found.start()]}(({found[1]}) / ({found[2]})){python[found.end() :]}"
    # What stands side by side is multiplied.
    return re.sub(r"(?<=[\w)]) +(?=[\w(])", " * ", python)


def in_row(cells: str) -> str:
    return f"[{', '.join(cells.split('&'))}]"


def answered(text: str, x: float, y: float) -> NDArray[np.float64]:
    """What a formula makes of a place: its z, computed by nothing but what stands in it."""
    block = text.partition("\\begin{align*}\n")[2].partition("\n\\end{align*}")[0]
    lines = [line.split(" &= ") for line in block.split(" \\\\\n")]
    names: dict[str, Any] = {
        **{name: getattr(np, name) for name in ("array", "exp", "log", "maximum", "minimum", "mean", "sin", "sqrt")},
        "tanh": np.tanh,
        "erf": np.vectorize(math.erf),
        "variance": np.var,
        "x": x,
        "y": y,
    }
    # Meanings of functions stand last, and are needed first.
    for name, meaning in reversed(lines):
        if (found := re.fullmatch(r"(n|\\operatorname\{[a-z-]+\})\((.)\)", name)) is not None:
            function = in_python(found[1]).strip()
            names[function] = eval(f"lambda {found[2]}: {in_python(meaning)}", names)  # noqa: S307 - it is ours
    for name, meaning in lines:
        if re.fullmatch(r"h_(\d|\{\d+\})|z", name):
            names[in_python(name)] = eval(in_python(meaning), names)  # noqa: S307 - it is ours
    found_z: NDArray[np.float64] = names["z"]
    return found_z[:, 0]


CONFIGS = [
    *(RunConfig(hidden_layers=(3, 4), activation=activation, layer_norm=True) for activation in get_args(Activation)),
    RunConfig(hidden_layers=(8, 8), features=get_args(Feature)),
    RunConfig(hidden_layers=(), features=("sin_x2", "x1_squared")),
    RunConfig(
        problem="regression", loss="huber", hidden_layers=(5,) * 4, layer_activations=("relu", "selu", None, "sine")
    ),
]


@pytest.mark.parametrize("config", CONFIGS, ids=repr)
def test_a_formula_computes_what_the_network_computes(config: RunConfig) -> None:
    record = record_of(config, steps=40)
    # With numbers of three digits, so that none is lost in the formula.
    parameters = np.array([float(f"{value:.3g}") for value in record.checkpoint.parameters], np.float32)
    text = formula_text(replace(record, checkpoint=replace(record.checkpoint, parameters=parameters)))
    places = np.array([[1.5, -2.0], [-4.0, 0.25], [0.0, 5.0]])
    wanted = predictions(config, places, parameters, unhindered).outputs
    for (x, y), outputs in zip(places.tolist(), wanted, strict=True):
        assert answered(text, x, y) == pytest.approx(outputs, abs=1e-4, rel=1e-4)


def test_a_formula_that_is_wider_than_a4_has_a3() -> None:
    config = RunConfig(hidden_layers=(10, 10), features=("x1",), layer_norm=True)
    record = record_of(config, steps=0)
    assert r"\usepackage[a4paper, landscape" in formula_text(record_of(RunConfig(layer_norm=True), steps=0))
    powers = np.full_like(record.checkpoint.parameters, -1.23e-5)
    record = replace(record, checkpoint=replace(record.checkpoint, parameters=powers))
    assert r"\usepackage[a3paper, landscape" in formula_text(record)


def test_a_formula_of_many_layers_may_go_over_pages() -> None:
    config = RunConfig(hidden_layers=(10, 1, 10, 1, 10, 1, 10), features=("x1",))
    before, _, lines = formula_text(record_of(config, steps=0)).partition(r"\begin{align*}")
    assert "\n\\allowdisplaybreaks\n" in before
    assert lines.count("\\\\\n") >= 8


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
