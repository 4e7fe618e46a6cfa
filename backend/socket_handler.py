"""TrainingSocket: one connection; it hands messages on and answers, and decides nothing."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from tornado.web import HTTPError

from backend import client_messages, codec, errors, incidents, metrics, server_messages, translation
from backend.access import link_wanted
from backend.admission import Visit
from backend.conversation import Conversation, error_message
from backend.errors import (
    AWAY_CODES,
    WIRE_CODES,
    AwayError,
    BadTokenError,
    MessageTooBigError,
    TooManyBadMessagesError,
)
from backend.forwarding import client_address, is_near
from backend.logic.errors import RefusedError
from backend.measured_socket import MeasuredSocket
from backend.rates import TokenBucket
from backend.stream import FramePump

_log = logging.getLogger(__name__)

_MINUTE_S: Final = 60


class TrainingSocket(MeasuredSocket):
    """One connection to one session.

    Attributes:
        is_attached: whether it has its session, and is not about to be closed.
        is_at_server: whether its browser is on this computer, and is no one's of a class.
        owns_runs: whether its browser is on this computer, and the server its person's own.
    """

    is_attached = False
    is_at_server = False
    owns_runs = False
    _visit: Visit
    _pump: FramePump
    _conversation: Conversation
    _bad_messages: TokenBucket
    _pumping: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """Refuse an Origin that is none, too: Tornado would stumble over it."""
        super().prepare()
        try:
            urlsplit(self.request.headers.get("Origin", ""))
        except ValueError as error:
            raise HTTPError(403, reason="Foreign Origin") from error

    def is_admitted(self) -> bool:
        """Who has no token is told so over the websocket: a page cannot read the answer to a handshake."""
        return True

    async def open(self, session_id: str) -> None:
        """Attach to the session, say where it is, and begin to stream."""
        self.set_nodelay(value=True)
        visit = self._enter(session_id)
        if visit is None:
            return
        self._attach(session_id, visit)
        await self.send_message(
            server_messages.Session(
                resumed=visit.resumed,
                limits=translation.limits_of(self.services.settings),
                finds_runs=self.owns_runs,
                state=translation.state_of(visit.session),
            )
        )
        # In the meantime the client may have left, or another may have taken over.
        if self.is_attached:
            self._pumping = asyncio.create_task(self._run_pump())
            self.services.saver.greet(session_id, self)

    def on_message(self, message: str | bytes) -> Coroutine[Any, Any, None] | None:
        """Decode a message, have it carried out, and answer it; no more is read before that is done."""
        if not self.is_attached:
            # Refused, or closed by us: what was still under way is not carried out.
            return None
        if isinstance(message, bytes):
            self.close(errors.UNSUPPORTED_DATA, "text is wanted")
            return None
        self.charge(message)
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
        if isinstance(command, client_messages.Ack) and command.id is None:
            # One for each frame: done at once, without a task.
            self._pump.acknowledge(command.seq)
            return None
        if not isinstance(command, client_messages.Ack):
            self._visit.touch()
        return self._conversation.answer(command)

    def on_close(self) -> None:
        """Leave the session; it stays for the resume window."""
        metrics.count_close(self.closing_code or self.close_code)
        self._leave()
        self.services.registry.closed(self)

    def taken_over(self) -> None:
        """Another connection has the session now."""
        self.close(errors.TAKEN_OVER, "taken over")

    def restarting(self) -> None:
        """The server ends; the client shall come back to the next."""
        self.close(errors.SERVICE_RESTART, "restarting")

    def session_ended(self, why: AwayError) -> None:
        """The session is no more."""
        self._send_away(why)

    def tell(self, news: Sequence[server_messages.Reply]) -> None:
        """Something has become of the session, or of its run."""
        for message in news:
            self.post_message(message)
        self._pump.wake()

    def _enter(self, session_id: str) -> Visit | None:
        """Come into the session; None if that is not to be, of which the client has been told."""
        services, settings = self.services, self.services.settings
        if not services.access.allows(self.request):
            incidents.refused("token")
            self._send_away(BadTokenError(link_wanted(self.request, in_class=settings.classroom)))
            return None
        if services.registry.is_draining:
            incidents.refused("draining")
            self.restarting()
            return None
        try:
            return services.admission.enter(session_id, self, client_address(self.request, settings.trusted_proxies))
        except AwayError as error:
            self._send_away(error)
            return None

    def _attach(self, session_id: str, visit: Visit) -> None:
        """Have all that a connection has of its session."""
        services, settings, session = self.services, self.services.settings, visit.session
        self._visit = visit
        self.is_attached = True
        self.is_at_server = is_near(self.request) and not settings.classroom
        self.owns_runs = is_near(self.request) and settings.is_personal
        self._pump = FramePump(
            session,
            services.renderer,
            self,
            lambda: services.registry.training_count,
            settings.max_frames_in_flight,
            max_map_side=settings.max_map_side,
        )
        session.on_change = self._pump.wake
        save = partial(services.saver.begin, session_id, session, self)
        self._conversation = Conversation(session, self._pump, services.renderer, self, save)
        clock = asyncio.get_running_loop().time
        bad_messages = settings.bad_messages_per_minute
        self._bad_messages = TokenBucket(bad_messages / _MINUTE_S, bad_messages, clock)

    async def _refuse(self, message_id: int | None, error: RefusedError) -> None:
        """Answer what is no message; whoever sends one after another is sent away."""
        if self._bad_messages.take() > 0:
            self._send_away(
                TooManyBadMessagesError("This page sent too many messages that the server does not understand.")
            )
        else:
            await self.send_message(error_message(message_id, error))

    def _send_away(self, why: AwayError) -> None:
        """Say why, and close; nothing waits for a client that does not read."""
        self.post_message(error_message(None, why))
        self.close(AWAY_CODES[type(why)], WIRE_CODES[type(why)])

    def _leave(self) -> None:
        """Give back what the connection holds; nothing that comes from it is carried out any more."""
        if self.is_attached:
            self.is_attached = False
            self._visit.leave()
        if self._pumping is not None:
            self._pumping.cancel()

    def note_closing(self, code: int | None) -> None:
        """We close, with this code: nothing more is carried out."""
        super().note_closing(code)
        self._leave()

    async def _run_pump(self) -> None:
        try:
            await self._pump.run()
        except Exception:  # noqa: BLE001 - whatever it is, the client is told to come back
            _log.exception("Streaming failed.", extra={"event": "streaming_failed"})
            self.close(errors.INTERNAL_ERROR, "streaming failed")
