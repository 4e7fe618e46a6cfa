"""Which networks the sessions of the benchmark train: all the same, or each another."""

from typing import Any, Final

from tests.bench.plain import Layers

COMMON: Final[Layers] = (10, 5)
"""Hidden layers of the network that most of the figures are told for."""

DATASETS: Final = ("xor", "circle", "gauss", "spiral")

_SIZES: Final = (10, 11, 9, 12, 8, 13, 7, 14, 6, 15)


def equal(count: int) -> list[Layers]:
    """So many times the common network."""
    return [COMMON] * count


def different(count: int) -> list[Layers]:
    """So many networks, 30 at most, of which no two have the same shape: the common one and others around it.

    In turn two, one and three hidden layers: 10-5, 12, 10-5-4, 11-5, 13, 11-5-4, 9-5, ...
    """
    shapes: list[Layers] = [shape for size in _SIZES for shape in ((size, 5), (size + 2,), (size, 5, 4))]
    return shapes[:count]


def config(layers: Layers, seed: int) -> dict[str, Any]:
    """The fields of CONFIGURE for one of them."""
    return {"hidden_layers": list(layers), "batch_size": 10, "optimizer": "adam", "seed": seed}
