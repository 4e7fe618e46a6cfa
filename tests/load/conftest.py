"""A real server for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.server import LocalServer, local_server


@pytest_asyncio.fixture
async def server() -> AsyncIterator[LocalServer]:
    async with local_server() as running:
        yield running
