"""The binary frames: the header that all of them have, and maps, as bytes.

The contract is specs/002-stateful-streaming/contracts/binary_protocol.md. `neuron_frames` has the other kind.
"""

import math
import struct
from dataclasses import dataclass
from typing import Final

from backend.logic.classification_map import MappedUnit

VERSION: Final = 1
MAP_UPDATE: Final = 1
NEURON_MAPS: Final = 2
CLASS_AND_CONFIDENCE: Final = 1
SCALAR: Final = 2
UNIT: Final = 3
HEADER_FIELDS: Final = (
    ("version", "B"),
    ("kind", "B"),
    ("encoding", "B"),
    ("classes", "B"),
    ("width", "H"),
    ("height", "H"),
    ("seq", "I"),
    ("config_version", "I"),
    ("step", "Q"),
    ("epoch", "f"),
    ("train_loss", "f"),
)
"""Names and struct codes, in order, little-endian without padding."""
TRAILER_FIELDS: Final = (("layer", "H"), ("unit", "H"), ("scale", "f"))
"""What follows the cells of a map of one unit: names and struct codes, as above."""

HEADER: Final = struct.Struct("<" + "".join(code for _, code in HEADER_FIELDS))
TRAILER: Final = struct.Struct("<" + "".join(code for _, code in TRAILER_FIELDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every frame tells.

    Attributes:
        seq: its number on the connection, from 1.
        config_version: the config under which the snapshot was made.
        step: optimizer updates.
        epoch: passes over the training points.
        train_loss: mean over the training points, None if there is none.
    """

    seq: int
    config_version: int
    step: int
    epoch: float
    train_loss: float | None

    def header(self, *, kind: int, encoding: int, classes: int, width: int, height: int) -> bytes:
        """The bytes of its header."""
        train_loss = math.nan if self.train_loss is None else self.train_loss
        told = self.seq, self.config_version, self.step, self.epoch, train_loss
        return HEADER.pack(VERSION, kind, encoding, classes, width, height, *told)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFrame(Frame):
    """A MAP_UPDATE.

    Attributes:
        classes: class count; 0 if the cells are values and not classes.
        width: cells in a row.
        height: rows.
        cells: width * height bytes: class in bits 7-5 and confidence in bits 4-0, or a value, 0 is -1 and 255 is +1.
        unit: whose values they are; None for the network's own answer.
    """

    classes: int
    width: int
    height: int
    cells: bytes
    unit: MappedUnit | None = None

    @property
    def encoding(self) -> int:
        """What the cells mean, as the contract numbers it."""
        if self.unit is not None:
            return UNIT
        return CLASS_AND_CONFIDENCE if self.classes else SCALAR


def encode_map(frame: MapFrame) -> bytes:
    """The bytes of a frame: a header of 32, the cells, and for a unit a trailer of 8."""
    header = frame.header(
        kind=MAP_UPDATE, encoding=frame.encoding, classes=frame.classes, width=frame.width, height=frame.height
    )
    trailer = b"" if frame.unit is None else TRAILER.pack(*frame.unit)
    return header + frame.cells + trailer
