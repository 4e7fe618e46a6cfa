"""Ports of the loopback address that are taken for as long as a test wants."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def taken_port(port: int = 0) -> Iterator[int]:
    """Listen on a port (0 for any); if somebody else listens there already, it is taken just as well."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
        except OSError:
            yield port
            return
        listening.listen()
        yield listening.getsockname()[1]


def free_port() -> int:
    """A port on which nobody listened just now."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port
