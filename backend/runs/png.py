"""PNG files, written in short stretches: encoding a large picture at once would keep others waiting for too long."""

import zlib
from collections.abc import Callable
from struct import pack
from typing import Final

import numpy as np
from PIL import Image

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS, _RGB = 8, 2
_UP: Final = 2
"""Each byte is told by how much it is more than the one above: smooth pictures repeat themselves."""
_ROWS_IN_A_STRETCH: Final = 16
_LEVEL: Final = 6


def png(picture: Image.Image, give_way: Callable[[], None]) -> bytes:
    """A picture as a PNG file: 8 bits a channel, RGB (ISO/IEC 15948).

    Args:
        picture: RGB.
        give_way: lets others compute; called every few milliseconds.
    """
    rows = np.asarray(picture, np.uint8).reshape(picture.height, -1)
    above = np.vstack([np.zeros_like(rows[:1]), rows[:-1]])
    filtered = np.hstack([np.full((len(rows), 1), _UP, np.uint8), rows - above])
    compressor = zlib.compressobj(_LEVEL)
    data = []
    for first in range(0, len(rows), _ROWS_IN_A_STRETCH):
        give_way()
        data.append(compressor.compress(filtered[first : first + _ROWS_IN_A_STRETCH].tobytes()))
    data.append(compressor.flush())
    header = pack(">IIBBBBB", picture.width, picture.height, _EIGHT_BITS, _RGB, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"".join(data)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
