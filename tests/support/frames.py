"""Binary frames, as a client reads them: bytes in, frames out.

The contract is specs/002-stateful-streaming/contracts/binary_protocol.md.
"""

import math
import struct
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Final, NamedTuple

from backend.frames import (
    CLASS_AND_CONFIDENCE,
    HEADER,
    MAP_UPDATE,
    NEURON_MAPS,
    SCALAR,
    TRAILER,
    UNIT,
    VERSION,
    MapFrame,
)
from backend.logic.classification_map import MappedUnit
from backend.logic.neuron_maps import NeuronMaps, Tile
from backend.neuron_frames import NeuronFrame

HEADER_BYTES: Final = HEADER.size
_ALIGNMENT_BYTES: Final = 4
_FEWEST_LAYERS: Final = 2

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
"""What follows the header of NEURON_MAPS: names and struct codes, in order, little-endian."""


class FrameError(ValueError):
    """Bytes that are no frame of this version."""


class Header(NamedTuple):
    """The first 32 bytes of every frame, version left out; `train_loss` is NaN if there is none."""

    kind: int
    encoding: int
    classes: int
    width: int
    height: int
    seq: int
    config_version: int
    step: int
    epoch: float
    train_loss: float

    @classmethod
    def decode(cls, data: bytes) -> "Header":
        """The header that the first bytes mean.

        Raises:
            FrameError: too few bytes, or another version.
        """
        if len(data) < HEADER_BYTES:
            raise FrameError(f"a frame has a header of {HEADER_BYTES} bytes, these are {len(data)}")
        version, *rest = HEADER.unpack_from(data)
        if version != VERSION:
            raise FrameError(f"version {version} is not known")
        return cls(*rest)


def decode_map(data: bytes) -> MapFrame:
    """The frame that the bytes mean.

    Raises:
        FrameError: another version, kind or encoding, or the wrong number of bytes.
    """
    header = Header.decode(data)
    if header.kind != MAP_UPDATE or header.encoding not in (CLASS_AND_CONFIDENCE, SCALAR, UNIT):
        raise FrameError(f"kind {header.kind}, encoding {header.encoding} is no map that is known")
    if (header.encoding == CLASS_AND_CONFIDENCE) != (header.classes > 0):
        raise FrameError(f"encoding {header.encoding} does not go with {header.classes} classes")
    end = HEADER_BYTES + header.width * header.height
    whole = end + TRAILER.size * (header.encoding == UNIT)
    if len(data) != whole:
        raise FrameError(f"{header.width} x {header.height} cells need {whole} bytes, these are {len(data)}")
    return MapFrame(
        seq=header.seq,
        config_version=header.config_version,
        step=header.step,
        epoch=header.epoch,
        train_loss=None if math.isnan(header.train_loss) else header.train_loss,
        classes=header.classes,
        width=header.width,
        height=header.height,
        cells=data[HEADER_BYTES:end],
        unit=MappedUnit(*TRAILER.unpack_from(data, end)) if header.encoding == UNIT else None,
    )


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
