"""SessionRegistry: which sessions there are, who is connected to them, and when they end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from backend import incidents, metrics
from backend.errors import ServerFullError
from backend.logic.limits import SessionLimits
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from backend.logic.training_thread import TrainingThread
from backend.metrics import Ending

_GOODBYE_S: Final = 1.0
"""A client that does not answer in this time that it has heard of the end is left to itself."""


class Connection(Protocol):
    """Who is connected, as the registry sees it."""

    def taken_over(self) -> None:
        """Another connection has the session now."""

    def restarting(self) -> None:
        """The server ends; a client shall come back to the next."""


@dataclass(slots=True)
class _Entry:
    session: TrainingSession
    connection: Connection | None
    reaper: asyncio.TimerHandle | None = None


class SessionRegistry:
    """All sessions, by their id. A session outlives its connection by the resume window.

    Args:
        thread: where the sessions' runs are trained.
        max_sessions: how many there can be.
        resume_window_s: how long a session is kept without a connection.
        limits: how large each may become.
    """

    def __init__(
        self, thread: TrainingThread, max_sessions: int, resume_window_s: float, limits: SessionLimits | None = None
    ) -> None:
        self._thread = thread
        self._max_sessions = max_sessions
        self._resume_window_s = resume_window_s
        self._limits = limits
        self._entries: dict[str, _Entry] = {}
        self._ending: set[asyncio.Future[None]] = set()
        self._is_draining = False
        # Who has been told that the server ends, until their connection is closed: that takes both sides.
        self._leaving: dict[Connection, asyncio.Future[None]] = {}
        self._loop = asyncio.get_running_loop()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def is_draining(self) -> bool:
        """Whether the server ends: nobody gets a session any more."""
        return self._is_draining

    @property
    def is_full(self) -> bool:
        """Whether there are as many sessions as there can be, though one that is given up may yet make room."""
        return len(self._entries) >= self._max_sessions

    @property
    def connected_count(self) -> int:
        """How many sessions have a connection."""
        return sum(entry.connection is not None for entry in self._entries.values())

    @property
    def training_count(self) -> int:
        """How many sessions are training."""
        return sum(entry.session.run_state is RunState.TRAINING for entry in self._entries.values())

    def attach(self, session_id: str, connection: Connection) -> tuple[TrainingSession, bool]:
        """The session of an id and whether it was there before; who was connected to it is told that it is taken over.

        Raises:
            ServerFullError: it would be a new one, and there is no room.
        """
        entry = self._entries.get(session_id)
        if entry is None:
            if len(self._entries) >= self._max_sessions and not self._end_an_abandoned():
                raise ServerFullError("The server is full. Please try again later.")
            entry = _Entry(TrainingSession(self._thread, self._loop.call_soon_threadsafe, self._limits), connection)
            self._entries[session_id] = entry
            metrics.sessions.set(len(self._entries))
            return entry.session, False
        if entry.reaper is not None:
            entry.reaper.cancel()
            entry.reaper = None
        entry.session.is_seen = True
        before, entry.connection = entry.connection, connection
        if before is not None:
            before.taken_over()
        return entry.session, True

    def detach(self, session_id: str, connection: Connection) -> None:
        """This connection is lost: keep its session for the resume window, unless another has taken over."""
        if (left := self._leaving.pop(connection, None)) is not None:
            left.set_result(None)
        entry = self._entries.get(session_id)
        if entry is None or entry.connection is not connection:
            return
        entry.connection = None
        entry.session.on_change = None
        entry.session.is_seen = False
        entry.reaper = self._loop.call_later(self._resume_window_s, self._end, session_id, "abandoned")

    async def close(self) -> None:
        """Tell every client to come back, end every session, and wait until their runs have been let go."""
        self._is_draining = True
        for session_id, entry in list(self._entries.items()):
            if entry.connection is not None:
                self._leaving[entry.connection] = self._loop.create_future()
                entry.connection.restarting()
            self._end(session_id, "draining")
        await asyncio.gather(*self._ending)
        if self._leaving:
            # What is said last gets lost if the process ends while the client still sends.
            await asyncio.wait(self._leaving.values(), timeout=_GOODBYE_S)

    def _end_an_abandoned(self) -> bool:
        """End a session without a connection in which nothing has been done; return whether there was one."""
        for session_id, entry in self._entries.items():
            if entry.connection is None and entry.session.is_untouched:
                self._end(session_id, "abandoned")
                return True
        return False

    def _end(self, session_id: str, reason: Ending) -> None:
        entry = self._entries.pop(session_id)
        incidents.ended(reason)
        if entry.reaper is not None:
            entry.reaper.cancel()
        metrics.sessions.set(len(self._entries))
        self._wait_for(entry.session.close())

    def _wait_for(self, join: Callable[[], None]) -> None:
        ended = self._loop.run_in_executor(None, join)
        self._ending.add(ended)
        ended.add_done_callback(self._ending.discard)
