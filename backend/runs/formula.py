r"""formula.tex: a network in LaTeX, with its numbers where it is small; `pdflatex formula.tex` makes a page of it."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.logic.architecture import Architecture
from backend.logic.config import Activation, Feature
from backend.logic.run_record import RunRecord
from backend.runs.layout import FORMULA

MOST_PARAMETERS: Final = 200
MOST_COLUMNS: Final = 10
"""What LaTeX's pmatrix has room for."""

_FEATURES: Final[dict[Feature, str]] = {
    "x1": "x",
    "x2": "y",
    "x1_squared": "x^2",
    "x2_squared": "y^2",
    "x1_x2": "x y",
    "sin_x1": r"\sin x",
    "sin_x2": r"\sin y",
}
_FUNCTIONS: Final[dict[Activation, str]] = {
    "tanh": r"\tanh",
    "sine": r"\sin",
    "linear": "",
}
"""The activations that are written as they are; the others have their name, and what it means below."""
_MEANINGS: Final[dict[Activation, str]] = {
    "relu": r"\max(0, t)",
    "leaky_relu": r"\max(0.01 t, t)",
    "gelu": r"\tfrac{t}{2} \left(1 + \operatorname{erf}\tfrac{t}{\sqrt{2}}\right)",
    "silu": r"\frac{t}{1 + e^{-t}}",
    "elu": r"\max(0, t) + \min(0, e^t - 1)",
    "sigmoid": r"\frac{1}{1 + e^{-t}}",
    "selu": r"1.0507 \left(\max(0, t) + 1.6733 \min(0, e^t - 1)\right)",
    "softplus": r"\ln(1 + e^t)",
    "mish": r"t \tanh(\ln(1 + e^t))",
}
_PAGE: Final = r"""% A network of Boundary Lab, {sizes} units. For a page of it: pdflatex formula.tex
\documentclass{{article}}
\usepackage[{paper}, landscape, margin=1cm]{{geometry}}
\usepackage{{amsmath, amssymb}}
\allowdisplaybreaks
\begin{{document}}
\noindent {words}
\begin{{align*}}
{lines}
\end{{align*}}
\end{{document}}
"""
_MOST_LETTERS: Final = 100
"""Of the matrices side by side in a line of A4, landscape; A3 has room for any."""
_MATRIX: Final = re.compile(r"\\begin\{pmatrix\} (.*?) \\end\{pmatrix\}")
_UNSEEN: Final = re.compile(r"\\cdot |[\^{}]")
"""What is no letter of a number on the page."""
_ROOM: Final = 2
"""Between two columns, in letters."""


def write_formula(record: RunRecord, folder: Path, give_way: Callable[[], None]) -> None:
    """Write formula.tex into a folder."""
    give_way()
    (folder / FORMULA).write_text(formula_text(record), encoding="utf-8")


def formula_text(record: RunRecord) -> str:
    """A run's network in LaTeX: with its numbers, of three digits, if it is small; else with letters for them."""
    config, parameters = record.checkpoint.config, record.checkpoint.parameters
    architecture = Architecture.of(config)
    sizes = architecture.sizes
    is_small = len(parameters) <= MOST_PARAMETERS and max(sizes) <= MOST_COLUMNS
    tensors = _tensors(architecture, parameters) if is_small else _letters(architecture)
    lines = [f"h_0 &= {_column([_FEATURES[name] for name in config.features])}"]
    last = len(sizes) - 1
    for layer in range(1, last + 1):
        weight, bias, *norm = tensors[layer - 1]
        sums = f"{weight} \\, h_{{{layer - 1}}} + {bias}"
        if norm:
            gain, shift = norm
            sums = rf"{gain} \circ n\!\left( {sums} \right) + {shift}"
        if layer < last:
            function = _function(architecture.activations[layer - 1])
            sums = rf"{function}\left( {sums} \right)" if function else sums
        lines.append(f"{f'h_{{{layer}}}' if layer < last else 'z'} &= {sums}")
    lines.append(
        r"p_k &= \frac{e^{z_k}}{\sum_j e^{z_j}}" if config.problem == "classification" else r"\text{value} &= z"
    )
    if architecture.layer_norm and config.hidden_layers:
        lines.append(r"n(v) &= \frac{v - \operatorname{mean}(v)}{\sqrt{\operatorname{variance}(v) + 10^{-5}}}")
    lines += [
        f"{_function(activation)}(t) &= {_MEANINGS[activation]}"
        for activation in dict.fromkeys(architecture.activations)
        if activation in _MEANINGS
    ]
    return _PAGE.format(
        sizes="-".join(map(str, sizes)),
        paper="a4paper" if max(map(_letter_count, lines)) <= _MOST_LETTERS else "a3paper",
        words=" ".join(_words(record, is_small=is_small)),
        lines=" \\\\\n".join(lines),
    )


