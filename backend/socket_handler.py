"""TrainingSocket: one connection; it hands messages to a session and answers, and decides nothing."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

from msgspec import UNSET
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from backend import codec, errors, incidents, metrics, protocol, translation
from backend.errors import WIRE_CODES, MessageTooBigError, ServerFullError
from backend.http_handlers import Guarded
from backend.logic.errors import RefusedError
from backend.logic.session import TrainingSession
from backend.stream import FramePump

_log = logging.getLogger(__name__)

_MOST_BACKLOG: Final = 64
_BACKLOG_PAUSE_S: Final = 0.01


def _notice_closing(sent: asyncio.Future[None]) -> None:
    """Take note of why something was not sent: a client that has left."""
    if not sent.cancelled() and sent.exception() is not None:
        _log.debug("A message was on its way when its connection closed.", extra={"event": "client_left"})


class TrainingSocket(Guarded, WebSocketHandler):
    """One connection to one session."""

    _session: TrainingSession
    _pump: FramePump
    _pumping: asyncio.Task[None] | None = None
    _session_id: str | None = None
    _is_attached = False
    _closing_code: int | None = None

    def get_compression_options(self) -> dict[str, Any]:
        """Compress, quickly and with little memory: maps have long runs."""
        return {"compression_level": 2, "mem_level": 6}

    async def open(self, session_id: str) -> None:
        """Attach to the session, say where it is, and begin to stream."""
        services = self.services
        self.set_nodelay(value=True)
        if services.registry.is_draining:
            incidents.refused("draining")
            self.restarting()
            return
        try:
            self._session, resumed = services.registry.attach(session_id, self)
        except ServerFullError as error:
            await self._refuse(None, error)
            self.close(errors.TRY_AGAIN_LATER, "full")
            return
        self._session_id = session_id
        metrics.connections.inc()
        self._pump = FramePump(
            self._session,
            services.renderer,
            self,
            lambda: services.registry.training_count,
            services.settings.max_frames_in_flight,
            max_map_side=services.settings.max_map_side,
        )
        self._session.on_change = self._pump.wake
        hello = protocol.Session(
            resumed=resumed, limits=translation.limits_of(services.settings), state=translation.state_of(self._session)
        )
        self._is_attached = True
        await self.send_message(hello)
        # In the meantime the client may have left, or another may have taken over.
        if self._is_attached:
            self._pumping = asyncio.create_task(self._run_pump())

    def on_message(self, message: str | bytes) -> Coroutine[Any, Any, None] | None:
        """Decode a message, have it carried out, and answer it; no more is read before that is done."""
        if not self._is_attached or self.ws_connection is None:
            # Full, or closed by us: what was still under way is not carried out.
            return None
        if isinstance(message, bytes):
            self.close(errors.UNSUPPORTED_DATA, "text is wanted")
            return None
        settings = self.services.settings
        try:
            command = codec.decode(
                message,
                message_bytes=settings.max_message_bytes,
                bulk_message_bytes=settings.max_bulk_message_bytes,
            )
        except MessageTooBigError:
            self.close(errors.MESSAGE_TOO_BIG, "message too big")
            return None
        except RefusedError as error:
            return self._refuse(codec.id_of(message), error)
        if isinstance(command, protocol.Ack) and command.id is None:
            # One for each frame: done at once, without a task.
            self._pump.acknowledge(command.seq)
            return None
        return self._answer(command)

    async def _answer(self, command: protocol.Command) -> None:
        metrics.messages.labels(command.__struct_config__.tag).inc()
        try:
            await self._carry_out(command)
        except RefusedError as error:
            await self._refuse(command.id, error)
        except Exception:  # noqa: BLE001 - whatever it is, the person is told and the connection stays
            _log.exception("A message failed.", extra={"event": "message_failed"})
            metrics.errors.labels(errors.INTERNAL).inc()
            await self.send_message(
                protocol.Error(id=command.id, code=errors.INTERNAL, message="The server failed to do this.")
            )
        self._pump.wake()

    def on_close(self) -> None:
        """Leave the session; it stays for the resume window."""
        metrics.count_close(self._closing_code or self.close_code)
        self._stop_streaming()
        if self._session_id is not None:
            metrics.connections.dec()
            self.services.registry.detach(self._session_id, self)

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close the connection; that the client does not always answer with the same code is no matter."""
        self._closing_code = self._closing_code or code
        super().close(code, reason)

    def taken_over(self) -> None:
        """Another connection has the session now."""
        self._stop_streaming()
        self.close(errors.TAKEN_OVER, "taken over")

    def restarting(self) -> None:
        """The server ends; the client shall come back to the next."""
        self._stop_streaming()
        self.close(errors.SERVICE_RESTART, "restarting")

    def post_frame(self, data: bytes) -> None:
        """Send a binary message, and do not wait for the transport."""
        self._post(data, binary=True)

    def post_message(self, message: protocol.Reply) -> None:
        """Send a text message, and do not wait for the transport."""
        self._post(codec.encode(message), binary=False)

    async def send_message(self, message: protocol.Reply) -> None:
        """Send a text message, and wait until the transport has taken it."""
        sent = self._post(codec.encode(message), binary=False)
        if sent is not None:
            # That it has left is noticed where it was posted.
            with suppress(WebSocketClosedError):
                await sent

    def _post(self, data: str | bytes, *, binary: bool) -> asyncio.Future[None] | None:
        """What is done when the transport has taken it; None if the connection is closed."""
        try:
            sent = self.write_message(data, binary)
        except WebSocketClosedError:
            # The client has left between two awaits; on_close follows and ends whoever sends.
            _log.debug("A message found its connection closed.", extra={"event": "client_left"})
            return None
        sent.add_done_callback(_notice_closing)
        return sent

    def _stop_streaming(self) -> None:
        self._is_attached = False
        if self._pumping is not None:
            self._pumping.cancel()

    async def _run_pump(self) -> None:
        try:
            await self._pump.run()
        except Exception:  # noqa: BLE001 - whatever it is, the client is told to come back
            _log.exception("Streaming failed.", extra={"event": "streaming_failed"})
            self.close(errors.INTERNAL_ERROR, "streaming failed")

    async def _refuse(self, message_id: int | None, error: RefusedError) -> None:
        code = WIRE_CODES[type(error)]
        metrics.errors.labels(code).inc()
        await self.send_message(protocol.Error(id=message_id, code=code, message=str(error), path=error.path))

    async def _carry_out(self, command: protocol.Command) -> None:
        match command:
            case protocol.Ack():
                self._pump.acknowledge(command.seq)
                await self.send_message(protocol.Ok(id=command.id))
            case protocol.View():
                wished = translation.wished(self._pump.wish, command, self._session.config)
                if wished.needs_model:
                    self._session.ensure_model()
                self._pump.view(wished)
                await self.send_message(protocol.Ok(id=command.id))
            case protocol.Probe():
                await self._answer_probe(command)
            case _:
                await self._change(command)

    async def _change(self, change: protocol.Change) -> None:
        """Change the session, answer, and tell what has changed with it."""
        session = self._session
        while session.backlog >= _MOST_BACKLOG:  # noqa: ASYNC110 - the training thread has no business with the IOLoop
            # Nothing more is read from this client meanwhile: who sends faster than a trainer applies has to wait.
            await asyncio.sleep(_BACKLOG_PAUSE_S)
        if not self._is_attached:
            return
        revision, config_version, problem = session.revision, session.config_version, session.config.problem
        frozen = session.frozen
        added = translation.apply(session, change)
        await self.send_message(translation.accepted(change.id, session, added))
        if session.config_version != config_version:
            await self.send_message(protocol.Config(config_version=session.config_version, config=session.config))
        if session.frozen != frozen or isinstance(change, protocol.FreezeParameters):
            await self.send_message(protocol.Frozen(parameters=translation.frozen_of(session)))
        # Whoever names points, by value or by id, knows what has become of them; regression alone tells their values.
        names_points = isinstance(
            change, protocol.AddPoint | protocol.AddPoints | protocol.ChangePoints | protocol.RemovePoints
        )
        if (session.revision != revision and not names_points) or session.config.problem != problem:
            await self.send_message(protocol.Points(revision=session.revision, points=translation.points_of(session)))

    async def _answer_probe(self, probe: protocol.Probe) -> None:
        snapshot = self._session.snapshot
        if snapshot is None:
            answer = protocol.Probabilities(id=probe.id, x=probe.x, y=probe.y, step=None, probabilities=[])
        else:
            probabilities, value = await self.services.renderer.answer(snapshot, probe.x, probe.y)
            answer = protocol.Probabilities(
                id=probe.id,
                x=probe.x,
                y=probe.y,
                step=snapshot.step,
                probabilities=probabilities,
                value=UNSET if value is None else value,
            )
        await self.send_message(answer)
