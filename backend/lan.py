"""The addresses under which the devices of the local network reach this computer."""

from ipaddress import IPv4Address
from socket import AddressFamily
from typing import Final

import psutil

_INNER: Final = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "podman", "tun", "tap", "utun", "wg")
"""How interfaces begin behind which there are only containers, virtual machines or tunnels."""


def lan_addresses() -> list[str]:
    """The private IPv4 addresses of the interfaces that are up, likeliest first; there may be none."""
    states = psutil.net_if_stats()
    found = [
        (name.startswith(_INNER), entry.address)
        for name, entries in psutil.net_if_addrs().items()
        if name in states and states[name].isup
        for entry in entries
        if entry.family == AddressFamily.AF_INET and _is_local(IPv4Address(entry.address))
    ]
    return [address for _, address in sorted(found, key=lambda one: one[0])]


def _is_local(address: IPv4Address) -> bool:
    return address.is_private and not (address.is_loopback or address.is_link_local or address.is_unspecified)
