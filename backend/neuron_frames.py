"""The binary codec of NEURON_MAPS: the tiles of the units, and the parameters between them.

The contract is specs/002-stateful-streaming/contracts/binary_protocol.md.
"""

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import Final

from backend.frames import HEADER_BYTES, NEURON_MAPS, SCALAR, Frame, FrameError, Header
from backend.logic.neuron_maps import NeuronMaps, Tile

PARTS: Final = (
    ("tiles", "B"),
    ("padding", "B"),
    ("scales", "f"),
    ("weights", "f"),
    ("biases", "f"),
    ("drawn_counts", "B"),
    ("unit_counts", "H"),
    ("layer_count", "B"),
)
"""What follows the header: names and struct codes, in order, little-endian."""

_ALIGNMENT_BYTES: Final = 4
_FEWEST_LAYERS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NeuronFrame(Frame):
    """A NEURON_MAPS.

    Attributes:
        maps: what it shows.
    """

    maps: NeuronMaps


def part_bytes(side: int, drawn: Sequence[int]) -> dict[str, int]:
    """How many bytes each part has, for tiles of this side and so many drawn units in each layer."""
    tiles = sum(drawn) * side * side
    return {
        "tiles": tiles,
        "padding": -(HEADER_BYTES + tiles) % _ALIGNMENT_BYTES,
        "scales": 4 * sum(drawn),
        "weights": 4 * sum(inputs * outputs for inputs, outputs in pairwise(drawn)),
        "biases": 4 * sum(drawn[1:]),
        "drawn_counts": len(drawn),
        "unit_counts": 2 * len(drawn),
        "layer_count": 1,
    }


def encode_neurons(frame: NeuronFrame) -> bytes:
    """The bytes of a frame: a header of 32, then the parts."""
    maps = frame.maps
    drawn = [len(tiles) for tiles in maps.tiles]
    tiles = list(chain.from_iterable(maps.tiles))
    values = [
        *(tile.scale for tile in tiles),
        *chain.from_iterable(chain.from_iterable(maps.weights)),
        *chain.from_iterable(maps.biases),
    ]
    return b"".join(
        [
            frame.header(kind=NEURON_MAPS, encoding=SCALAR, classes=0, width=maps.side, height=maps.side),
            *(tile.cells for tile in tiles),
            bytes(part_bytes(maps.side, drawn)["padding"]),
            struct.pack(f"<{len(values)}f", *values),
            struct.pack(f"<{len(drawn)}B{len(drawn)}HB", *drawn, *maps.unit_counts, len(drawn)),
        ]
    )


def decode_neurons(data: bytes) -> NeuronFrame:
    """The frame that the bytes mean.

    Raises:
        FrameError: another version, kind or encoding, or the wrong number of bytes.
    """
    header = Header.decode(data)
    if (header.kind, header.encoding) != (NEURON_MAPS, SCALAR):
        raise FrameError(f"kind {header.kind}, encoding {header.encoding} is no neuron maps that are known")
    if header.width != header.height:
        raise FrameError(f"tiles are squares, not {header.width} x {header.height}")
    drawn, unit_counts = _footer(data)
    sizes = part_bytes(header.width, drawn)
    if len(data) != HEADER_BYTES + sum(sizes.values()):
        raise FrameError(f"these tiles need {HEADER_BYTES + sum(sizes.values())} bytes, these are {len(data)}")
    start = HEADER_BYTES + sizes["tiles"] + sizes["padding"]
    count = (sizes["scales"] + sizes["weights"] + sizes["biases"]) // 4
    values = iter(struct.unpack_from(f"<{count}f", data, start))
    cells = _cells(data, header.width**2)
    return NeuronFrame(
        seq=header.seq,
        config_version=header.config_version,
        step=header.step,
        epoch=header.epoch,
        train_loss=None if math.isnan(header.train_loss) else header.train_loss,
        maps=NeuronMaps(
            side=header.width,
            unit_counts=unit_counts,
            tiles=tuple(tuple(Tile(next(cells), scale) for scale in islice(values, units)) for units in drawn),
            weights=tuple(
                tuple(tuple(islice(values, inputs)) for _ in range(outputs)) for inputs, outputs in pairwise(drawn)
            ),
            biases=tuple(tuple(islice(values, units)) for units in drawn[1:]),
        ),
    )


def _footer(data: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The drawn and the true unit count of each layer, from the end of a frame."""
    layers = data[-1]
    start = len(data) - 1 - 3 * layers
    if layers < _FEWEST_LAYERS or start < HEADER_BYTES:
        raise FrameError(f"{layers} layers need a footer of {1 + 3 * layers} bytes, these are {len(data)}")
    counts = struct.unpack_from(f"<{layers}B{layers}H", data, start)
    return counts[:layers], counts[layers:]


def _cells(data: bytes, tile_bytes: int) -> Iterator[bytes]:
    """The cells of tile after tile."""
    start = HEADER_BYTES
    while True:
        yield data[start : start + tile_bytes]
        start += tile_bytes
