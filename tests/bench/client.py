"""A client for load: it does on the wire what the page does, acknowledges in animation frames, and costs little.

It reads of a frame no more than its header, and keeps no message. For tests there is `tests.support.client`.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from backend.frames import MAP_UPDATE
from backend.logic.pace import OPENING_EPOCHS
from tests.bench.websocket import Message, Websocket
from tests.support.frames import Header

_ANIMATION_FRAME_S: Final = 1 / 60
_SILENCE_S: Final = 5.0
_LATE_FRAME_WAITS_S: Final = 0.3
_DEADLINE_S: Final = 60.0
_ENDED: Final = "the server closed the connection"


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


class LoadClient(Websocket):
    """One connection to one session of its own. `opened` makes them.

    Args:
        host: the server's, with its port.
        phase_s: by how much its screen is out of step with the clock.
        session_id: 32 lower-case hex digits; random if left out.

    Attributes:
        session_id: as given, or drawn.
        painted: the maps that were painted, in order.
        neuron_frames: how many frames of neuron maps have come.
        status: the newest TRAINING_STATUS.
    """

    def __init__(self, host: str, phase_s: float, session_id: str | None = None) -> None:
        self.session_id = session_id or secrets.token_hex(16)
        super().__init__(host, f"/ws/{self.session_id}")
        self.painted: list[Painted] = []
        self.neuron_frames = 0
        self.status: Message = {}
        self._loop = asyncio.get_running_loop()
        self._phase_s = phase_s
        self._has_session = False
        self._ids = 0
        self._answers: dict[int, asyncio.Future[Message]] = {}
        self._changed = asyncio.Event()
        self._unpainted: tuple[Header, float] | None = None
        # As the page: what came before the answer to what was asked in a silence is shown only if nothing newer comes.
        self._asked: asyncio.Future[Message] | None = None
        self._late: asyncio.TimerHandle | None = None
        self._heard_s = self._loop.time()

    # What the benchmark calls

    async def request(self, kind: str, **fields: Any) -> Message:
        """Send a message and wait for its answer.

        Raises:
            ConnectionError: the connection ended.
            TimeoutError: it does not come in time.
            ValueError: the answer is ERROR.
        """
        async with asyncio.timeout(_DEADLINE_S):
            answer = await self.ask(kind, **fields)
        if answer["type"] == "ERROR":
            raise ValueError(f"{kind} was refused: {answer['message']}")
        return answer

    def ask(self, kind: str, **fields: Any) -> asyncio.Future[Message]:
        """Send a message, and return what will be its answer."""
        self._ids += 1
        answer: asyncio.Future[Message] = self._loop.create_future()
        if self.has_ended:
            _tell_end(answer)
            return answer
        self._answers[self._ids] = answer
        self.send({"type": kind, "id": self._ids, **fields})
        return answer

    async def until(self, condition: Callable[[], bool], deadline_s: float = _DEADLINE_S) -> None:
        """Wait until something that came or was painted makes the condition true.

        Raises:
            ConnectionError: the connection ended.
            TimeoutError: it does not in time.
        """
        async with asyncio.timeout(deadline_s):
            while not condition():
                if self.has_ended:
                    raise ConnectionError(_ENDED)
                self._changed.clear()
                await self._changed.wait()

    async def until_painted(self, count: int) -> None:
        """Wait until so many more maps have been painted."""
        wanted = len(self.painted) + count
        await self.until(lambda: len(self.painted) >= wanted)

    async def until_state(self, run_state: str, deadline_s: float = _DEADLINE_S) -> None:
        """Wait until the newest TRAINING_STATUS tells this state."""
        await self.until(lambda: self.status.get("run_state") == run_state, deadline_s)

    async def until_at_full_speed(self) -> None:
        """Wait until the first epochs are over, which are held back to be watched."""
        await self.until(lambda: self.status.get("epoch", 0) >= OPENING_EPOCHS)

    async def until_open(self) -> None:
        """Wait for SESSION."""
        await self.until(lambda: self._has_session)

    def leave(self) -> None:
        """Stop training, if that is going on, and end the connection: a session trains on for a while without one."""
        self.ask("STOP_TRAINING")
        self.close()

    # What the page does

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands, and watch over the connection from now on."""
        super().connection_made(transport)
        self._watch = self._loop.call_later(_SILENCE_S, self._ask_in_silence)

    def on_message(self, message: Message) -> None:
        """Keep what is waited for."""
        self._heard_s = self._loop.time()
        match message["type"]:
            case "SESSION":
                self._has_session = True
            case "TRAINING_STATUS":
                self.status = message
        answer = self._answers.pop(message.get("id") or 0, None)
        if answer is not None and not answer.done():
            answer.set_result(message)
        self._changed.set()

    def on_frame(self, payload: bytes) -> None:
        """Paint a map in the next animation frame; neuron maps are as good as painted."""
        self._heard_s = self._loop.time()
        header = Header.decode(payload)
        if header.kind != MAP_UPDATE:
            self.neuron_frames += 1
            self._acknowledge(header)
            return
        if self._late is not None:
            self._late.cancel()
        if self._asked is not None and not self._asked.done():
            self._acknowledge(header)
            self._late = self._loop.call_later(_LATE_FRAME_WAITS_S, self._offer, header, time.perf_counter())
            return
        self._offer(header, time.perf_counter())

    def on_painted(self, painted: Painted) -> None:
        """Keep a map that has been painted."""
        self.painted.append(painted)

    def on_end(self) -> None:
        """Let nobody wait any longer."""
        self._watch.cancel()
        for answer in self._answers.values():
            if not answer.done():
                _tell_end(answer)
        self._changed.set()

    def _acknowledge(self, header: Header) -> None:
        self.send({"type": "ACK", "seq": header.seq})

    def _offer(self, header: Header, arrived_s: float) -> None:
        """Paint it in the next animation frame of this client's screen, in the place of one that waits for it."""
        if self._unpainted is None:
            to_next_s = _ANIMATION_FRAME_S - (time.perf_counter() - self._phase_s) % _ANIMATION_FRAME_S
            self._loop.call_later(to_next_s, self._paint)
        self._unpainted = (header, arrived_s)

    def _paint(self) -> None:
        if self._unpainted is None or self.has_ended:
            return
        (header, arrived_s), self._unpainted = self._unpainted, None
        self.on_painted(Painted(header.step, arrived_s, time.perf_counter(), header.width))
        self._acknowledge(header)
        self._changed.set()

    def _ask_in_silence(self) -> None:
        if self._loop.time() - self._heard_s >= _SILENCE_S and (self._asked is None or self._asked.done()):
            self._asked = self.ask("ACK", seq=1)
        self._watch = self._loop.call_later(_SILENCE_S, self._ask_in_silence)


def _tell_end(answer: asyncio.Future[Message]) -> None:
    """There will be no answer."""
    answer.set_exception(ConnectionError(_ENDED))
    # Not all that is asked is waited for: it counts as heard.
    answer.exception()


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[LoadClient]:
    """One client, connected until the block ends."""
    async with all_opened(address, 1) as clients:
        yield clients[0]


@asynccontextmanager
async def all_opened(address: str, count: int) -> AsyncIterator[Sequence[LoadClient]]:
    """So many clients, connected until the block ends, their screens out of step with each other."""
    target = urlsplit(address)
    assert target.hostname is not None
    assert target.port is not None
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        clients = []
        for index in range(count):
            client = LoadClient(target.netloc, _ANIMATION_FRAME_S * index / count)
            await loop.create_connection(lambda made=client: made, target.hostname, target.port)  # type: ignore[misc]
            stack.callback(client.leave)
            await client.until_open()
            clients.append(client)
        yield clients
