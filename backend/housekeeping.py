"""Housekeeping: what is looked after every now and then, for all sessions in one go."""

import asyncio
import logging
from contextlib import suppress

from backend.memory_guard import MemoryGuard
from backend.sessions import SessionRegistry

_log = logging.getLogger(__name__)


class Housekeeping:
    """Sweeps the sessions and watches the memory, until it is closed.

    Args:
        registry: the sessions.
        guard: of the memory; it reads in a thread of its own.
        interval_s: how often.
    """

    def __init__(self, registry: SessionRegistry, guard: MemoryGuard, interval_s: float) -> None:
        self._registry = registry
        self._guard = guard
        self._interval_s = interval_s
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
            await asyncio.sleep(self._interval_s)
