"""Stretches: work on many items that gives way to who computes beside it, every now and then."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

T = TypeVar("T")

GiveWay = Callable[[], None]
"""Lets others compute, and waits until they have; called at least every 5 ms of computing."""

_ITEMS_IN_A_STRETCH: Final = 200
"""Of points or rows, which take up to 5 µs each."""
_BYTES_IN_A_STRETCH: Final = 65_536
"""To be packed or unpacked, at 20 MB/s or more."""


def nobody_waits() -> None:
    """Give way to nobody."""


def in_stretches(items: Iterable[T], give_way: GiveWay) -> Iterator[T]:
    """The items, with `give_way` called before the first and then every so many."""
    for index, item in enumerate(items):
        if index % _ITEMS_IN_A_STRETCH == 0:
            give_way()
        yield item


def pieces(data: bytes, give_way: GiveWay, size: int = _BYTES_IN_A_STRETCH) -> Iterator[memoryview]:
    """The data in pieces of this many bytes, with `give_way` called before each."""
    whole = memoryview(data)
    for first in range(0, len(whole), size):
        give_way()
        yield whole[first : first + size]
