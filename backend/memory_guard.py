"""MemoryGuard: ends sessions before the memory does."""

import logging
from collections.abc import Callable
from typing import Final

from backend import metrics
from backend.memory import give_back
from backend.sessions import SessionRegistry

_log = logging.getLogger(__name__)

_PERCENT: Final = 100
_SHARE_ENDED: Final = 20
"""Of so many sessions one is ended at a time, and one more: what that gives back is seen only with the next reading."""


class MemoryGuard:
    """Ends the longest idle sessions, a few with each reading, while memory is short.

    Args:
        registry: the sessions.
        read: the used part of the memory there is, 0 to 1.
        shed_percent: above it, sessions are ended.
        refuse_percent: above it, no new session is to begin.
        least_idle_s: whoever has done something since is left alone.
    """

    def __init__(
        self,
        registry: SessionRegistry,
        read: Callable[[], float],
        *,
        shed_percent: int,
        refuse_percent: int,
        least_idle_s: float = 60.0,
    ) -> None:
        self._registry = registry
        self._read = read
        self._shed_percent = shed_percent
        self._refuse_percent = refuse_percent
        self._least_idle_s = least_idle_s
        self._is_short = False
        self.is_scarce = False

    def read(self) -> float:
        """The used part of the memory there is, when what was ended has been given back; from any thread."""
        if self._is_short:
            give_back()
        return self._read()

    def act(self, used_ratio: float) -> None:
        """Do what a reading calls for."""
        metrics.memory_used_ratio.set(used_ratio)
        used = _PERCENT * used_ratio
        self.is_scarce = used > self._refuse_percent
        was_short, self._is_short = self._is_short, used > self._shed_percent
        if self._is_short:
            self._registry.end_longest_idle(1 + len(self._registry) // _SHARE_ENDED, self._least_idle_s)
            if not was_short:
                _log.warning("Memory is short: %d %% are used.", used, extra={"event": "memory_short"})
        elif was_short:
            _log.warning("Memory is no longer short: %d %% are used.", used, extra={"event": "memory_enough"})
