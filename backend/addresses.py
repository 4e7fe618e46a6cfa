"""AddressCounts: how many connections each address has, without keeping addresses."""

import secrets
from collections import Counter
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from typing import Final, NewType

Place = NewType("Place", bytes)
"""What stands for an address while the process lives; nobody can tell the address by it."""

_HASH_BYTES: Final = 16
_OWN_NETWORK_BITS: Final = 64
"""Of an IPv6 address: whoever has one has all addresses that begin alike."""


class AddressCounts:
    """Counts connections by keyed hashes of their addresses. The key is made anew with each process and stays in it.

    Args:
        most: connections that an address can have at the same time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._key = secrets.token_bytes(32)
        self._counts: Counter[Place] = Counter()

    def place_of(self, address: str) -> Place:
        """What stands for an address. All IPv6 addresses of a network of 64 bits have the same."""
        return Place(blake2b(_owner(address), digest_size=_HASH_BYTES, key=self._key).digest())

    def has_room(self, place: Place) -> bool:
        """Whether one more connection may come from there."""
        return self._counts[place] < self._most

    def count_of(self, place: Place) -> int:
        """How many have come from there and are there still."""
        return self._counts[place]

    def enter(self, place: Place) -> None:
        """One more connection has come from there."""
        self._counts[place] += 1

    def leave(self, place: Place) -> None:
        """One of them is gone; of a place without connections nothing is kept."""
        self._counts[place] -= 1
        if self._counts[place] == 0:
            del self._counts[place]

    def __len__(self) -> int:
        """How many places have connections."""
        return len(self._counts)


def _owner(address: str) -> bytes:
    """The part of an address that belongs to whoever has it."""
    try:
        known = ip_address(address)
    except ValueError:
        # A socket of the file system has no address of the network.
        return address.encode()
    if isinstance(known, IPv6Address):
        return known.ipv4_mapped.packed if known.ipv4_mapped else known.packed[: _OWN_NETWORK_BITS // 8]
    return known.packed
