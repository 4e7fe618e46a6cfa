"""The frame pump: newest snapshot and credit in, frames and messages of how training goes out."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from backend import metrics
from backend.alarm import Alarm
from backend.composing import map_frame, metrics_message, neuron_frame
from backend.credit import Credit
from backend.errors import TRAINING_FAILED
from backend.feed import Feed
from backend.fineness import FINEST_SIDE, Fineness
from backend.logic.classification_map import ClassificationMap
from backend.logic.evaluation import NO_SCORES
from backend.logic.neuron_maps import NeuronMaps
from backend.logic.observation import Look
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from backend.logic.snapshot import Snapshot
from backend.renderer import Renderer
from backend.server_messages import Error, Reply
from backend.status_feed import StatusFeed
from backend.view import ViewWish, granted


class Outlet(Protocol):
    """The connection, as the pump sees it. Nothing waits for the transport: credit bounds what is under way."""

    def post_frame(self, data: bytes) -> None:
        """Send a binary message."""

    def post_message(self, message: Reply) -> None:
        """Send a text message."""


class FramePump:
    """Streams one session to one connection: the newest snapshot when it is due and there is credit, never an old one.

    Args:
        session: whose snapshots.
        renderer: makes them maps.
        outlet: where frames and messages go.
        training_sessions: how many sessions are training now.
        max_frames_in_flight: how many frames may be unacknowledged.
        max_map_side: cells that a map may have in a row or a column.
    """

    def __init__(
        self,
        session: TrainingSession,
        renderer: Renderer,
        outlet: Outlet,
        training_sessions: Callable[[], int],
        max_frames_in_flight: int,
        *,
        max_map_side: int = FINEST_SIDE,
    ) -> None:
        self.wish = ViewWish()
        self._session = session
        self._renderer = renderer
        self._outlet = outlet
        self._training_sessions = training_sessions
        self._max_map_side = max_map_side
        self._loop = asyncio.get_running_loop()
        self._alarm = Alarm()
        self._credit = Credit(max_frames_in_flight, self._loop.time)
        self._replaced = session.latest.replaced
        self._maps = Feed()
        self._neurons = Feed()
        self._figures = Feed()
        self._statuses = StatusFeed()
        self._fineness = Fineness()
        # Whether neuron maps were due when a map took the last credit: then they go first with the next.
        self._owes_neurons = False
        # Whether a map went alone since the last neuron maps: they are never as many as maps, however slow those are.
        self._may_add_neurons = True
        # The first SESSION message has told the state; only what differs from then on needs a status.
        self._told_revision = session.status_revision

    def wake(self) -> None:
        """Look again whether there is something to send."""
        self._alarm.ring()

    def view(self, wish: ViewWish) -> None:
        """Show this from now on; what looks different by it, or after hiding, is sent at once."""
        if wish.picture != self.wish.picture:
            self._maps.forget()
        if wish.diagram != self.wish.diagram:
            self._neurons.forget()
            self._owes_neurons = False
        if wish.figures != self.wish.figures:
            self._figures.forget()
        self.wish = wish
        self._session.is_seen = wish.visible
        self.wake()

    def acknowledge(self, seq: int) -> None:
        """Take back the credit of all frames up to seq, of those that were sent."""
        had_credit = self._can_send
        self._credit.take_back(seq)
        if self._can_send and not had_credit:
            self.wake()

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            self._alarm.look()
            delay_s = await self._send_what_is_due()
            if delay_s != 0:
                await self._alarm.sleep(delay_s)

    async def _send_what_is_due(self) -> float | None:
        """Send what is due most; return after how many seconds to look again, None for when woken."""
        session = self._session
        if session.is_settling:
            # What is known of the run is about to change; the session says when it has.
            return None
        now = self._loop.time()
        if self._told_revision != session.status_revision:
            await self._tell_change()
            return 0
        if now >= self._statuses.due_s:
            self._outlet.post_message(self._statuses.message(session, now))
        snapshot = session.snapshot
        waiting = self._waiting(snapshot)
        for due_s, send in waiting:
            if now >= due_s:
                await send()
                return 0
        due_s = min([self._statuses.due_s, *(due_s for due_s, _ in waiting)])
        if self._can_send and not self._maps.wants(snapshot):
            if session.run_state is RunState.TRAINING and now < self._maps.due_s:
                # Until then a newer snapshot will be there.
                due_s = min(due_s, self._maps.due_s)
            else:
                session.latest.notify_next(lambda: self._loop.call_soon_threadsafe(self.wake))
                if session.snapshot is not snapshot:
                    return 0
        return None if due_s == math.inf else due_s - now

    def _waiting(self, snapshot: Snapshot | None) -> list[tuple[float, Callable[[], Awaitable[None]]]]:
        """What is to be made, the most urgent first, and when it is due."""
        waiting: list[tuple[float, Callable[[], Awaitable[None]]]] = []
        if snapshot is None or not self._can_send:
            return waiting
        if self.wish.metrics and self._figures.wants(snapshot):
            waiting.append((self._figures.due_s, partial(self._tell_figures, snapshot)))
        # Neuron maps go along with a map; they go alone only if there is none to come.
        if self._maps.wants(snapshot):
            waiting.append((self._maps.due_s, self._show))
        elif self.wish.neurons and self._neurons.wants(snapshot):
            waiting.append((self._neurons.due_s, self._show))
        return waiting

    @property
    def _can_send(self) -> bool:
        return self.wish.visible and self._credit.is_left

    async def _tell_change(self) -> None:
        """Tell a change of the run's state; if it came to rest, with its final step and, if there is credit, frame."""
        session = self._session
        revision = session.status_revision
        snapshot = session.snapshot
        if snapshot is None:
            self._statuses.note(None, NO_SCORES)
        elif self._maps.wants(snapshot) and session.run_state is not RunState.TRAINING:
            if self._can_send:
                await self._show()
            else:
                scores = await self._renderer.evaluate(snapshot)
                self._statuses.note(snapshot, scores)
                session.note(snapshot, scores)
        if session.status_revision != revision:
            # While a last frame was made the state has moved on: that is what is to be told now.
            return
        self._told_revision = revision
        failure = session.reason if session.run_state is RunState.FAILED else None
        self._outlet.post_message(self._statuses.message(session, self._loop.time()))
        if failure is not None:
            self._outlet.post_message(Error(id=None, code=TRAINING_FAILED, message=failure))

    async def _show(self) -> None:
        """Make a map of the newest snapshot, and neuron maps if they are due, and send what there is credit for."""
        session = self._session
        snapshot = session.latest.take()
        if snapshot is None:
            return
        metrics.frames_dropped.labels("replaced").inc(session.latest.replaced - self._replaced)
        self._replaced = session.latest.replaced
        wished = self.wish
        is_training = session.run_state is RunState.TRAINING
        finest_side = min(self._max_map_side, self._fineness.side) if is_training else self._max_map_side
        grant = granted(wished, self._training_sessions(), finest_side)
        self._alarm.tick_s, self._statuses.interval_s = grant.tick_s, 1 / grant.statuses_per_second
        began_s = self._loop.time()
        shows_map = self._maps.wants(snapshot)
        are_neurons_due = wished.neurons and self._neurons.wants(snapshot) and began_s >= self._neurons.due_s
        shows_neurons = are_neurons_due and (self._may_add_neurons or not shows_map)
        tile_size = grant.tile_size if shows_neurons else None
        seen, cost_s = await self._renderer.observe(snapshot, Look(grant.width, grant.height, wished.unit, tile_size))
        session.note(snapshot, seen.scores)
        if is_training:
            self._fineness.note(grant.width, grant.height, cost_s, grant.map_cost_s, began_s)
        if not is_training and snapshot.generation == session.generation:
            self._statuses.note(snapshot, seen.scores)
        if not self._may_send(snapshot):
            metrics.frames_dropped.labels("outdated").inc()
            return
        # Whoever asked for something else meanwhile is still to be shown this snapshot.
        frames: list[ClassificationMap | NeuronMaps] = [seen.picture] * shows_map
        if seen.neurons is not None:
            frames.insert(0 if self._owes_neurons else len(frames), seen.neurons)
        self._owes_neurons, self._may_add_neurons = False, True
        for frame in frames:
            if not self._may_send(snapshot):
                self._owes_neurons = frame is seen.neurons
                return
            if isinstance(frame, ClassificationMap):
                has_changed = self.wish.picture != wished.picture
                self._maps.show(snapshot, began_s, grant.frames_per_second, again=has_changed)
                self._send_frame("map", map_frame(self._credit.next_seq, snapshot, seen.scores, frame))
                self._statuses.note(snapshot, seen.scores)
                self._statuses.owe()
            elif self.wish.neurons:
                has_changed = self.wish.diagram != wished.diagram
                self._neurons.show(snapshot, began_s, grant.neurons_per_second, again=has_changed)
                self._may_add_neurons = False
                self._send_frame("neurons", neuron_frame(self._credit.next_seq, snapshot, seen.scores, frame))

    def _may_send(self, snapshot: Snapshot) -> bool:
        return self._can_send and snapshot.generation == self._session.generation

    def _send_frame(self, kind: metrics.Kind, data: bytes) -> None:
        self._credit.spend()
        metrics.frames_sent.labels(kind).inc()
        metrics.frame_bytes.labels(kind).inc(len(data))
        self._outlet.post_frame(data)

    async def _tell_figures(self, snapshot: Snapshot) -> None:
        wished = self.wish
        grant = granted(wished, self._training_sessions())
        began_s = self._loop.time()
        insight = await self._renderer.look_into(snapshot)
        has_changed = self.wish.figures != wished.figures
        self._figures.show(snapshot, began_s, grant.metrics_per_second, again=has_changed)
        if self.wish.metrics and self._may_send(snapshot):
            self._outlet.post_message(metrics_message(snapshot, insight))
