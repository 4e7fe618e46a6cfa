"""Requests that are too large or too slow are cut off, and nobody notices."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest

from backend.settings import Settings
from tests.support.client import DEADLINE_S, Client
from tests.support.http import answer_to_bytes, fetch
from tests.support.runs import begin_training, train_on
from tests.support.server import LocalServer, local_server

_GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
_POST = b"POST /healthz HTTP/1.1\r\nHost: localhost\r\n"


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection on which nothing has been said."""
    target = urlsplit(address)
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def until_cut_off(reader: asyncio.StreamReader) -> bytes:
    """What comes until the server closes."""
    try:
        return await asyncio.wait_for(reader.read(), DEADLINE_S)
    except ConnectionResetError:
        return b""


async def test_headers_at_the_limit_are_taken_and_above_it_cut_off(server: LocalServer) -> None:
    room = Settings().max_header_bytes - len(_GET) - len(b"X: \r\nConnection: close\r\n\r\n")
    for size, is_answered in ((room, True), (room + 1, False)):
        request = _GET + b"X: " + b"x" * size + b"\r\nConnection: close\r\n\r\n"
        assert (b" 200 " in await answer_to_bytes(server.address, request)) is is_answered


async def test_a_body_above_the_limit_is_not_read() -> None:
    async with local_server(Settings(max_body_bytes=2000)) as server:
        for size, is_taken in ((2000, True), (2001, False)):
            body = f"Content-Length: {size}\r\nConnection: close\r\n\r\n".encode() + b"x" * size
            # There is nothing to post to; what is too large is not even told that.
            assert (b" 405 " in await answer_to_bytes(server.address, _POST + body)) is is_taken


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET", _GET, _POST + b"Content-Length: 100\r\n\r\nx", _POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n"],
    ids=["nothing", "half a line", "half the headers", "half the body", "half a chunk"],
)
async def test_a_request_that_is_not_done_in_time_is_cut_off(begun: bytes) -> None:
    async with local_server(Settings(request_timeout_s=0.2)) as server, connected(server.address) as (reader, writer):
        writer.write(begun)
        assert b" 200 " not in await until_cut_off(reader)


async def test_headers_that_come_drop_by_drop_do_not_win_time() -> None:
    async with local_server(Settings(request_timeout_s=0.3)) as server, connected(server.address) as (reader, writer):
        cut_off = asyncio.create_task(until_cut_off(reader))
        with suppress(ConnectionError):
            async with asyncio.timeout(DEADLINE_S):
                while not cut_off.done():
                    writer.write(b"X")
                    await writer.drain()
                    await asyncio.wait([cut_off], timeout=0.05)
        assert await cut_off == b""


async def test_two_hundred_half_open_connections_go_away_and_a_neighbour_trains_on() -> None:
    async with (
        local_server(Settings(request_timeout_s=1)) as server,
        Client(server.address) as neighbour,
    ):
        await begin_training(neighbour)
        target = urlsplit(server.address)
        half_open = await asyncio.gather(*(asyncio.open_connection(target.hostname, target.port) for _ in range(200)))
        for number, (_, writer) in enumerate(half_open):
            writer.write(_GET[: number % len(_GET)])
        await train_on(neighbour)
        assert (await fetch(server.address, "healthz")).code == 200
        await asyncio.gather(*(until_cut_off(reader) for reader, _ in half_open))
        for _, writer in half_open:
            writer.close()
        await train_on(neighbour)


async def test_a_websocket_outlives_the_time_for_a_request() -> None:
    async with (
        local_server(Settings(request_timeout_s=0.2)) as server,
        Client(server.address) as client,
        connected(server.address) as (reader, _),
    ):
        # Whoever says nothing is cut off; whoever has shaken hands longer ago is not.
        await until_cut_off(reader)
        await client.request("PROBE", x=0, y=0)
