"""MeasuredSocket: a websocket that reads in measure, and sends without waiting for who does not read."""

import asyncio
import logging
from contextlib import suppress
from typing import Any, Final

from tornado.websocket import WebSocketClosedError, WebSocketHandler, WebSocketProtocol, WebSocketProtocol13

from backend import codec, errors
from backend.guarded import Guarded
from backend.heartbeat import Heartbeat, Pulse
from backend.rates import TokenBucket
from backend.server_messages import Reply
from backend.strict_websocket import StrictWebSocket, deflate_offer

_log = logging.getLogger(__name__)

_TOKEN_BYTES: Final = 2048
"""So many bytes of a message or an answer count as another message."""


def _notice_closing(sent: asyncio.Future[None]) -> None:
    """Take note of why something was not sent: a client that has left."""
    if not sent.cancelled() and sent.exception() is not None:
        _log.debug("A message was on its way when its connection closed.", extra={"event": "client_left"})


class MeasuredSocket(Guarded, WebSocketHandler):
    """How the bytes of one connection come and go, whatever they mean.

    Attributes:
        closing_code: with which we have closed it, if it was us.
    """

    closing_code: int | None = None
    _frames: TokenBucket
    _heartbeat: Heartbeat

    def get_compression_options(self) -> dict[str, Any]:
        """Compress, quickly and with little memory: maps have long runs."""
        return {"compression_level": 2, "mem_level": 6}

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        """Hold the client to the protocol, and read no faster than it may send, also while it is being sent away."""
        settings, clock = self.services.settings, asyncio.get_running_loop().time
        self._heartbeat = Heartbeat(settings.ping_interval_s, clock)
        self._frames = TokenBucket(settings.messages_per_second, settings.message_burst, clock)
        headers = self.request.headers
        # What else is offered Tornado would read all the same, and stumble over some of it.
        headers["Sec-WebSocket-Extensions"] = deflate_offer(headers.get("Sec-WebSocket-Extensions", ""))
        spoken = super().get_websocket_protocol()
        if not isinstance(spoken, WebSocketProtocol13):
            return spoken
        return StrictWebSocket(spoken, self._pace, self.note_closing)

    def _pace(self) -> float:
        """A frame has come: the seconds for which to read no further."""
        wait_s = self._frames.take()
        self._heartbeat.hear(wait_s)
        return wait_s

    def charge(self, text: str | bytes) -> None:
        """Have a long message, or a long answer, count as many: the loop is busy with it for as long."""
        self._frames.take(len(text) // _TOKEN_BYTES)

    def check_alive(self) -> None:
        """Ask a silent client whether it is there, and give up one that has not answered."""
        pulse = self._heartbeat.check()
        if pulse is Pulse.LOST:
            self.close(errors.NORMAL, "ping timed out")
        elif pulse is Pulse.ASK:
            # That it has left is noticed by on_close, which follows.
            with suppress(WebSocketClosedError):
                self.ping()

    def post_frame(self, data: bytes) -> None:
        """Send a binary message, and do not wait for the transport."""
        self._post(data, binary=True)

    def post_message(self, message: Reply) -> None:
        """Send a text message, and do not wait for the transport."""
        self._post(codec.encode(message), binary=False)

    async def send_message(self, message: Reply) -> None:
        """Send a text message, and wait until the transport has taken it."""
        text = codec.encode(message)
        self.charge(text)
        sent = self._post(text, binary=False)
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

    def note_closing(self, code: int | None) -> None:
        """We close, with this code: whatever the client answers is no matter."""
        self.closing_code = self.closing_code or code
