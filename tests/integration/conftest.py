"""A real server and real clients for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from backend.settings import Settings
from tests.support.client import Client
from tests.support.runs import begin_training, stop_training
from tests.support.server import LocalServer, local_server


@pytest_asyncio.fixture
async def server() -> AsyncIterator[LocalServer]:
    async with local_server() as running:
        yield running


@pytest_asyncio.fixture
async def client(server: LocalServer) -> AsyncIterator[Client]:
    async with Client(server.address) as connected:
        yield connected


@pytest_asyncio.fixture
async def keeping(tmp_path: Path) -> AsyncIterator[LocalServer]:
    """A server that keeps runs in a directory of the test's."""
    async with local_server(Settings(runs_dir=tmp_path / "runs")) as running:
        yield running


@pytest_asyncio.fixture
async def trained(keeping: LocalServer) -> AsyncIterator[Client]:
    """A client of that server that has trained and stopped."""
    async with Client(keeping.address) as connected:
        await begin_training(connected)
        await stop_training(connected)
        yield connected