def _words(record: RunRecord, *, is_small: bool) -> Iterator[str]:
    """What stands above a formula, in sentences."""
    checkpoint = record.checkpoint
    architecture = Architecture.of(checkpoint.config)
    yield f"The network at step {checkpoint.step:,}: what it answers at $(x, y)$."
    if checkpoint.config.problem == "classification":
        yield "$p_k$ is how probable class $k$ is; the first class is 0."
    if architecture.layer_norm and checkpoint.config.hidden_layers:
        yield r"$\circ$ multiplies number by number."
    if any(_function(activation) for activation in architecture.activations):
        yield "Functions are taken of each number of a column by itself."
    if not is_small:
        yield (
            f"Its {len(checkpoint.parameters):,} numbers are too many to be written out; that is done up to "
            f"{MOST_PARAMETERS} of them, in layers of up to {MOST_COLUMNS} units: they are in "
            r"\texttt{model.safetensors}."
        )


def _letter_count(line: str) -> int:
    """How many letters stand side by side in the matrices of a line, the room between columns included."""
    columns = (column for rows in _MATRIX.findall(line) for column in zip(*_cells(rows), strict=True))
    return sum(max(map(len, column)) + _ROOM for column in columns)


def _cells(rows: str) -> list[list[str]]:
    """What is seen of the cells of a matrix, row by row."""
    return [_UNSEEN.sub("", row).split(" & ") for row in rows.split(r" \\ ")]


def _tensors(architecture: Architecture, parameters: NDArray[np.float32]) -> list[list[str]]:
    """Weight, bias and, with a layer norm, gain and shift of each layer, as matrices and columns of numbers."""
    return _by_layer(architecture, [_matrix(part.reshape(len(part), -1)) for part in architecture.arrays(parameters)])


def _letters(architecture: Architecture) -> list[list[str]]:
    """The same as letters, with their sizes where they are big."""
    layers = range(1, len(architecture.sizes))
    weights = [
        rf"\underset{{{outputs} \times {inputs}}}{{W_{{{layer}}}}}"
        for layer, (inputs, outputs) in enumerate(pairwise(architecture.sizes), start=1)
    ]
    texts = [*weights, *(f"b_{{{layer}}}" for layer in layers)]
    if architecture.layer_norm:
        texts += [f"{letter}_{{{layer}}}" for letter in "gs" for layer in layers[:-1]]
    return _by_layer(architecture, texts)


def _by_layer(architecture: Architecture, texts: list[str]) -> list[list[str]]:
    count = len(architecture.sizes) - 1
    hidden = count - 1
    weights, biases, norms = texts[:count], texts[count : 2 * count], texts[2 * count :]
    found = [[weight, bias] for weight, bias in zip(weights, biases, strict=True)]
    for layer, gain, shift in zip(found, norms[:hidden], norms[hidden:], strict=False):
        layer += [gain, shift]
    return found


def _function(activation: Activation) -> str:
    named = rf"\operatorname{{{activation.replace('_', '-')}}}"
    return _FUNCTIONS.get(activation, named)


def _matrix(values: NDArray[np.float32]) -> str:
    return _rows([[_number(value) for value in row] for row in values.tolist()])


def _column(texts: list[str]) -> str:
    return _rows([[text] for text in texts])


def _rows(rows: list[list[str]]) -> str:
    return r"\begin{pmatrix} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{pmatrix}"


def _number(value: float) -> str:
    """With three digits."""
    digits, _, power = f"{value:.3g}".partition("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}" if power else digits
