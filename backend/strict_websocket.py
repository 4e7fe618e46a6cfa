"""StrictWebSocket: Tornado's websocket that also tells who breaks the protocol so, and takes nothing from them."""

import asyncio
import re
import sys
import zlib
from collections.abc import Callable
from typing import Final

from tornado.websocket import WebSocketProtocol13

from backend import errors
from backend.paced_websocket import PacedWebSocket

_DEFLATE_OFFER: Final = re.compile(
    r"permessage-deflate"
    r"(?:\s*;\s*(?:(?:server|client)_no_context_takeover|client_max_window_bits"
    r"|(?:server|client)_max_window_bits=(?:9|1[0-5])))*",
    re.ASCII,
)


def deflate_offer(offers: str) -> str:
    """What a client offers of compression, "" where it cannot be had so: it is done without (RFC 7692, section 5).

    Args:
        offers: the header Sec-WebSocket-Extensions. Of several offers of compression the first counts.
    """
    named = (offer.strip() for offer in offers.split(",") if offer.strip().startswith("permessage-deflate"))
    first = next(named, "")
    return first if _DEFLATE_OFFER.fullmatch(first) else ""


class StrictWebSocket(PacedWebSocket):
    """The server's side of RFC 6455.

    Tornado cuts who breaks it, without a word: here the close code is sent first. What Tornado lets pass (frames
    without a mask) or stumbles over (data that cannot be inflated, close reasons that are no UTF-8) is cut as well.

    Args:
        spoken: what Tornado would use for this connection.
        pace: is told of every frame, and says for how many seconds to read no further.
        note_closing: is told the code of every close frame that is sent, None if it has none.
    """

    def __init__(
        self, spoken: WebSocketProtocol13, pace: Callable[[], float], note_closing: Callable[[int | None], None]
    ) -> None:
        super().__init__(spoken, pace)
        self._note_closing = note_closing

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close the connection, whoever it is that wants it closed."""
        if not self.server_terminated:
            self._note_closing(code)
        super().close(code, reason)

    async def _receive_frame(self) -> None:
        self._frame_mask = None
        await super()._receive_frame()
        self._cut_if_unmasked()

    def _handle_message(self, opcode: int, data: bytes) -> asyncio.Future[None] | None:
        self._cut_if_unmasked()
        try:
            return super()._handle_message(opcode, data)
        except (UnicodeDecodeError, zlib.error):
            self._abort()
            return None

    def _cut_if_unmasked(self) -> None:
        """Cut a client that does not mask: section 5.1 wants masks, for the sake of proxies on the way."""
        if self._frame_mask is None and not self.client_terminated:
            self._abort()

    def _abort(self) -> None:
        """Say why, where it can still be said, and cut the connection."""
        if not self.server_terminated and not self.stream.closed():
            match sys.exception():
                case None:
                    self.close(errors.PROTOCOL_ERROR, "protocol error")
                case UnicodeDecodeError() | zlib.error():
                    self.close(errors.INVALID_DATA, "invalid data")
                case _:
                    self.close(errors.INTERNAL_ERROR, "our fault")
        super()._abort()
