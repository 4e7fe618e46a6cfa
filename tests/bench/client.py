"""A client for load: it does on the wire what the page does, acknowledges in animation frames, and costs little.

It reads of a frame no more than its header, and keeps no message. For tests there is `tests.support.client`.
"""

import asyncio
import base64
import json
import secrets
import struct
import time
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from backend.frames import MAP_UPDATE, Header

_ANIMATION_FRAME_S: Final = 1 / 60
_DEADLINE_S: Final = 60.0
_TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
_FINAL, _COMPRESSED, _MASKED = 0x80, 0x40, 0x80
_TWO_BYTES_FOLLOW, _EIGHT_BYTES_FOLLOW = 126, 127
_SHORT_BYTES: Final = 1 << 16
_DEFLATE_TAIL: Final = b"\x00\x00\xff\xff"

Message = dict[str, Any]


class Painted(NamedTuple):
    """A map that was painted.

    Attributes:
        step: its snapshot's.
        arrived_s: when it came, by `time.perf_counter`.
        painted_s: when the animation frame was that painted it.
        side: cells in a row.
    """

    step: int
    arrived_s: float
    painted_s: float
    side: int


class LoadClient(asyncio.Protocol):
    """One connection to one session of its own. `opened` makes them.

    Attributes:
        painted: the maps that were painted, in order.
        neuron_frames: how many frames of neuron maps have come.
        status: the newest TRAINING_STATUS.
        wire_bytes: how many bytes have come.
    """

    def __init__(self, handshake: bytes, phase_s: float) -> None:
        self.painted: list[Painted] = []
        self.neuron_frames = 0
        self.status: Message = {}
        self.wire_bytes = 0
        self._loop = asyncio.get_running_loop()
        self._handshake = handshake
        self._phase_s = phase_s
        self._buffer = bytearray()
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._is_open = False
        self._has_session = False
        self._has_ended = False
        self._ids = 0
        self._answers: dict[int, asyncio.Future[Message]] = {}
        self._changed = asyncio.Event()
        self._unpainted: tuple[Header, float] | None = None

    # What the benchmark calls

    async def request(self, kind: str, **fields: Any) -> Message:
        """Send a message and wait for its answer.

        Raises:
            ConnectionError: the connection ended.
            ValueError: the answer is ERROR.
        """
        answer = await self.ask(kind, **fields)
        if answer["type"] == "ERROR":
            raise ValueError(f"{kind} was refused: {answer['message']}")
        return answer

    def ask(self, kind: str, **fields: Any) -> asyncio.Future[Message]:
        """Send a message, and return what will be its answer."""
        self._ids += 1
        answer: asyncio.Future[Message] = self._loop.create_future()
        self._answers[self._ids] = answer
        self._send_text({"type": kind, "id": self._ids, **fields})
        return answer

    async def until(self, condition: Callable[[], bool], deadline_s: float = _DEADLINE_S) -> None:
        """Wait until something that came or was painted makes the condition true.

        Raises:
            ConnectionError: the connection ended.
            TimeoutError: it does not in time.
        """
        async with asyncio.timeout(deadline_s):
            while not condition():
                if self._has_ended:
                    raise ConnectionError("the server closed the connection")
                self._changed.clear()
                await self._changed.wait()

    async def until_painted(self, count: int) -> None:
        """Wait until so many more maps have been painted."""
        wanted = len(self.painted) + count
        await self.until(lambda: len(self.painted) >= wanted)

    async def until_state(self, run_state: str, deadline_s: float = _DEADLINE_S) -> None:
        """Wait until the newest TRAINING_STATUS tells this state."""
        await self.until(lambda: self.status.get("run_state") == run_state, deadline_s)

    async def until_open(self) -> None:
        """Wait for SESSION."""
        await self.until(lambda: self._has_session)

    def close(self) -> None:
        """Say goodbye and end the connection."""
        self._write(_CLOSE, struct.pack("!H", 1000))
        self._transport.close()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._handshake)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        self._has_ended = True
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(exc or ConnectionError("the connection ended"))
                answer.exception()
        self._changed.set()

    def data_received(self, data: bytes) -> None:
        """Take all messages that are whole."""
        self.wire_bytes += len(data)
        self._buffer += data
        if not self._is_open:
            self._take_handshake()
        if self._is_open:
            while self._take_message():
                pass

    # The websocket; source: RFC 6455, section 5.2, and RFC 7692, section 7.2

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
        length, start = buffer[1], 2
        if length == _TWO_BYTES_FOLLOW:
            start = 4
        elif length == _EIGHT_BYTES_FOLLOW:
            start = 10
        if len(buffer) < start:
            return False
        if start > 2:
            length = int.from_bytes(buffer[2:start])
        if len(buffer) < start + length:
            return False
        first, payload = buffer[0], bytes(buffer[start : start + length])
        del buffer[: start + length]
        if first & _COMPRESSED:
            payload = self._inflate.decompress(payload + _DEFLATE_TAIL)
        self._take(first & 0x0F, payload)
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

    def _send_text(self, message: Message) -> None:
        self._write(_TEXT, json.dumps(message).encode())

    # The page

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == _BINARY:
            self._take_frame(payload)
        elif opcode == _TEXT:
            self._take_text(json.loads(payload))
        elif opcode == _PING:
            self._write(_PONG, payload)

    def _take_text(self, message: Message) -> None:
        match message["type"]:
            case "SESSION":
                self._has_session = True
            case "TRAINING_STATUS":
                self.status = message
        answer = self._answers.pop(message.get("id") or 0, None)
        if answer is not None and not answer.done():
            answer.set_result(message)
        self._changed.set()

    def _take_frame(self, payload: bytes) -> None:
        header = Header.decode(payload)
        if header.kind != MAP_UPDATE:
            self.neuron_frames += 1
            self._send_text({"type": "ACK", "seq": header.seq})
            return
        now_s = time.perf_counter()
        if self._unpainted is None:
            # The next animation frame of this client's screen; a newer map takes the place of one not yet painted.
            self._loop.call_later(_ANIMATION_FRAME_S - (now_s - self._phase_s) % _ANIMATION_FRAME_S, self._paint)
        self._unpainted = (header, now_s)

    def _paint(self) -> None:
        if self._unpainted is None or self._has_ended:
            return
        (header, arrived_s), self._unpainted = self._unpainted, None
        self.painted.append(Painted(header.step, arrived_s, time.perf_counter(), header.width))
        self._send_text({"type": "ACK", "seq": header.seq})
        self._changed.set()


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[LoadClient]:
    """One client, connected until the block ends."""
    async with all_opened(address, 1) as clients:
        yield clients[0]


@asynccontextmanager
async def all_opened(address: str, count: int) -> AsyncIterator[Sequence[LoadClient]]:
    """So many clients, connected until the block ends, their screens out of step with each other."""
    async with AsyncExitStack() as stack:
        clients = []
        for index in range(count):
            client = await _connect(address, _ANIMATION_FRAME_S * index / count)
            stack.callback(client.close)
            clients.append(client)
        yield clients


async def _connect(address: str, phase_s: float) -> LoadClient:
    target = urlsplit(address)
    assert target.hostname is not None
    assert target.port is not None
    lines = [
        f"GET /ws/{secrets.token_hex(16)} HTTP/1.1",
        f"Host: {target.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Extensions: permessage-deflate",
        "",
        "",
    ]
    handshake = "\r\n".join(lines).encode()
    _, client = await asyncio.get_running_loop().create_connection(
        lambda: LoadClient(handshake, phase_s), target.hostname, target.port
    )
    await client.until_open()
    return client
