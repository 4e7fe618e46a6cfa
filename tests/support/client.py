"""A client that speaks the wire as the page does: it numbers its messages, keeps what comes and acknowledges frames."""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from backend.frames import NEURON_MAPS, MapFrame
from backend.neuron_frames import NeuronFrame
from tests.support.frames import Header, decode_map, decode_neurons

Message = dict[str, Any]

DEADLINE_S = 30.0
"""Only what never comes costs it: long enough for a machine ten times as slow as a laptop."""


class NothingYetError(LookupError):
    """No message of this type has come."""


class RefusedByServerError(Exception):
    """The server answered a request with ERROR."""

    def __init__(self, error: Message) -> None:
        super().__init__(error["message"])
        self.code: str = error["code"]
        self.path: str | None = error["path"]


class Client:
    """One connection. Everything received is kept in `messages`, `frames` (the maps) and `neuron_frames`, in order.

    Args:
        address: the server's, `http://host:port/`.
        session_id: 32 lower-case hex digits; random if left out.
        acknowledges: whether frames are acknowledged as they come.
        headers: more headers for the handshake.
    """

    def __init__(
        self,
        address: str,
        session_id: str | None = None,
        *,
        acknowledges: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.session_id = session_id or secrets.token_hex(16)
        self.messages: list[Message] = []
        self.frames: list[MapFrame] = []
        self.frame_times_s: list[float] = []
        self.neuron_frames: list[NeuronFrame] = []
        self.neuron_frame_times_s: list[float] = []
        self.close_code: int | None = None
        self.close_reason: str | None = None
        self.has_ended = False
        self.acknowledges = acknowledges
        self._url = address.replace("http", "ws", 1) + f"ws/{self.session_id}"
        self._headers = dict(headers or {})
        self._ids = 0
        self._arrived = asyncio.Condition()
        self._connection: WebSocketClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def connect(self) -> None:
        """Open the connection and wait for SESSION (or for being closed)."""
        request = HTTPRequest(self._url, headers=self._headers, connect_timeout=DEADLINE_S)
        self._connection = await websocket_connect(request, compression_options={})
        # As browsers do: otherwise a small message waits for the acknowledgement of the one before.
        assert self._connection.protocol is not None
        self._connection.protocol.set_nodelay(x=True)
        self._reading = asyncio.create_task(self._read(self._connection))
        await self.until(lambda: bool(self.messages) or self.close_code is not None or self.has_ended)

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None and self._reading is not None:
            self._connection.close()
            await asyncio.wait([self._reading], timeout=DEADLINE_S)

    @property
    def session(self) -> Message:
        """The SESSION message."""
        return self.of_type("SESSION")[0]

    def of_type(self, kind: str) -> list[Message]:
        """All messages of a type that have come."""
        return [message for message in self.messages if message["type"] == kind]

    def last(self, kind: str) -> Message:
        """The newest message of a type.

        Raises:
            NothingYetError: none has come.
        """
        found = self.of_type(kind)
        if not found:
            raise NothingYetError(kind)
        return found[-1]

    async def send_raw(self, data: str | bytes) -> None:
        """Send anything."""
        assert self._connection is not None
        await self._connection.write_message(data, binary=isinstance(data, bytes))

    async def send(self, kind: str, **fields: Any) -> int:
        """Send a message without waiting for the answer, and return its id."""
        self._ids += 1
        await self.send_raw(json.dumps({"type": kind, "id": self._ids, **fields}))
        return self._ids

    async def request(self, kind: str, **fields: Any) -> Message:
        """Send a message and wait for its answer.

        Raises:
            RefusedByServerError: it is ERROR.
        """
        return await self.answer_to(await self.send(kind, **fields))

    async def answer_to(self, message_id: int) -> Message:
        """Wait for the answer to a message.

        Raises:
            RefusedByServerError: it is ERROR.
        """

        def answers() -> list[Message]:
            return [m for m in self.messages if m.get("id") == message_id]

        await self.until(lambda: bool(answers()))
        # What a SAVE_RUN is told later has its id too.
        answer = answers()[0]
        if answer["type"] == "ERROR":
            raise RefusedByServerError(answer)
        return answer

    async def until(self, condition: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
        """Wait until something that has come makes the condition true; while that asks for what has not come it is not.

        Raises:
            TimeoutError: it does not in time.
        """

        def holds() -> bool:
            try:
                return condition()
            except NothingYetError:
                return False

        async with self._arrived:
            await asyncio.wait_for(self._arrived.wait_for(holds), deadline_s)

    async def until_state(self, run_state: str, deadline_s: float = DEADLINE_S) -> Message:
        """Wait until the newest TRAINING_STATUS tells a state, and return it."""
        await self.until(lambda: self.last("TRAINING_STATUS")["run_state"] == run_state, deadline_s)
        return self.last("TRAINING_STATUS")

    async def until_frames(self, count: int, deadline_s: float = DEADLINE_S) -> None:
        """Wait until so many more frames have come."""
        wanted = len(self.frames) + count
        await self.until(lambda: len(self.frames) >= wanted, deadline_s)

    async def until_closed(self, deadline_s: float = DEADLINE_S) -> int | None:
        """Wait until the server has closed the connection, and return the close code."""
        await self.until(lambda: self.has_ended, deadline_s)
        return self.close_code

    async def acknowledge(self, seq: int) -> None:
        """Acknowledge a frame."""
        await self.send_raw(json.dumps({"type": "ACK", "seq": seq}))

    async def _read(self, connection: WebSocketClientConnection) -> None:
        while (data := await connection.read_message()) is not None:
            if isinstance(data, bytes):
                seq = self._take_frame(data)
                if self.acknowledges:
                    # The server may close between a frame and its acknowledgement; the next read tells.
                    with suppress(WebSocketClosedError):
                        await self.acknowledge(seq)
            else:
                self.messages.append(json.loads(data))
            await self._tell()
        self.close_code, self.close_reason = connection.close_code, connection.close_reason
        self.has_ended = True
        await self._tell()

    def _take_frame(self, data: bytes) -> int:
        """Keep a frame, and return its number."""
        if Header.decode(data).kind == NEURON_MAPS:
            neurons = decode_neurons(data)
            self.neuron_frames.append(neurons)
            self.neuron_frame_times_s.append(time.perf_counter())
            return neurons.seq
        frame = decode_map(data)
        self.frames.append(frame)
        self.frame_times_s.append(time.perf_counter())
        return frame.seq

    async def _tell(self) -> None:
        async with self._arrived:
            self._arrived.notify_all()
