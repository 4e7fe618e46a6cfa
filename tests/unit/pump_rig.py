"""A frame pump with a connection of its own making."""

import asyncio
from collections.abc import Callable

from backend.frames import NEURON_MAPS, MapFrame
from backend.logic.gate import ComputeGate
from backend.logic.session import TrainingSession
from backend.logic.training_thread import TrainingThread
from backend.neuron_frames import NeuronFrame
from backend.renderer import Renderer
from backend.server_messages import Metrics, Reply, TrainingStatus
from backend.stream import FramePump
from tests.support.frames import Header, decode_map, decode_neurons

DEADLINE_S = 30


class Rig:
    """A session with 40 points, its pump, and an outlet that keeps what it is given.

    Args:
        max_frames_in_flight: how many frames may be unacknowledged.

    Attributes:
        sent: all frames, in order.
        times_s: when each of them came, on the loop's clock.
        training_sessions: how many sessions train, as the pump is told.
    """

    def __init__(self, max_frames_in_flight: int = 2) -> None:
        self.gate = ComputeGate()
        self.training = TrainingThread(self.gate)
        self.session = TrainingSession(self.training, asyncio.get_running_loop().call_soon_threadsafe)
        self.renderer = Renderer(self.gate)
        self.sent: list[MapFrame | NeuronFrame] = []
        self.times_s: list[float] = []
        self.messages: list[Reply] = []
        self.training_sessions = 1
        self._came = asyncio.Event()
        self.pump = FramePump(self.session, self.renderer, self, lambda: self.training_sessions, max_frames_in_flight)
        self.session.on_change = self.pump.wake
        self.session.load_dataset("xor", count=40, noise=0, classes=2, seed=0)
        self.pumping = asyncio.create_task(self.pump.run())

    def post_frame(self, data: bytes) -> None:
        """What the pump calls."""
        is_neurons = Header.decode(data).kind == NEURON_MAPS
        self.sent.append(decode_neurons(data) if is_neurons else decode_map(data))
        self.times_s.append(asyncio.get_running_loop().time())
        self._came.set()

    def post_message(self, message: Reply) -> None:
        """What the pump calls."""
        self.messages.append(message)
        self._came.set()

    @property
    def frames(self) -> list[MapFrame]:
        """The maps among what was sent."""
        return [frame for frame in self.sent if isinstance(frame, MapFrame)]

    @property
    def neurons(self) -> list[NeuronFrame]:
        """The neuron maps among what was sent."""
        return [frame for frame in self.sent if isinstance(frame, NeuronFrame)]

    def times_of(self, kind: type) -> list[float]:
        """When the frames of a kind came."""
        return [time_s for frame, time_s in zip(self.sent, self.times_s, strict=True) if isinstance(frame, kind)]

    @property
    def statuses(self) -> list[TrainingStatus]:
        """All statuses."""
        return [message for message in self.messages if isinstance(message, TrainingStatus)]

    @property
    def figures(self) -> list[Metrics]:
        """All METRICS."""
        return [message for message in self.messages if isinstance(message, Metrics)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something that was sent makes it true."""
        async with asyncio.timeout(DEADLINE_S):
            while not condition():
                self._came.clear()
                await self._came.wait()

    def do(self, action: Callable[[], object]) -> None:
        """Command the session and wake the pump, as the handler does."""
        action()
        self.pump.wake()

    def acknowledge_all(self) -> None:
        """Give back all credit."""
        if self.sent:
            self.pump.acknowledge(self.sent[-1].seq)

    async def acknowledging_until(self, condition: Callable[[], bool]) -> None:
        """Acknowledge every frame at once until something that was sent makes the condition true."""
        async with asyncio.timeout(DEADLINE_S):
            while not condition():
                seen = len(self.sent)
                self.acknowledge_all()
                await self.until(lambda seen=seen: len(self.sent) > seen or condition())  # type: ignore[misc]

    async def trained(self, steps: int) -> None:
        """Wait until the run has gone so many steps further, whatever is sent."""
        until = self.session.step + steps
        async with asyncio.timeout(DEADLINE_S):
            while self.session.step < until:
                await asyncio.to_thread(lambda: None)

    async def close(self) -> None:
        """End everything."""
        self.pumping.cancel()
        await asyncio.to_thread(self.session.close())
        await asyncio.to_thread(self.training.close)
        self.renderer.close()
