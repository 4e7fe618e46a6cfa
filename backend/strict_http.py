"""StrictServer: Tornado's HTTP server that also refuses what Tornado stumbles over."""

from collections.abc import Awaitable
from typing import Final

from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPInputError,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)

_LONGEST_HOST: Final = 300
"""Characters: a name has 253 at most, a port five."""


class StrictServer(HTTPServer):
    """Looks at the Host of each request before Tornado does."""

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Hand on whatever passes."""
        return _HostFirst(super().start_request(server_conn, request_conn))


class _HostFirst(HTTPMessageDelegate):
    """A request whose port may be no number of thousands of digits: Python refuses to read those.

    Args:
        inner: takes the request.
    """

    def __init__(self, inner: HTTPMessageDelegate) -> None:
        self._inner = inner

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        if len(headers.get("Host", "")) > _LONGEST_HOST:
            raise HTTPInputError("The Host is too long")
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._inner.data_received(chunk)

    def finish(self) -> None:
        self._inner.finish()

    def on_connection_close(self) -> None:
        self._inner.on_connection_close()
