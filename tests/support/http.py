"""HTTP requests for tests: exactly the path and headers that are asked for."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httputil import HTTPHeaders

from tests.support.client import DEADLINE_S

_PART_BYTES: Final = 65_536


async def fetch(
    address: str, path: str = "", *, method: str = "GET", headers: Mapping[str, str] | None = None
) -> HTTPResponse:
    """The response, whatever its status."""
    return await AsyncHTTPClient().fetch(
        address + path,
        raise_error=False,
        follow_redirects=False,
        method=method,
        headers=HTTPHeaders(dict(headers or {})),
        allow_nonstandard_methods=True,
        request_timeout=DEADLINE_S,
    )


async def answer_to_bytes(address: str, request: bytes) -> bytes:
    """All that the server answers to bytes that need not be HTTP, until it closes the connection.

    If it leaves some of them unread, the closing is a reset, and what it answered may be lost with it.
    """
    target = urlsplit(address)
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    answer = b""
    with suppress(ConnectionResetError, BrokenPipeError):
        writer.write(request)
        await writer.drain()
        while part := await asyncio.wait_for(reader.read(_PART_BYTES), DEADLINE_S):
            answer += part
    writer.close()
    with suppress(ConnectionResetError, BrokenPipeError):
        await writer.wait_closed()
    return answer
