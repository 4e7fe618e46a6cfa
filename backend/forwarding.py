"""Who calls, where proxies stand in between: what they say is believed only of those that were named."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, Protocol

Networks = Collection[IPv4Network | IPv6Network]
_Address = IPv4Address | IPv6Address

_FORWARDED_FOR: Final = "X-Forwarded-For"
_FORWARDED_PROTO: Final = "X-Forwarded-Proto"


class Headers(Protocol):
    """The header lines of a request."""

    def get_list(self, name: str) -> list[str]:
        """The lines of this name, in order."""


class Request(Protocol):
    """What Tornado tells of a request.

    Attributes:
        remote_ip: the address of the peer.
        protocol: http or https, as the peer speaks it.
    """

    remote_ip: str | None
    protocol: str

    @property
    def headers(self) -> Headers:
        """What came with it."""


def client_address(request: Request, trusted: Networks) -> str:
    """The address of who calls: of the peer, or, if that is a trusted proxy, the last one it tells that is none.

    Each proxy adds whom it heard from to the right, so only what stands right of the first stranger was written by a
    proxy of ours. An entry that is no address ends the search: the proxy that told it is who calls, as far as is known.

    Args:
        request: what came from the peer.
        trusted: the proxies that are believed.
    """
    caller = _parsed(request.remote_ip or "")
    if caller is None or not _is_trusted(caller, trusted):
        return request.remote_ip or ""
    for entry in reversed(_entries(request, _FORWARDED_FOR)):
        before = _parsed(entry)
        if before is None:
            break
        caller = before
        if not _is_trusted(caller, trusted):
            break
    return str(caller)


def is_secure(request: Request, trusted: Networks) -> bool:
    """Whether the browser speaks https: to us, or to the proxy in front if that is trusted."""
    peer = _parsed(request.remote_ip or "")
    if peer is None or not _is_trusted(peer, trusted):
        return request.protocol == "https"
    schemes = _entries(request, _FORWARDED_PROTO)
    return (schemes[-1].lower() if schemes else request.protocol) == "https"


def is_forwarded(request: Request) -> bool:
    """Whether a proxy says that it passes something on, trusted or not."""
    return any(request.headers.get_list(name) for name in (_FORWARDED_FOR, _FORWARDED_PROTO, "Forwarded", "Via"))


def is_near(request: Request) -> bool:
    """Whether who calls is on this computer, as far as can be known: no proxy says that it passes something on."""
    peer = _parsed((request.remote_ip or "").partition("%")[0])
    return peer is not None and peer.is_loopback and not is_forwarded(request)


def _entries(request: Request, name: str) -> list[str]:
    """What a header lists, of all its lines, in order; empty entries are left out."""
    return [entry.strip() for line in request.headers.get_list(name) for entry in line.split(",") if entry.strip()]


def _parsed(text: str) -> _Address | None:
    """The address a text tells, with or without brackets and port; None if it tells none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _is_trusted(address: _Address, trusted: Networks) -> bool:
    return any(address in network for network in trusted)
