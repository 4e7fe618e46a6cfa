"""PacedWebSocket: Tornado's websocket that reads no faster than it is told."""

import asyncio
from collections.abc import Callable

from tornado.websocket import WebSocketProtocol13


class PacedWebSocket(WebSocketProtocol13):
    """Waits between frames, whatever they are: pings and parts of messages cost time as messages do.

    Nothing is lost by it: what is not read stays in the buffers of the network, and when those are full the client has
    to wait.

    Args:
        spoken: what Tornado would use for this connection.
        pace: is told of every frame, and says for how many seconds to read no further.
    """

    def __init__(self, spoken: WebSocketProtocol13, pace: Callable[[], float]) -> None:
        super().__init__(spoken.handler, spoken.mask_outgoing, spoken.params)
        self._pace = pace

    async def _receive_frame(self) -> None:
        await super()._receive_frame()
        wait_s = self._pace()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
