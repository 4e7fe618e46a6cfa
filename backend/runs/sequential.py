"""The network as PyTorch's nn.Sequential has it: which module comes where, and what its parameters are called."""

from typing import Literal, NamedTuple

from backend.logic.config import RunConfig

ModuleKind = Literal["linear", "layer_norm", "activation", "dropout"]


class Module(NamedTuple):
    """A module of nn.Sequential; its place there is its place in `modules_of`.

    Attributes:
        kind: which module.
        layer: whose it is, from 0; the last one are the outputs.
    """

    kind: ModuleKind
    layer: int


def modules_of(config: RunConfig) -> list[Module]:
    """The modules in their order: for each hidden layer Linear, LayerNorm if there is one, activation, Dropout if any.

    The activation "linear" is a module as well, nn.Identity. The outputs are a Linear alone.
    """
    kinds: list[ModuleKind] = ["linear", "activation"]
    if config.layer_norm:
        kinds.insert(1, "layer_norm")
    if config.dropout:
        kinds.append("dropout")
    hidden = len(config.hidden_layers)
    return [*(Module(kind, layer) for layer in range(hidden) for kind in kinds), Module("linear", hidden)]


def parameter_names(config: RunConfig) -> list[str]:
    """What nn.Sequential calls the parameters, in the order of `Architecture.shapes`."""
    modules = modules_of(config)
    linears = [place for place, module in enumerate(modules) if module.kind == "linear"]
    norms = [place for place, module in enumerate(modules) if module.kind == "layer_norm"]
    return [f"{place}.{name}" for places in (linears, norms) for name in ("weight", "bias") for place in places]
