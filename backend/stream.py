"""The frame pump: newest snapshot and credit in, map frames and statuses out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from backend import metrics
from backend.errors import TRAINING_FAILED
from backend.frames import MapFrame, encode_map
from backend.logic.classification_map import Metrics
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from backend.logic.snapshot import Snapshot
from backend.protocol import Error, Reply, TrainingStatus, finite
from backend.renderer import Renderer
from backend.view import ViewWish, granted

_STATUS_INTERVAL_S: Final = 0.1
_NO_METRICS: Final = Metrics(None, None, None, None)


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
            self._frame_due_s = 0.0
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
        if session.is_settling:
            # What is known of the run is about to change; the session says when it has.
            return None
        if self._told_revision != session.status_revision:
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
        if session.status_revision != revision:
            # While a last frame was made the state has moved on: that is what is to be told now.
            return
        self._told_revision = revision
        failure = session.reason if session.run_state is RunState.FAILED else None
        await self._tell_status()
        if failure is not None:
            await self._outlet.send_message(Error(id=None, code=TRAINING_FAILED, message=failure))

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
        is_outdated = snapshot.generation != session.generation
        if not is_outdated:
            self._metrics = measured
        if is_outdated or not self._can_send:
            metrics.snapshots_outdated.inc()
            return
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
            epoch=session.epoch if has_diverged or snapshot is None else snapshot.epoch,
            train_loss=finite(measured.train_loss),
            test_loss=finite(measured.test_loss),
            train_accuracy=measured.train_accuracy,
            test_accuracy=measured.test_accuracy,
            steps_per_second=snapshot.steps_per_second if snapshot is not None and is_training else None,
            reason=session.reason,
        )
