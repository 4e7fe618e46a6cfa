"""The network as an nn.Sequential: what its modules are, and under which names they keep their parameters."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from backend.logic.architecture import Architecture
from backend.logic.config import Activation, RunConfig

SINE: Final = "Sine()"
DROPOUT: Final = "Dropout()"
"""The two modules that are not PyTorch's own."""

_ACTIVATIONS: Final[dict[Activation, str]] = {
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU()",
    "gelu": "nn.GELU()",
    "silu": "nn.SiLU()",
    "elu": "nn.ELU()",
    "sigmoid": "nn.Sigmoid()",
    "selu": "nn.SELU()",
    "softplus": "nn.Softplus()",
    "mish": "nn.Mish()",
    "sine": SINE,
}
"""All but linear, which is nothing between two layers."""


class _Module(NamedTuple):
    """A module of the network.

    Attributes:
        text: what makes it, in Python.
        part: what its parameters are: "linear", "norm", or None if it has none.
    """

    text: str
    part: str | None = None


def module_texts(config: RunConfig) -> tuple[str, ...]:
    """What makes each module of the nn.Sequential, in Python, from the inputs on."""
    return tuple(module.text for module in _modules(config))


def parameter_names(config: RunConfig) -> tuple[str, ...]:
    """The names of the nn.Sequential's parameters, such as `0.weight`, in the order of `Architecture.shapes`."""
    modules = list(enumerate(_modules(config)))
    linears, norms = ([index for index, module in modules if module.part == part] for part in ("linear", "norm"))
    return tuple(f"{index}.{kind}" for indices in (linears, norms) for kind in ("weight", "bias") for index in indices)


def _modules(config: RunConfig) -> Iterator[_Module]:
    architecture = Architecture.of(config)
    before, *hidden, outputs = architecture.sizes
    for units, activation in zip(hidden, architecture.activations, strict=True):
        yield _Module(f"nn.Linear({before}, {units})", "linear")
        if config.layer_norm:
            yield _Module(f"nn.LayerNorm({units})", "norm")
        if activation in _ACTIVATIONS:
            yield _Module(_ACTIVATIONS[activation])
        if config.dropout:
            yield _Module(DROPOUT)
        before = units
    yield _Module(f"nn.Linear({before}, {outputs})", "linear")
