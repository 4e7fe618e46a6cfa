"""The binary frame codec: the header that all frames have, and maps; bytes in, bytes out.

The contract is specs/002-stateful-streaming/contracts/binary_protocol.md. `neuron_frames` has the other kind.
"""

import math
import struct
from dataclasses import dataclass
from typing import Final, NamedTuple

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

_HEADER: Final = struct.Struct("<" + "".join(code for _, code in HEADER_FIELDS))
_TRAILER: Final = struct.Struct("<" + "".join(code for _, code in TRAILER_FIELDS))
HEADER_BYTES: Final = _HEADER.size


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
        version, *rest = _HEADER.unpack_from(data)
        if version != VERSION:
            raise FrameError(f"version {version} is not known")
        return cls(*rest)

    def encode(self) -> bytes:
        """The 32 bytes."""
        return _HEADER.pack(VERSION, *self)


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
        return Header(
            kind, encoding, classes, width, height, self.seq, self.config_version, self.step, self.epoch, train_loss
        ).encode()


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
    trailer = b"" if frame.unit is None else _TRAILER.pack(*frame.unit)
    return header + frame.cells + trailer


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
    whole = end + _TRAILER.size * (header.encoding == UNIT)
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
        unit=MappedUnit(*_TRAILER.unpack_from(data, end)) if header.encoding == UNIT else None,
    )
