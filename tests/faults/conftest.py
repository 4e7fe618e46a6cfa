"""What every test of a fault begins with."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.faults.standing import Standing, standing


@pytest_asyncio.fixture
async def scene() -> AsyncIterator[Standing]:
    """A server with its usual settings, and two bystanders who must notice nothing."""
    async with standing() as running:
        yield running
