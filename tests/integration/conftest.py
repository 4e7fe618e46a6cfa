"""A real server and real clients for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.client import Client
from tests.support.server import LocalServer, local_server


@pytest_asyncio.fixture
async def server() -> AsyncIterator[LocalServer]:
    async with local_server() as running:
        yield running


@pytest_asyncio.fixture
async def client(server: LocalServer) -> AsyncIterator[Client]:
    async with Client(server.address) as connected:
        yield connected
