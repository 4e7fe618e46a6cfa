"""The network as an ONNX model, for all programs that read those. It takes a package that a server can do without."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from backend.logic.architecture import Architecture
from backend.logic.config import Activation, Feature, RunConfig
from backend.logic.layer_norm_calls import EPSILON

_OPERATORS: Final = 18
"""The version of ONNX's operators, the first that has all of ours; programs of 2023 and later know it."""
_FORMAT: Final = 8
"""The version of the file format that goes with it."""

_Node = Callable[..., Any]
"""onnx.helper.make_node."""

_SIMPLE: Final[dict[Activation, tuple[str, dict[str, float]]]] = {
    "tanh": ("Tanh", {}),
    "relu": ("Relu", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.01}),
    "elu": ("Elu", {"alpha": 1.0}),
    "sigmoid": ("Sigmoid", {}),
    "linear": ("Identity", {}),
    "selu": ("Selu", {}),
    "softplus": ("Softplus", {}),
    "mish": ("Mish", {}),
    "sine": ("Sin", {}),
}
"""The activations that are one operator of ONNX, with what it has to be told."""


class ExportMissingError(RuntimeError):
    """The package that writes ONNX is not installed; its text says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "ONNX needs one more package: where the server is, run pip install -r requirements-export.txt, "
            "and start it again."
        )


def find_onnx() -> tuple[Any, Any, Any]:
    """The package that writes ONNX, its helper and its numpy_helper; the first call loads them, which takes long.

    Raises:
        ExportMissingError: onnx is not installed.
    """
    try:
        onnx, helper, numpy_helper = (
            importlib.import_module(f"onnx{part}") for part in ("", ".helper", ".numpy_helper")
        )
    except ImportError as error:
        raise ExportMissingError from error
    return onnx, helper, numpy_helper


def onnx_model(config: RunConfig, parameters: NDArray[np.float32]) -> bytes:
    """A network as an ONNX model.

    Its input is `points`, (N, 2) float32, x and y of each; its outputs are `logits` and `probabilities`, both
    (N, classes) float32, or, of a regression, `values`, (N, 1) float32.

    Args:
        config: of the network.
        parameters: (P,) float32, in the order of `Architecture`.

    Raises:
        ExportMissingError: onnx is not installed.
    """
    onnx, helper, numpy_helper = find_onnx()
    tensors = {"column_0": np.array([0]), "column_1": np.array([1]), **_tensors(config, parameters)}
    outputs = ["logits", "probabilities"] if config.problem == "classification" else ["values"]
    sizes = Architecture.of(config).sizes

    def told(name: str, columns: int) -> Any:  # noqa: ANN401 - onnx has no types for us where it is not installed
        return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", columns])

    graph = helper.make_graph(
        list(_nodes(config, outputs, helper.make_node)),
        "boundary_lab",
        [told("points", 2)],
        [told(name, sizes[-1]) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    model = helper.make_model(
        graph, producer_name="Boundary Lab", opset_imports=[helper.make_opsetid("", _OPERATORS)], ir_version=_FORMAT
    )
    onnx.checker.check_model(model)
    written: bytes = model.SerializeToString()
    return written


def _tensors(config: RunConfig, parameters: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """The parameters by name, and the numbers that some activations need."""
    architecture = Architecture.of(config)
    layers = range(1, len(architecture.sizes))
    kinds = [("weight", layers), ("bias", layers)]
    if architecture.layer_norm:
        kinds += [("gain", layers[:-1]), ("shift", layers[:-1])]
    names = [f"{kind}_{layer}" for kind, of_layers in kinds for layer in of_layers]
    tensors = dict(zip(names, architecture.arrays(parameters), strict=True))
    if "gelu" in architecture.activations:
        numbers = {"half": 0.5, "one": 1.0, "root_half": 0.5**0.5}
        tensors |= {name: np.array(value, np.float32) for name, value in numbers.items()}
    return tensors


def _nodes(config: RunConfig, outputs: list[str], node: _Node) -> Iterator[Any]:
    architecture = Architecture.of(config)
    yield node("Gather", ["points", "column_0"], ["x1"], axis=1)
    yield node("Gather", ["points", "column_1"], ["x2"], axis=1)
    for feature in config.features:
        yield from _feature(feature, node)
    yield node("Concat", list(config.features), ["hidden_0"], axis=1)
    last = len(architecture.sizes) - 1
    for layer, activation in enumerate(architecture.activations, start=1):
        given, summed = f"hidden_{layer - 1}", f"sums_{layer}"
        yield node("Gemm", [given, f"weight_{layer}", f"bias_{layer}"], [summed], transB=1)
        if architecture.layer_norm:
            normed = f"normed_{layer}"
            yield node(
                "LayerNormalization", [summed, f"gain_{layer}", f"shift_{layer}"], [normed], axis=-1, epsilon=EPSILON
            )
            summed = normed
        yield from _activation(activation, summed, f"hidden_{layer}", node)
    yield node("Gemm", [f"hidden_{last - 1}", f"weight_{last}", f"bias_{last}"], [outputs[0]], transB=1)
    if config.problem == "classification":
        yield node("Softmax", outputs[:1], outputs[1:], axis=1)


def _feature(feature: Feature, node: _Node) -> Iterator[Any]:
    match feature:
        case "x1_squared" | "x2_squared":
            source = feature.removesuffix("_squared")
            yield node("Mul", [source, source], [feature])
        case "x1_x2":
            yield node("Mul", ["x1", "x2"], [feature])
        case "sin_x1" | "sin_x2":
            yield node("Sin", [feature.removeprefix("sin_")], [feature])
        case "x1" | "x2":
            return


def _activation(activation: Activation, sums: str, answers: str, node: _Node) -> Iterator[Any]:
    match activation:
        case "silu":
            yield node("Sigmoid", [sums], [f"{answers}_share"])
            yield node("Mul", [sums, f"{answers}_share"], [answers])
        case "gelu":
            # z · (1 + erf(z / √2)) / 2
            yield node("Mul", [sums, "root_half"], [f"{answers}_scaled"])
            yield node("Erf", [f"{answers}_scaled"], [f"{answers}_erf"])
            yield node("Add", [f"{answers}_erf", "one"], [f"{answers}_risen"])
            yield node("Mul", [f"{answers}_risen", "half"], [f"{answers}_share"])
            yield node("Mul", [sums, f"{answers}_share"], [answers])
        case _:
            operator, options = _SIMPLE[activation]
            yield node(operator, [sums], [answers], **options)
