"""The frame pump, with a connection of its own making."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from backend import metrics
from backend.frames import MapFrame, decode_map
from backend.logic.config import ConfigChanges
from backend.logic.gate import ComputeGate
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from backend.protocol import Error, Reply, TrainingStatus
from backend.renderer import Renderer
from backend.stream import FramePump
from backend.view import ViewWish

DEADLINE_S = 10


class Rig:
    """A session, its pump, and an outlet that keeps what it is given."""

    def __init__(self) -> None:
        self.gate = ComputeGate()
        self.session = TrainingSession(self.gate, asyncio.get_running_loop().call_soon_threadsafe)
        self.renderer = Renderer(self.gate)
        self.frames: list[MapFrame] = []
        self.frame_times_s: list[float] = []
        self.messages: list[Reply] = []
        self._came = asyncio.Condition()
        self.pump = FramePump(self.session, self.renderer, self, lambda: 1, 2)
        self.session.on_change = self.pump.wake
        self.session.load_dataset("xor", count=40, noise=0, classes=2, seed=0)
        self.pumping = asyncio.create_task(self.pump.run())

    async def send_frame(self, data: bytes) -> None:
        self.frames.append(decode_map(data))
        self.frame_times_s.append(asyncio.get_running_loop().time())
        async with self._came:
            self._came.notify_all()

    async def send_message(self, message: Reply) -> None:
        self.messages.append(message)
        async with self._came:
            self._came.notify_all()

    @property
    def statuses(self) -> list[TrainingStatus]:
        return [message for message in self.messages if isinstance(message, TrainingStatus)]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self._came:
            await asyncio.wait_for(self._came.wait_for(condition), DEADLINE_S)

    def do(self, action: Callable[[], object]) -> None:
        """Command the session and wake the pump, as the handler does."""
        action()
        self.pump.wake()

    async def acknowledging_until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            seen = len(self.frames)
            if self.frames:
                self.pump.acknowledge(self.frames[-1].seq)
            await self.until(lambda seen=seen: len(self.frames) > seen or condition())  # type: ignore[misc]

    async def close(self) -> None:
        self.pumping.cancel()
        await asyncio.to_thread(self.session.close())
        self.renderer.close()


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    yield made
    await made.close()


async def test_no_more_frames_than_credit_and_then_the_newest(rig: Rig) -> None:
    rig.do(rig.session.start)
    await rig.until(lambda: len(rig.frames) == 2)
    behind = rig.session.step
    while rig.session.step < behind + 500:
        await asyncio.to_thread(lambda: None)
    assert len(rig.frames) == 2
    known = rig.session.step
    rig.pump.acknowledge(2)
    await rig.until(lambda: len(rig.frames) >= 3)
    assert rig.frames[2].step >= known
    assert [frame.seq for frame in rig.frames[:3]] == [1, 2, 3]


async def test_forged_acknowledgements_give_no_credit(rig: Rig) -> None:
    rig.do(rig.session.start)
    await rig.until(lambda: len(rig.frames) == 2)
    rig.pump.acknowledge(99)
    rig.pump.acknowledge(1)
    await rig.until(lambda: len(rig.frames) == 3)
    rig.pump.acknowledge(1)
    behind = rig.session.step
    while rig.session.step < behind + 500:
        await asyncio.to_thread(lambda: None)
    assert len(rig.frames) == 3


async def test_the_last_frame_and_the_last_status_show_the_final_step(rig: Rig) -> None:
    rig.do(lambda: rig.session.train_for(123, "step"))
    await rig.acknowledging_until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.PAUSED)
    assert rig.frames[-1].step == rig.statuses[-1].step == 123
    assert rig.statuses[-1].train_loss == pytest.approx(rig.frames[-1].train_loss)
    assert rig.statuses[-1].steps_per_second is None


async def test_the_first_map_that_moves_does_not_wait_for_the_next_frame_to_be_due(rig: Rig) -> None:
    rig.pump.view(ViewWish(frames_per_second=2))
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: len(rig.frames) == 3)
    assert (rig.frames[0].step, rig.frames[1].step > 0) == (0, True)
    first, second, third = rig.frame_times_s
    assert second - first < (third - second) / 2


async def test_without_credit_the_final_status_comes_all_the_same(rig: Rig) -> None:
    rig.do(lambda: rig.session.train_for(5000, "step"))
    await rig.until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.PAUSED)
    assert len(rig.frames) == 2
    assert rig.statuses[-1].step == 5000
    rig.pump.acknowledge(2)
    await rig.until(lambda: len(rig.frames) == 3)
    assert rig.frames[-1].step == 5000


async def test_a_hidden_page_gets_no_frames_and_one_at_once_when_it_is_seen_again(rig: Rig) -> None:
    rig.pump.view(ViewWish(visible=False))
    rig.do(lambda: rig.session.train_for(100, "step"))
    await rig.until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.PAUSED)
    assert rig.statuses[-1].step == 100
    assert rig.frames == []
    rig.pump.view(ViewWish(visible=True))
    await rig.until(lambda: bool(rig.frames))
    assert rig.frames[0].step == 100


async def test_another_size_is_sent_at_once(rig: Rig) -> None:
    rig.do(lambda: rig.session.train_for(10, "step"))
    await rig.acknowledging_until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.PAUSED)
    rig.pump.acknowledge(rig.frames[-1].seq)
    rig.pump.view(ViewWish(width=30, height=20))
    await rig.until(lambda: (rig.frames[-1].width, rig.frames[-1].height) == (30, 20))
    assert len(rig.frames[-1].cells) == 600


async def test_after_a_reset_no_frame_of_the_old_model_comes(rig: Rig) -> None:
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: rig.session.step > 200)
    rig.do(rig.session.reset)
    await rig.acknowledging_until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.IDLE)
    assert rig.frames[-1].step == rig.statuses[-1].step == 0
    assert rig.statuses[-1].train_loss == pytest.approx(rig.frames[-1].train_loss)


async def test_divergence_is_told_without_numbers_that_are_none(rig: Rig) -> None:
    rig.session.configure(ConfigChanges(optimizer="sgd", activation="relu", learning_rate=1e6))
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.DIVERGED)
    status = rig.statuses[-1]
    assert status.train_loss is None
    assert status.reason is not None
    assert str(status.step) in status.reason


async def test_a_failure_is_told_as_an_error_too(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.logic.training.Learner.step", lambda _: 1 / 0)
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: any(isinstance(message, Error) for message in rig.messages))
    (error,) = [message for message in rig.messages if isinstance(message, Error)]
    assert (error.id, error.code) == (None, "training_failed")
    assert rig.statuses[-1].run_state is RunState.FAILED


async def test_snapshots_nobody_saw_are_counted(rig: Rig) -> None:
    def dropped() -> float:
        value = metrics.REGISTRY.get_sample_value("boundary_lab_snapshots_dropped_total", {"reason": "replaced"})
        return value or 0.0

    before = dropped()
    rig.do(rig.session.start)
    await rig.until(lambda: len(rig.frames) == 2)
    behind = rig.session.step
    while rig.session.step < behind + 500:
        await asyncio.to_thread(lambda: None)
    rig.pump.acknowledge(2)
    await rig.until(lambda: len(rig.frames) == 3)
    assert dropped() > before
