"""The frame pump: newest snapshot and credit in, map frames and statuses out."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

from backend import metrics
from backend.errors import TRAINING_FAILED
from backend.frames import MapFrame, encode_map
from backend.logic.classification_map import ClassificationMap, Metrics, evaluate, probabilities_at, render
from backend.logic.gate import ComputeGate, compute_single_threaded
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from backend.logic.snapshot import Snapshot
from backend.protocol import Error, Reply, TrainingStatus, finite

T = TypeVar("T")

_STATUS_INTERVAL_S: Final = 0.1
_NO_METRICS: Final = Metrics(None, None, None, None)


@dataclass(frozen=True, slots=True)
class ViewWish:
    """What a client wants to see, or what it gets."""

    frames_per_second: int = 30
    width: int = 100
    height: int = 100
    visible: bool = True

    @property
    def picture(self) -> tuple[int, int, bool]:
        """What a resting run has to be shown anew for, if it changes."""
        return self.width, self.height, self.visible


@dataclass(frozen=True, slots=True)
class _Load:
    """What each client gets at most while up to so many sessions train."""

    sessions: float
    frames_per_second: int
    side: int


_LOADS: Final = (
    _Load(sessions=2, frames_per_second=60, side=200),
    _Load(sessions=4, frames_per_second=30, side=80),
    _Load(sessions=12, frames_per_second=20, side=64),
    _Load(sessions=40, frames_per_second=12, side=50),
    _Load(sessions=float("inf"), frames_per_second=5, side=40),
)


def granted(wish: ViewWish, training_sessions: int) -> ViewWish:
    """What a client gets of its wish while so many sessions train: fewer and smaller frames, the proportions kept."""
    load = next(load for load in _LOADS if training_sessions <= load.sessions)
    scale = min(1.0, load.side / max(wish.width, wish.height))
    return replace(
        wish,
        frames_per_second=min(wish.frames_per_second, load.frames_per_second),
        width=max(1, round(wish.width * scale)),
        height=max(1, round(wish.height * scale)),
    )


class Renderer:
    """Evaluates snapshots in a thread of its own, at the front of the gate's queue: a person is waiting.

    Args:
        gate: where it takes turns with the trainers.
    """

    def __init__(self, gate: ComputeGate) -> None:
        self._gate = gate
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="render", initializer=compute_single_threaded)

    async def observe(self, snapshot: Snapshot, width: int, height: int) -> tuple[ClassificationMap, Metrics]:
        """The map of a snapshot and how well it does."""
        began = time.perf_counter()
        result = await self._run(lambda: (render(snapshot, width, height), evaluate(snapshot)))
        metrics.render_seconds.observe(time.perf_counter() - began)
        return result

    async def evaluate(self, snapshot: Snapshot) -> Metrics:
        """How well a snapshot does."""
        return await self._run(lambda: evaluate(snapshot))

    async def probabilities(self, snapshot: Snapshot, x: float, y: float) -> list[float]:
        """The class probabilities at one place."""
        return await self._run(lambda: probabilities_at(snapshot, x, y))

    def close(self) -> None:
        """End the thread."""
        self._executor.shutdown(cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        def in_turn() -> T:
            with self._gate.turn(urgent=True):
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._executor, in_turn)


class Outlet(Protocol):
    """The connection, as the pump sees it. Sending waits until the transport has taken the message."""

    def send_frame(self, data: bytes) -> Awaitable[None]:
        """Send a binary message."""

    def send_message(self, message: Reply) -> Awaitable[None]:
        """Send a text message."""


class FramePump:
    """Streams one session to one connection: the newest snapshot when it is due and there is credit, never an old one.

    Args:
        session: whose snapshots.
        renderer: makes them maps.
        outlet: where frames and statuses go.
        training_sessions: how many sessions are training now.
        max_frames_in_flight: how many frames may be unacknowledged.
    """

    def __init__(
        self,
        session: TrainingSession,
        renderer: Renderer,
        outlet: Outlet,
        training_sessions: Callable[[], int],
        max_frames_in_flight: int,
    ) -> None:
        self.wish = ViewWish()
        self._session = session
        self._renderer = renderer
        self._outlet = outlet
        self._training_sessions = training_sessions
        self._max_frames_in_flight = max_frames_in_flight
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._sent_seq = 0
        self._acknowledged_seq = 0
        self._replaced = session.latest.replaced
        self._shown: Snapshot | None = None
        self._metrics = _NO_METRICS
        self._frame_due_s = 0.0
        self._status_due_s = 0.0
        self._owes_status = False
        # The first SESSION message has told the state; only what differs from then on needs a status.
        self._told_revision = session.status_revision

    def wake(self) -> None:
        """Look again whether there is something to send."""
        self._woken.set()

    def view(self, wish: ViewWish) -> None:
        """Show this from now on; a map of another size, or after hiding, is sent at once."""
        if wish.picture != self.wish.picture:
            self._shown = None
        self.wish = wish
        self.wake()

    def acknowledge(self, seq: int) -> None:
        """Take back the credit of all frames up to seq, of those that were sent."""
        if self._acknowledged_seq < seq <= self._sent_seq:
            self._acknowledged_seq = seq
            self.wake()

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            self._woken.clear()
            delay_s = await self._send_what_is_due()
            if delay_s == 0:
                continue
            timer = None if delay_s is None else self._loop.call_later(delay_s, self.wake)
            await self._woken.wait()
            if timer is not None:
                timer.cancel()

    async def _send_what_is_due(self) -> float | None:
        """Send at most one frame and one status; return after how many seconds to look again, None for when woken."""
        session = self._session
        if self._told_revision != session.status_revision and not session.is_settling:
            await self._tell_change()
            return 0
        now = self._loop.time()
        if self._owes_status and now >= self._status_due_s:
            await self._tell_status()
            return 0
        snapshot = session.snapshot
        is_fresh = snapshot is not None and snapshot is not self._shown and self._can_send
        if is_fresh and now >= self._frame_due_s:
            await self._show()
            return 0
        if self._can_send and not is_fresh:
            session.latest.notify_next(lambda: self._loop.call_soon_threadsafe(self.wake))
            if session.snapshot is not snapshot:
                return 0
        due_s = [self._frame_due_s] * is_fresh + [self._status_due_s] * self._owes_status
        return min(due_s) - now if due_s else None

    @property
    def _can_send(self) -> bool:
        return self.wish.visible and self._sent_seq - self._acknowledged_seq < self._max_frames_in_flight

    async def _tell_change(self) -> None:
        """Tell a change of the run's state; if it came to rest, with its final step and, if there is credit, frame."""
        session = self._session
        revision = session.status_revision
        snapshot = session.snapshot
        if snapshot is None:
            self._metrics = _NO_METRICS
        elif snapshot is not self._shown and session.run_state is not RunState.TRAINING:
            if self._can_send:
                await self._show()
            else:
                self._metrics = await self._renderer.evaluate(snapshot)
        # While a last frame was made the state may have moved on; that change will be told by itself.
        self._told_revision = revision
        await self._tell_status()
        if session.run_state is RunState.FAILED and session.reason is not None:
            await self._outlet.send_message(Error(id=None, code=TRAINING_FAILED, message=session.reason))

    async def _show(self) -> None:
        session = self._session
        snapshot = session.latest.take()
        if snapshot is None:
            return
        metrics.snapshots_replaced.inc(session.latest.replaced - self._replaced)
        self._replaced = session.latest.replaced
        wished = self.wish
        wish = granted(wished, self._training_sessions())
        began_s = self._loop.time()
        picture, measured = await self._renderer.observe(snapshot, wish.width, wish.height)
        # Whoever asked for another picture meanwhile is still to be shown this snapshot.
        self._shown = snapshot if self.wish.picture == wished.picture else None
        self._frame_due_s = max(self._frame_due_s, began_s - 1 / wish.frames_per_second) + 1 / wish.frames_per_second
        if snapshot.generation != session.generation or not self._can_send:
            metrics.snapshots_outdated.inc()
            return
        self._metrics = measured
        self._sent_seq += 1
        data = encode_map(
            MapFrame(
                seq=self._sent_seq,
                config_version=snapshot.config_version,
                step=snapshot.step,
                epoch=snapshot.epoch,
                train_loss=finite(measured.train_loss),
                classes=picture.classes,
                width=picture.width,
                height=picture.height,
                cells=picture.cells,
            )
        )
        metrics.frames_sent.inc()
        metrics.frame_bytes.inc(len(data))
        await self._outlet.send_frame(data)
        self._owes_status = True

    async def _tell_status(self) -> None:
        self._owes_status = False
        self._status_due_s = self._loop.time() + _STATUS_INTERVAL_S
        await self._outlet.send_message(self._status())

    def _status(self) -> TrainingStatus:
        session = self._session
        shown = self._shown
        is_training = session.run_state is RunState.TRAINING
        has_diverged = session.run_state is RunState.DIVERGED
        measured = _NO_METRICS if has_diverged else self._metrics
        snapshot = (
            shown if shown is not None and is_training and shown.generation == session.generation else session.snapshot
        )
        return TrainingStatus(
            run_state=session.run_state,
            step=session.step if has_diverged or snapshot is None else snapshot.step,
            epoch=0.0 if snapshot is None else snapshot.epoch,
            train_loss=finite(measured.train_loss),
            test_loss=finite(measured.test_loss),
            train_accuracy=measured.train_accuracy,
            test_accuracy=measured.test_accuracy,
            steps_per_second=snapshot.steps_per_second if snapshot is not None and is_training else None,
            reason=session.reason,
        )
