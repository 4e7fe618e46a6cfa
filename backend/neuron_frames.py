"""NEURON_MAPS as bytes: the tiles of the units, and the parameters between them.

The contract is specs/002-stateful-streaming/contracts/binary_protocol.md.
"""

import struct
from dataclasses import dataclass
from itertools import chain
from typing import Final

from backend.frames import HEADER, NEURON_MAPS, SCALAR, Frame
from backend.logic.neuron_maps import NeuronMaps

_ALIGNMENT_BYTES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NeuronFrame(Frame):
    """A NEURON_MAPS.

    Attributes:
        maps: what it shows.
    """

    maps: NeuronMaps


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
            bytes(-(HEADER.size + len(tiles) * maps.side**2) % _ALIGNMENT_BYTES),
            struct.pack(f"<{len(values)}f", *values),
            struct.pack(f"<{len(drawn)}B{len(drawn)}HB", *drawn, *maps.unit_counts, len(drawn)),
        ]
    )
