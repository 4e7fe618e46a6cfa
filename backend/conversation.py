"""Conversation: carries out what a client asks of its session, and answers."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from msgspec import UNSET

from backend import client_messages, errors, metrics, server_messages, translation
from backend.errors import WIRE_CODES, AwayError
from backend.logic.errors import RefusedError
from backend.logic.session import TrainingSession
from backend.renderer import Renderer
from backend.stream import FramePump

_log = logging.getLogger(__name__)

_MOST_BACKLOG: Final = 64
_BACKLOG_PAUSE_S: Final = 0.01


class Partner(Protocol):
    """The connection, as a conversation sees it."""

    @property
    def is_attached(self) -> bool:
        """Whether it still has its session."""

    async def send_message(self, message: server_messages.Reply) -> None:
        """Send a text message, and wait until the transport has taken it."""


def error_message(message_id: int | None, error: RefusedError) -> server_messages.Error:
    """What a client is told of a refusal, which is counted with it."""
    code = WIRE_CODES[type(error)]
    metrics.errors.labels(code).inc()
    retry_after_s = error.retry_after_s if isinstance(error, AwayError) else None
    return server_messages.Error(
        id=message_id,
        code=code,
        message=str(error),
        path=error.path,
        retry_after_s=UNSET if retry_after_s is None else retry_after_s,
    )


class Conversation:
    """One connection's commands to one session.

    Args:
        session: which.
        pump: streams it to the connection.
        renderer: answers what a model says at a place.
        partner: the connection.
        save: takes the run of the session into the line of those that are to be saved, or raises RefusedError.
    """

    def __init__(
        self,
        session: TrainingSession,
        pump: FramePump,
        renderer: Renderer,
        partner: Partner,
        save: Callable[[client_messages.SaveRun], None],
    ) -> None:
        self._session = session
        self._pump = pump
        self._renderer = renderer
        self._partner = partner
        self._save = save

    async def answer(self, command: client_messages.Command) -> None:
        """Carry out a command, and tell what has become of it; what comes from a connection that has left is not."""
        if not self._partner.is_attached:
            return
        metrics.messages.labels(command.__struct_config__.tag).inc()
        try:
            await self._carry_out(command)
        except RefusedError as error:
            await self._partner.send_message(error_message(command.id, error))
        except Exception:  # noqa: BLE001 - whatever it is, the person is told and the connection stays
            _log.exception("A message failed.", extra={"event": "message_failed"})
            metrics.errors.labels(errors.INTERNAL).inc()
            await self._partner.send_message(
                server_messages.Error(id=command.id, code=errors.INTERNAL, message="The server failed to do this.")
            )
        self._pump.wake()

    async def _carry_out(self, command: client_messages.Command) -> None:
        match command:
            case client_messages.Ack():
                self._pump.acknowledge(command.seq)
                await self._partner.send_message(server_messages.Ok(id=command.id))
            case client_messages.View():
                wished = translation.wished(self._pump.wish, command, self._session.config)
                if wished.needs_model:
                    self._session.ensure_model()
                self._pump.view(wished)
                await self._partner.send_message(server_messages.Ok(id=command.id))
            case client_messages.Probe():
                await self._answer_probe(command)
            case client_messages.SaveRun():
                self._save(command)
                await self._partner.send_message(server_messages.Ok(id=command.id))
            case _:
                await self._change(command)

    async def _change(self, change: client_messages.Change) -> None:
        """Change the session, answer, and tell what has changed with it."""
        session = self._session
        while session.backlog >= _MOST_BACKLOG:  # noqa: ASYNC110 - the training thread has no business with the IOLoop
            # Nothing more is read from this client meanwhile: who sends faster than a trainer applies has to wait.
            await asyncio.sleep(_BACKLOG_PAUSE_S)
        if not self._partner.is_attached:
            return
        before = translation.Told.of(session)
        added = translation.apply(session, change)
        await self._partner.send_message(translation.accepted(change.id, session, added))
        for message in translation.news(session, before, change):
            await self._partner.send_message(message)

    async def _answer_probe(self, probe: client_messages.Probe) -> None:
        snapshot = self._session.snapshot
        if snapshot is None:
            answer = server_messages.Probabilities(id=probe.id, x=probe.x, y=probe.y, step=None, probabilities=[])
        else:
            probabilities, value = await self._renderer.answer(snapshot, probe.x, probe.y)
            answer = server_messages.Probabilities(
                id=probe.id,
                x=probe.x,
                y=probe.y,
                step=snapshot.step,
                probabilities=probabilities,
                value=UNSET if value is None else value,
            )
        await self._partner.send_message(answer)
