"""Housekeeping: what is looked after every now and then, for all sessions in one go."""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from backend.memory_guard import MemoryGuard
from backend.sessions import SessionRegistry

_log = logging.getLogger(__name__)

_INTERVAL_S: Final = 1.0


class Housekeeping:
    """Sweeps the sessions and watches the memory, once a second until it is closed.

    Args:
        registry: the sessions.
        guard: of the memory; it reads in a thread of its own.
    """

    def __init__(self, registry: SessionRegistry, guard: MemoryGuard) -> None:
        self._registry = registry
        self._guard = guard
        self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """End."""
        self._keeping.cancel()
        with suppress(asyncio.CancelledError):
            await self._keeping

    async def _keep(self) -> None:
        while True:
            try:
                self._registry.sweep()
                self._guard.act(await asyncio.to_thread(self._guard.read))
            except Exception:  # noqa: BLE001 - whatever it is, the next time may do
                _log.exception("Housekeeping failed.", extra={"event": "housekeeping_failed"})
            await asyncio.sleep(_INTERVAL_S)
