"""A websocket client that does only what it is told: it reads nothing, answers no close and can vanish any time."""

import asyncio
import base64
import json
import secrets
import socket
import struct
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

from tests.support.client import DEADLINE_S

CONTINUATION: Final = 0x0
TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA
RSV1: Final = 0x40
"""Of a message that is compressed."""

_FIN: Final = 0x80
_MASKED: Final = 0x80
_LENGTH_FOLLOWS: Final = 126
_LONG_LENGTH_FOLLOWS: Final = 127


class Received(NamedTuple):
    """What the server said until the connection ended.

    Attributes:
        frames: opcode and payload of each frame, compressed or not.
        was_reset: whether it ended by a reset: then the last words of the server may be lost.
    """

    frames: list[tuple[int, bytes]]
    was_reset: bool

    @property
    def close_code(self) -> int | None:
        """Of the server's close frame, None if there was none."""
        return next((struct.unpack_from("!H", data)[0] for opcode, data in self.frames if opcode == CLOSE), None)


class RawClient:
    """A TCP connection that has shaken hands as a websocket. Nothing is read from it but the handshake.

    Args:
        address: the server's, `http://host:port/`.
        session_id: 32 lower-case hex digits; random if left out.
        receive_buffer_bytes: how much the operating system takes for us; small, so that the server soon feels it.
        extensions: what is offered as Sec-WebSocket-Extensions.
    """

    def __init__(
        self,
        address: str,
        session_id: str | None = None,
        *,
        receive_buffer_bytes: int = 4096,
        extensions: str | None = None,
    ) -> None:
        self.session_id = session_id or secrets.token_hex(16)
        self._extensions = extensions
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
        offered = [] if self._extensions is None else [f"Sec-WebSocket-Extensions: {self._extensions}"]
        lines = [
            f"GET /ws/{self.session_id} HTTP/1.1",
            f"Host: {host}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        await loop.sock_sendall(self._socket, "\r\n".join([*lines, *offered, "", ""]).encode())

    async def send(self, kind: str, **fields: Any) -> None:
        """Send a message."""
        await self.send_bytes(frame(TEXT, json.dumps({"type": kind, **fields}).encode()))

    async def send_bytes(self, data: bytes) -> None:
        """Send anything."""
        await asyncio.get_running_loop().sock_sendall(self._socket, data)

    async def received_until_end(self, deadline_s: float = DEADLINE_S) -> Received:
        """Read until the connection ends."""
        loop = asyncio.get_running_loop()
        data = bytearray()
        was_reset = False
        async with asyncio.timeout(deadline_s):
            try:
                while more := await loop.sock_recv(self._socket, 65536):
                    data += more
            except ConnectionResetError:
                was_reset = True
        return Received(_frames_of(bytes(data)), was_reset)

    def vanish(self) -> None:
        """Cut the connection without a word: the server gets a reset."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


def frame(opcode: int, payload: bytes = b"", *, is_final: bool = True, is_masked: bool = True, rsv: int = 0) -> bytes:
    """One frame as a client sends it, or should not; source: RFC 6455, section 5.2."""
    first = (_FIN if is_final else 0) | rsv | opcode
    mask_bit = _MASKED if is_masked else 0
    length = len(payload)
    if length < _LENGTH_FOLLOWS:
        header = struct.pack("!BB", first, mask_bit | length)
    elif length < 1 << 16:
        header = struct.pack("!BBH", first, mask_bit | _LENGTH_FOLLOWS, length)
    else:
        header = struct.pack("!BBQ", first, mask_bit | _LONG_LENGTH_FOLLOWS, length)
    if not is_masked:
        return header + payload
    mask = secrets.token_bytes(4)
    pattern = (mask * (length // 4 + 1))[:length]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(pattern, "big")
    return header + mask + masked.to_bytes(length, "big")


def _frames_of(data: bytes) -> list[tuple[int, bytes]]:
    """Opcode and payload of each whole frame of a server."""
    frames = []
    place = 0
    while place + 2 <= len(data):
        length = data[place + 1]
        extended = {_LENGTH_FOLLOWS: 2, _LONG_LENGTH_FOLLOWS: 8}.get(length, 0)
        begin = place + 2 + extended
        if extended:
            length = int.from_bytes(data[place + 2 : begin], "big")
        if begin + length <= len(data):
            frames.append((data[place] & 0xF, data[begin : begin + length]))
        place = begin + length
    return frames
