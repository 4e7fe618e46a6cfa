"""HTTP requests for tests: exactly the path and headers that are asked for."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httputil import HTTPHeaders

from tests.support.client import DEADLINE_S


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
    """All that the server answers to bytes that need not be HTTP, until it closes the connection."""
    target = urlsplit(address)
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    try:
        writer.write(request)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), DEADLINE_S)
    finally:
        writer.close()
        await writer.wait_closed()
