"""A listening socket in a process that has no file left, and whose spare one somebody else takes meanwhile."""

import errno
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from tornado.netutil import bind_sockets

from backend.listener import Listener

_OPEN, _CLOSE, _ACCEPT = os.open, os.close, socket.socket.accept
_DEADLINE_S: Final = 30


@dataclass
class Files:
    """As many as the process may still open.

    Attributes:
        left: how many.
        is_stolen: whether somebody else takes what is given up.
    """

    left: int = 1
    is_stolen: bool = False

    def take(self) -> None:
        if self.left == 0:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        self.left -= 1

    def open(self, *arguments: Any) -> int:
        self.take()
        return _OPEN(*arguments)

    def close(self, descriptor: int) -> None:
        _CLOSE(descriptor)
        self.left += not self.is_stolen

    def accept(self, listening: socket.socket) -> tuple[socket.socket, Any]:
        self.take()
        return _ACCEPT(listening)


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    made = Files()

    def accept(listening: socket.socket) -> tuple[socket.socket, Any]:
        return made.accept(listening)

    monkeypatch.setattr(os, "open", made.open)
    monkeypatch.setattr(os, "close", made.close)
    monkeypatch.setattr(socket.socket, "accept", accept)
    return made


@pytest.fixture
def listening(files: Files) -> Iterator[Listener]:
    assert files.left == 1
    (bound,) = bind_sockets(0, "127.0.0.1")
    made = Listener.of(bound, untaken_s=30)
    yield made
    made.close()


def come(listening: Listener) -> socket.socket:
    return socket.create_connection(listening.getsockname(), timeout=_DEADLINE_S)


def test_whoever_comes_when_no_file_is_left_is_closed_at_once(files: Files, listening: Listener) -> None:
    with come(listening) as visitor:
        with pytest.raises(BlockingIOError):
            listening.accept()
        assert visitor.recv(1) == b""
    assert files.left == 0


def test_a_spare_file_that_somebody_else_took_is_had_again_as_soon_as_there_is_one(
    files: Files, listening: Listener
) -> None:
    with come(listening) as first:
        files.is_stolen = True
        with pytest.raises(OSError, match=os.strerror(errno.EMFILE)):
            listening.accept()
        files.left, files.is_stolen = 2, False
        accepted, _ = listening.accept()
        accepted.sendall(b"x")
        assert first.recv(1) == b"x"
        accepted.close()
    with come(listening) as second:
        with pytest.raises(BlockingIOError):
            listening.accept()
        assert second.recv(1) == b""
