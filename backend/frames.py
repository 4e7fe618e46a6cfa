"""The binary frame codec: bytes in, bytes out.

The contract is specs/002-stateful-streaming/contracts/binary_protocol.md.
"""

import math
import struct
from dataclasses import dataclass
from typing import Final

VERSION: Final = 1
MAP_UPDATE: Final = 1
CLASS_AND_CONFIDENCE: Final = 1
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

_HEADER: Final = struct.Struct("<" + "".join(code for _, code in HEADER_FIELDS))
HEADER_BYTES: Final = _HEADER.size


class FrameError(ValueError):
    """Bytes that are no frame of this version."""


@dataclass(frozen=True, slots=True)
class MapFrame:
    """A MAP_UPDATE.

    Attributes:
        seq: its number on the connection, from 1.
        config_version: the config under which the snapshot was made.
        step: optimizer updates.
        epoch: passes over the training points.
        train_loss: in nats, None if there is none.
        classes: class count.
        width: cells in a row.
        height: rows.
        cells: width * height bytes, class in bits 7-5 and confidence in bits 4-0.
    """

    seq: int
    config_version: int
    step: int
    epoch: float
    train_loss: float | None
    classes: int
    width: int
    height: int
    cells: bytes


def encode_map(frame: MapFrame) -> bytes:
    """The bytes of a frame: a header of 32, then the cells."""
    header = _HEADER.pack(
        VERSION,
        MAP_UPDATE,
        CLASS_AND_CONFIDENCE,
        frame.classes,
        frame.width,
        frame.height,
        frame.seq,
        frame.config_version,
        frame.step,
        frame.epoch,
        math.nan if frame.train_loss is None else frame.train_loss,
    )
    return header + frame.cells


def decode_map(data: bytes) -> MapFrame:
    """The frame that the bytes mean.

    Raises:
        FrameError: another version, kind or encoding, or the wrong number of bytes.
    """
    if len(data) < HEADER_BYTES:
        raise FrameError(f"a frame has a header of {HEADER_BYTES} bytes, these are {len(data)}")
    version, kind, encoding, classes, width, height, seq, config_version, step, epoch, train_loss = _HEADER.unpack_from(
        data
    )
    if (version, kind, encoding) != (VERSION, MAP_UPDATE, CLASS_AND_CONFIDENCE):
        raise FrameError(f"version {version}, kind {kind}, encoding {encoding} is not known")
    if len(data) != HEADER_BYTES + width * height:
        raise FrameError(f"{width} x {height} cells need {HEADER_BYTES + width * height} bytes, these are {len(data)}")
    return MapFrame(
        seq=seq,
        config_version=config_version,
        step=step,
        epoch=epoch,
        train_loss=None if math.isnan(train_loss) else train_loss,
        classes=classes,
        width=width,
        height=height,
        cells=data[HEADER_BYTES:],
    )
