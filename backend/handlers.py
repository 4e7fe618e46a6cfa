"""TrainingSocket and the HTTP handlers: they translate between the wire and the sessions, and decide nothing."""

import asyncio
import logging
from dataclasses import dataclass, replace
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Final, assert_never

import msgspec
from msgspec import UNSET
from tornado import web
from tornado.httputil import split_host_and_port
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from backend import errors, metrics, protocol
from backend.errors import WIRE_CODES, MessageTooBigError, ServerFullError
from backend.logic.config import MAX_CLASSES, MAX_HIDDEN_LAYERS, MAX_POINTS, MAX_UNITS
from backend.logic.data import TrainingExample
from backend.logic.errors import RefusedError, UnsupportedError
from backend.logic.session import TrainingSession
from backend.sessions import SessionRegistry
from backend.settings import Settings
from backend.stream import FramePump, Renderer, ViewWish

_log = logging.getLogger(__name__)

_SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Services:
    """What the handlers hand on to."""

    settings: Settings
    registry: SessionRegistry
    renderer: Renderer
    sockets: set["TrainingSocket"]


def is_allowed_host(host: str, settings: Settings) -> bool:
    """Whether a browser may call the server by this Host header: a foreign name may have been rebound to our address.

    Args:
        host: the header, with or without port.
        settings: which names are ours. On all addresses (0.0.0.0, ::) any address will do: only names can be rebound.
    """
    name = split_host_and_port(host.lower())[0].strip("[]")
    if name in {*_LOOPBACK_NAMES, settings.host.lower(), *settings.allowed_hosts}:
        return True
    if settings.host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared with, not bound to
        return False
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


class _Guarded(web.RequestHandler):
    """What every handler has: security headers, and no answer to a foreign Host."""

    services: Services

    def initialize(self, services: Services) -> None:
        """Take what `make_app` hands to every handler."""
        self.services = services

    def set_default_headers(self) -> None:
        """Send these with every response, errors too."""
        for name, value in _SECURITY_HEADERS.items():
            self.set_header(name, value)
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse a foreign Host before anything is done."""
        if not is_allowed_host(self.request.host, self.services.settings):
            raise web.HTTPError(403, reason="Foreign Host")

    def log_exception(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log what is our fault, and nothing of the request: Tornado's own summary of it holds the address."""
        if isinstance(error, web.HTTPError) or kind is None or error is None:
            return
        _log.error("a request failed", exc_info=(kind, error, trace))


class Health(_Guarded):
    """GET /healthz: alive, and how many sessions there are."""

    def get(self) -> None:
        """Answer with JSON."""
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode({"status": "ok", "sessions": len(self.services.registry)}))


class PrometheusMetrics(_Guarded):
    """GET /metrics."""

    def get(self) -> None:
        """Answer in Prometheus' text format."""
        self.set_header("Content-Type", metrics.CONTENT_TYPE)
        self.finish(metrics.exposition())


class NotFound(_Guarded):
    """Everything else."""

    def prepare(self) -> None:
        """Answer 404."""
        super().prepare()
        raise web.HTTPError(404)


