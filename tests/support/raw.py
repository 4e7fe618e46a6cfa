"""A websocket client that does only what it is told: it reads nothing, answers no close and can vanish any time."""

import asyncio
import base64
import json
import secrets
import socket
import struct
from typing import Any, Final, Self
from urllib.parse import urlsplit

_TEXT_OPCODE: Final = 0x81
_MASKED: Final = 0x80
_LENGTH_FOLLOWS: Final = 126
_LONG_LENGTH_FOLLOWS: Final = 127


class RawClient:
    """A TCP connection that has shaken hands as a websocket. Nothing is read from it but the handshake.

    Args:
        address: the server's, `http://host:port/`.
        session_id: 32 lower-case hex digits; random if left out.
        receive_buffer_bytes: how much the operating system takes for us; small, so that the server soon feels it.
    """

    def __init__(self, address: str, session_id: str | None = None, *, receive_buffer_bytes: int = 4096) -> None:
        self.session_id = session_id or secrets.token_hex(16)
        target = urlsplit(address)
        assert target.hostname is not None
        assert target.port is not None
        self._target = (target.hostname, target.port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self._socket.setblocking(False)  # noqa: FBT003 - positional-only

    async def __aenter__(self) -> Self:
        await self.send_handshake()
        loop = asyncio.get_running_loop()
        answer = b""
        while b"\r\n\r\n" not in answer:
            # Byte by byte: what follows the handshake is left unread.
            answer += await loop.sock_recv(self._socket, 1)
        assert b" 101 " in answer.splitlines()[0]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._socket.close()

    async def send_handshake(self) -> None:
        """Connect and ask for a websocket, without waiting for the answer."""
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._socket, self._target)
        host, port = self._target
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = [
            f"GET /ws/{self.session_id} HTTP/1.1",
            f"Host: {host}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        await loop.sock_sendall(self._socket, "\r\n".join([*lines, "", ""]).encode())

    async def send(self, kind: str, **fields: Any) -> None:
        """Send a message."""
        await asyncio.get_running_loop().sock_sendall(
            self._socket, _text_frame(json.dumps({"type": kind, **fields}).encode())
        )

    def vanish(self) -> None:
        """Cut the connection without a word: the server gets a reset."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


def _text_frame(payload: bytes) -> bytes:
    """One masked text frame; source: RFC 6455, section 5.2."""
    length = len(payload)
    if length < _LENGTH_FOLLOWS:
        header = struct.pack("!BB", _TEXT_OPCODE, _MASKED | length)
    elif length < 1 << 16:
        header = struct.pack("!BBH", _TEXT_OPCODE, _MASKED | _LENGTH_FOLLOWS, length)
    else:
        header = struct.pack("!BBQ", _TEXT_OPCODE, _MASKED | _LONG_LENGTH_FOLLOWS, length)
    mask = secrets.token_bytes(4)
    return header + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
