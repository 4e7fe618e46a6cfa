"""EventFile: what TensorBoard reads, one event after the other, in TensorFlow's format of records.

tensorboardX's own writer takes 4 ms for the checksum of a picture in one go.
"""

from io import BufferedWriter
from pathlib import Path
from struct import pack
from typing import Final, Self

from tensorboardX.crc32c import crc_update
from tensorboardX.proto.event_pb2 import Event

from backend.logic.stretches import GiveWay, nobody_waits, pieces

_PIECE_BYTES: Final = 8_192
"""Some 1 ms of checksum."""
_32_BITS: Final = 0xFFFFFFFF
_MASK: Final = 0xA282EAD8
"""Added to checksums: see tensorflow/core/lib/hash/crc32c.h."""


class EventFile:
    """A new file of events.

    Args:
        path: where.
        give_way: called while an event is written.
    """

    def __init__(self, path: Path, give_way: GiveWay) -> None:
        self._give_way = give_way
        self._file: BufferedWriter = path.open("xb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, event: Event) -> None:
        """Add an event.

        Raises:
            OSError: it cannot be written.
        """
        data = event.SerializeToString()
        length = pack("<Q", len(data))
        for part in (length, _checksum(length, nobody_waits), data, _checksum(data, self._give_way)):
            self._file.write(part)


def _checksum(data: bytes, give_way: GiveWay) -> bytes:
    """CRC-32C, turned and masked: see tensorflow/core/lib/io/record_writer.h."""
    found = 0
    for piece in pieces(data, give_way, _PIECE_BYTES):
        found = crc_update(found, piece)
    turned = (found >> 15 | found << 17) & _32_BITS
    return pack("<I", (turned + _MASK) & _32_BITS)
