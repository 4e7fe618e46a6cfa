"""TrainingSocket: it translates between the wire and a session, and decides nothing."""

import asyncio
import dataclasses
import logging
from dataclasses import replace
from typing import Any, Final, assert_never

from msgspec import UNSET
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from backend import codec, errors, metrics, protocol
from backend.errors import WIRE_CODES, MessageTooBigError, ServerFullError
from backend.http_handlers import Guarded
from backend.logic.architecture import ParameterId
from backend.logic.config import MAX_CLASSES, MAX_HIDDEN_LAYERS, MAX_POINTS, MAX_UNITS, RunConfig
from backend.logic.dataset import Point, PointChange, TrainingExample, ValuedPoint
from backend.logic.errors import RefusedError
from backend.logic.session import TrainingSession
from backend.settings import Settings
from backend.stream import FramePump
from backend.view import ViewWish, check_unit

_log = logging.getLogger(__name__)

_MOST_BACKLOG: Final = 64
_BACKLOG_PAUSE_S: Final = 0.01


class TrainingSocket(Guarded, WebSocketHandler):
    """One connection to one session."""

    _session: TrainingSession
    _pump: FramePump
    _pumping: asyncio.Task[None] | None = None
    _session_id: str | None = None
    _is_attached = False

    def get_compression_options(self) -> dict[str, Any]:
        """Compress, quickly and with little memory: maps have long runs."""
        return {"compression_level": 1, "mem_level": 6}

    async def open(self, session_id: str) -> None:
        """Attach to the session, say where it is, and begin to stream."""
        services = self.services
        self.set_nodelay(value=True)
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
        )
        self._session.on_change = self._pump.wake
        hello = protocol.Session(resumed=resumed, limits=_limits(services.settings), state=_state(self._session))
        self._is_attached = True
        await self.send_message(hello)
        # In the meantime the client may have left, or another may have taken over.
        if self._is_attached:
            self._pumping = asyncio.create_task(self._run_pump())

    async def on_message(self, message: str | bytes) -> None:
        """Decode a message, have it carried out, and answer it."""
        if not self._is_attached or self.ws_connection is None:
            # Full, or closed by us: what was still under way is not carried out.
            return
        if isinstance(message, bytes):
            self.close(errors.UNSUPPORTED_DATA, "text is wanted")
            return
        try:
            command = codec.decode(message)
        except MessageTooBigError:
            self.close(errors.MESSAGE_TOO_BIG, "message too big")
            return
        except RefusedError as error:
            await self._refuse(codec.id_of(message), error)
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
        self._stop_streaming()
        if self._session_id is not None:
            metrics.connections.dec()
            self.services.registry.detach(self._session_id, self)

    def taken_over(self) -> None:
        """Another connection has the session now."""
        self._stop_streaming()
        self.close(errors.TAKEN_OVER, "taken over")

    def restarting(self) -> None:
        """The server ends; the client shall come back to the next."""
        self._stop_streaming()
        self.close(errors.SERVICE_RESTART, "restarting")

    async def send_frame(self, data: bytes) -> None:
        """Send a binary message."""
        await self._send(data, binary=True)

    async def send_message(self, message: protocol.Reply) -> None:
        """Send a text message."""
        await self._send(codec.encode(message), binary=False)

    async def _send(self, data: str | bytes, *, binary: bool) -> None:
        try:
            await self.write_message(data, binary)
        except WebSocketClosedError:
            # The client has left between two awaits; on_close follows and ends whoever sends.
            _log.debug("a message found its connection closed")

    def _stop_streaming(self) -> None:
        self._is_attached = False
        if self._pumping is not None:
            self._pumping.cancel()

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

    async def _carry_out(self, command: protocol.Command) -> None:
        if not (isinstance(command, protocol.Ack) and command.id is None):
            metrics.messages.labels(command.__struct_config__.tag).inc()
        match command:
            case protocol.Ack():
                self._pump.acknowledge(command.seq)
                if command.id is not None:
                    await self.send_message(protocol.Ok(id=command.id))
            case protocol.View():
                wished = _wished(self._pump.wish, command, self._session.config)
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
        added = _apply(session, change)
        await self.send_message(_accepted(change.id, session, added))
        if session.config_version != config_version:
            await self.send_message(protocol.Config(config_version=session.config_version, config=session.config))
        if session.frozen != frozen or isinstance(change, protocol.FreezeParameters):
            await self.send_message(protocol.Frozen(parameters=_frozen(session)))
        # Whoever names points, by value or by id, knows what has become of them; regression alone tells their values.
        names_points = isinstance(
            change, protocol.AddPoint | protocol.AddPoints | protocol.ChangePoints | protocol.RemovePoints
        )
        if (session.revision != revision and not names_points) or session.config.problem != problem:
            await self.send_message(protocol.Points(revision=session.revision, points=_points(session)))

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


def _apply(session: TrainingSession, change: protocol.Change) -> range | None:  # noqa: C901, PLR0912 - one case for each
    """Have a session changed, and return the ids of the points it has got from the message."""
    match change:
        case protocol.AddPoint():
            return session.add_points([TrainingExample(change.x, change.y, change.label, change.value)])
        case protocol.AddPoints():
            return session.add_points([TrainingExample(*row) for row in change.points])
        case protocol.Restore():
            return session.restore(change.config, [TrainingExample(*row) for row in change.points])
        case protocol.ChangePoints():
            session.change_points([PointChange(*row) for row in change.points])
        case protocol.RemovePoints():
            session.remove_points(change.ids)
        case protocol.ClearPoints():
            session.clear_points()
        case protocol.LoadDataset():
            session.load_dataset(
                change.dataset, count=change.count, noise=change.noise, classes=change.classes, seed=change.seed
            )
        case protocol.SetParameters():
            places = [ParameterId(layer, unit, before) for layer, unit, before, _ in change.parameters]
            session.set_parameters(places, [row.value for row in change.parameters])
        case protocol.FreezeParameters():
            session.freeze_parameters([ParameterId(*row) for row in change.parameters], frozen=change.frozen)
        case protocol.Configure():
            session.configure(change)
        case protocol.StartTraining():
            session.start()
        case protocol.StopTraining():
            session.stop()
        case protocol.StepTraining():
            session.train_for(change.count, change.unit)
        case protocol.ResetModel():
            session.reset(change.seed)
        case _:
            assert_never(change)
    return None


def _points(session: TrainingSession) -> list[Point] | list[ValuedPoint]:
    if session.config.problem == "regression":
        return session.dataset.valued_points()
    return session.dataset.points()


def _frozen(session: TrainingSession) -> list[ParameterId]:
    """In the order of layers, units and inputs, each bias before the weights of its unit."""
    return sorted(
        session.frozen, key=lambda place: (place.layer, place.unit, -1 if place.input is None else place.input)
    )


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


def _wished(wish: ViewWish, view: protocol.View, config: RunConfig) -> ViewWish:
    fields = [field.name for field in dataclasses.fields(ViewWish)]
    given = {name: value for name in fields if (value := getattr(view, name)) is not UNSET}
    wished = replace(wish, **given)
    if isinstance(view.unit, tuple):
        check_unit(view.unit, config)
    return wished


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
        points=_points(session),
        step=session.step,
        epoch=session.epoch,
        reason=session.reason,
        frozen=_frozen(session),
    )