class Page(_Guarded, web.StaticFileHandler):
    """The files of the page. They are small and local: the browser asks each time whether they have changed."""

    def initialize(self, services: Services, path: str, default_filename: str) -> None:  # type: ignore[override]
        """Take the services and the folder of the page."""
        _Guarded.initialize(self, services)
        web.StaticFileHandler.initialize(self, path, default_filename)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Refuse what can be no file, before anything asks the file system for it."""
        if "\0" in absolute_path:
            raise web.HTTPError(404)
        return super().validate_absolute_path(root, absolute_path)

    def set_extra_headers(self, path: str) -> None:
        """Have the browser ask each time."""
        del path
        self.set_header("Cache-Control", "no-cache")


class TrainingSocket(_Guarded, WebSocketHandler):
    """One connection to one session."""

    _session: TrainingSession
    _pump: FramePump
    _pumping: asyncio.Task[None] | None = None
    _session_id: str

    def get_compression_options(self) -> dict[str, Any]:
        """Compress, quickly and with little memory: maps have long runs."""
        return {"compression_level": 1, "mem_level": 6}

    async def open(self, session_id: str) -> None:
        """Attach to the session, say where it is, and begin to stream."""
        services = self.services
        self._session_id = session_id
        self.set_nodelay(value=True)
        try:
            self._session, resumed = services.registry.attach(session_id, self)
        except ServerFullError as error:
            await self._refuse(None, error)
            self.close(errors.TRY_AGAIN_LATER, "full")
            return
        services.sockets.add(self)
        metrics.connections.set(len(services.sockets))
        self._pump = FramePump(
            self._session,
            services.renderer,
            self,
            lambda: services.registry.training_count,
            services.settings.max_frames_in_flight,
        )
        self._session.on_change = self._pump.wake
        await self.send_message(
            protocol.Session(resumed=resumed, limits=_limits(services.settings), state=_state(self._session))
        )
        self._pumping = asyncio.create_task(self._run_pump())

    async def on_message(self, message: str | bytes) -> None:
        """Decode a message, have it carried out, and answer it."""
        if self._pumping is None or self.ws_connection is None:
            # Full, or closed by us: what was still under way is not carried out.
            return
        if isinstance(message, bytes):
            self.close(errors.UNSUPPORTED_DATA, "text is wanted")
            return
        try:
            command = protocol.decode(message)
        except MessageTooBigError:
            self.close(errors.MESSAGE_TOO_BIG, "message too big")
            return
        except RefusedError as error:
            await self._refuse(protocol.id_of(message), error)
            return
        try:
            await self._carry_out(command)
        except RefusedError as error:
            await self._refuse(command.id, error)
        except Exception:  # noqa: BLE001 - whatever it is, the person is told and the connection stays
            _log.exception("a message failed")
            metrics.errors.labels(errors.INTERNAL).inc()
            await self.send_message(
                protocol.Error(id=command.id, code=errors.INTERNAL, message="The server failed to do this.")
            )
        self._pump.wake()

    def on_close(self) -> None:
        """Leave the session; it stays for the resume window."""
        if self._pumping is None:
            return
        self._pumping.cancel()
        self.services.sockets.discard(self)
        metrics.connections.set(len(self.services.sockets))
        self.services.registry.detach(self._session_id, self)

    def taken_over(self) -> None:
        """Another connection has the session now."""
        if self._pumping is not None:
            self._pumping.cancel()
        self.close(errors.TAKEN_OVER, "taken over")

    async def send_frame(self, data: bytes) -> None:
        """Send a binary message."""
        await self._send(data, binary=True)

    async def send_message(self, message: protocol.Reply) -> None:
        """Send a text message."""
        await self._send(protocol.encode(message), binary=False)

    async def _send(self, data: str | bytes, *, binary: bool) -> None:
        try:
            await self.write_message(data, binary)
        except WebSocketClosedError:
            # The client has left between two awaits; on_close follows and ends whoever sends.
            _log.debug("a message found its connection closed")

    async def _run_pump(self) -> None:
        try:
            await self._pump.run()
        except Exception:  # noqa: BLE001 - whatever it is, the client is told to come back
            _log.exception("streaming failed")
            self.close(errors.INTERNAL_ERROR, "streaming failed")

    async def _refuse(self, message_id: int | None, error: RefusedError) -> None:
        code = WIRE_CODES[type(error)]
        metrics.errors.labels(code).inc()
        await self.send_message(protocol.Error(id=message_id, code=code, message=str(error), path=error.path))

    async def _carry_out(self, command: protocol.Command) -> None:  # noqa: C901, PLR0912 - one case for each message
        session = self._session
        revision, config_version = session.revision, session.config_version
        added: range | None = None
        tells_points = True
        match command:
            case protocol.AddPoint():
                added, tells_points = session.add_points([TrainingExample(command.x, command.y, command.label)]), False
            case protocol.AddPoints():
                added, tells_points = session.add_points([TrainingExample(*row) for row in command.points]), False
            case protocol.RemovePoints():
                session.remove_points(command.ids)
                tells_points = False
            case protocol.ClearPoints():
                session.clear_points()
            case protocol.LoadDataset():
                session.load_dataset(
                    command.dataset,
                    count=command.count,
                    noise=command.noise,
                    classes=command.classes,
                    seed=command.seed,
                )
            case protocol.Configure():
                session.configure(command)
            case protocol.StartTraining():
                session.start()
            case protocol.StopTraining():
                session.stop()
            case protocol.StepTraining():
                session.train_for(command.count, command.unit)
            case protocol.ResetModel():
                session.reset(command.seed)
            case protocol.Restore():
                added = session.restore(command.config, [TrainingExample(*row) for row in command.points])
            case protocol.View():
                self._pump.view(_wished(self._pump.wish, command))
            case protocol.Ack():
                self._pump.acknowledge(command.seq)
                if command.id is None:
                    return
            case protocol.Probe():
                await self._answer_probe(command)
                return
            case _:
                assert_never(command)
        metrics.messages.labels(command.__struct_config__.tag).inc()
        await self.send_message(_accepted(command.id, session, added))
        if session.config_version != config_version:
            await self.send_message(protocol.Config(config_version=session.config_version, config=session.config))
        if session.revision != revision and tells_points:
            await self.send_message(protocol.Points(revision=session.revision, points=session.dataset.points()))

    async def _answer_probe(self, probe: protocol.Probe) -> None:
        snapshot = self._session.snapshot
        if snapshot is None:
            answer = protocol.Probabilities(id=probe.id, x=probe.x, y=probe.y, step=None, probabilities=[])
        else:
            values = await self.services.renderer.probabilities(snapshot, probe.x, probe.y)
            answer = protocol.Probabilities(id=probe.id, x=probe.x, y=probe.y, step=snapshot.step, probabilities=values)
        await self.send_message(answer)


def _accepted(message_id: int | None, session: TrainingSession, added: range | None) -> protocol.Ok:
    if added is None:
        return protocol.Ok(id=message_id)
    dataset = session.dataset
    first = len(dataset) - len(added)
    return protocol.Ok(
        id=message_id,
        point_ids=list(added),
        splits=[dataset.split_of(index) for index in range(first, len(dataset))],
    )


def _wished(wish: ViewWish, view: protocol.View) -> ViewWish:
    if view.neurons is True:
        raise UnsupportedError("This server does not offer neuron maps.", "neurons")
    fields = ("frames_per_second", "width", "height", "visible")
    given = {name: value for name in fields if (value := getattr(view, name)) is not UNSET}
    return replace(wish, **given)


def _limits(settings: Settings) -> protocol.Limits:
    return protocol.Limits(
        points=MAX_POINTS,
        classes=MAX_CLASSES,
        hidden_layers=MAX_HIDDEN_LAYERS,
        units=MAX_UNITS,
        message_bytes=protocol.MESSAGE_BYTES,
        bulk_message_bytes=protocol.BULK_MESSAGE_BYTES,
        frames_in_flight=settings.max_frames_in_flight,
        resume_window_s=settings.resume_window_s,
    )


def _state(session: TrainingSession) -> protocol.State:
    return protocol.State(
        run_state=session.run_state,
        config=session.config,
        config_version=session.config_version,
        revision=session.revision,
        points=session.dataset.points(),
        step=session.step,
        epoch=session.epoch,
        reason=session.reason,
    )
