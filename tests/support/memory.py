"""How much memory a process takes while something happens to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import psutil

MEGABYTE: Final = 1_000_000
_LOOK_INTERVAL_S: Final = 0.005


class Growth:
    """The most that a process has taken above what it had in the beginning.

    Attributes:
        peak_bytes: of resident memory.
    """

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._first_bytes = self._process.memory_info().rss
        self.peak_bytes = 0

    def look(self) -> None:
        """Take note of what it has now."""
        self.peak_bytes = max(self.peak_bytes, self._process.memory_info().rss - self._first_bytes)

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(_LOOK_INTERVAL_S)


@asynccontextmanager
async def growth(pid: int) -> AsyncIterator[Growth]:
    """Watch a process while the block runs."""
    watched = Growth(pid)
    watching = asyncio.create_task(watched.watch())
    try:
        yield watched
        watched.look()
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
