"""A websocket that costs little: the client's side of RFC 6455; what the server sends is compressed (RFC 7692)."""

import asyncio
import base64
import json
import secrets
import struct
import zlib
from typing import Any, Final

_TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
_FINAL, _COMPRESSED, _MASKED = 0x80, 0x40, 0x80
_NORMAL_CLOSURE: Final = 1000
_TWO_BYTES_FOLLOW, _EIGHT_BYTES_FOLLOW = 126, 127
_SHORT_BYTES: Final = 1 << 16
_DEFLATE_TAIL: Final = b"\x00\x00\xff\xff"

Message = dict[str, Any]


class Websocket(asyncio.Protocol):
    """One connection; whoever inherits from it overrides what begins with `on_`.

    Args:
        host: with its port, as the server shall be called.
        path: what is asked for.

    Attributes:
        wire_bytes: how many bytes have come.
        has_ended: whether nothing more will come.
        close_code: what the server has closed it with, if it said so.
    """

    def __init__(self, host: str, path: str) -> None:
        self.wire_bytes = 0
        self.has_ended = False
        self.close_code: int | None = None
        self._request = "\r\n".join(
            [
                f"GET {path} HTTP/1.1",
                f"Host: {host}",
                "Upgrade: websocket",
                "Connection: Upgrade",
                f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Extensions: permessage-deflate",
                "",
                "",
            ]
        ).encode()
        self._buffer = bytearray()
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._is_open = False

    def on_message(self, message: Message) -> None:
        """A text has come."""

    def on_frame(self, payload: bytes) -> None:
        """Bytes have come."""

    def on_end(self) -> None:
        """Nothing more will come."""

    def send(self, message: Message) -> None:
        """Send a message."""
        self.send_text(json.dumps(message))

    def close(self) -> None:
        """Say goodbye and end the connection."""
        self._write(_CLOSE, struct.pack("!H", _NORMAL_CLOSURE))
        self._transport.close()

    def vanish(self) -> None:
        """Cut the connection without a word."""
        self._transport.abort()

    def send_text(self, text: str) -> None:
        """Send any text, be it a message or not."""
        self._write(_TEXT, text.encode())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell it."""
        del exc
        self.has_ended = True
        self.on_end()

    def data_received(self, data: bytes) -> None:
        """Take all messages that are whole."""
        self.wire_bytes += len(data)
        self._buffer += data
        if not self._is_open:
            self._take_handshake()
        if self._is_open:
            while self._take_message():
                pass

    def _take_handshake(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        answer = bytes(self._buffer[:end]).decode()
        del self._buffer[: end + 4]
        if " 101 " not in answer.partition("\r\n")[0] or "permessage-deflate" not in answer:
            self._transport.abort()
            raise ConnectionError(f"no compressed websocket: {answer}")
        self._is_open = True

    def _take_message(self) -> bool:
        """Take the first message of the buffer; return whether there was a whole one."""
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        start = {_TWO_BYTES_FOLLOW: 4, _EIGHT_BYTES_FOLLOW: 10}.get(buffer[1], 2)
        length = buffer[1] if start == 2 else int.from_bytes(buffer[2:start])
        end = start + length
        if len(buffer) < end:
            return False
        first, payload = buffer[0], bytes(buffer[start:end])
        del buffer[:end]
        if first & _COMPRESSED:
            payload = self._inflate.decompress(payload + _DEFLATE_TAIL)
        opcode = first & 0x0F
        if opcode == _BINARY:
            self.on_frame(payload)
        elif opcode == _TEXT:
            self.on_message(json.loads(payload))
        elif opcode == _PING:
            self._write(_PONG, payload)
        elif opcode == _CLOSE:
            self.close_code = int.from_bytes(payload[:2]) or None
            self._transport.close()
        return True

    def _write(self, opcode: int, payload: bytes) -> None:
        length = len(payload)
        if length < _TWO_BYTES_FOLLOW:
            head = struct.pack("!BB", _FINAL | opcode, _MASKED | length)
        elif length < _SHORT_BYTES:
            head = struct.pack("!BBH", _FINAL | opcode, _MASKED | _TWO_BYTES_FOLLOW, length)
        else:
            head = struct.pack("!BBQ", _FINAL | opcode, _MASKED | _EIGHT_BYTES_FOLLOW, length)
        # A mask of zeros leaves the payload as it is; the server unmasks it all the same.
        self._transport.write(head + bytes(4) + payload)
