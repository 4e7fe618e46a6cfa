"""SessionRegistry: which sessions there are, who is connected to them, and when they end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from backend import incidents, metrics
from backend.addresses import Place
from backend.connection import Connection
from backend.errors import AwayError, EndedForMemoryError, EndedIdleError, ServerFullError
from backend.logic.limits import SessionLimits
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from backend.logic.training_thread import TrainingThread
from backend.metrics import Ending
from backend.settings import Settings
from backend.spoken_time import spoken

_GOODBYE_S: Final = 1.0
"""A client that does not answer in this time that it has heard of the end is left to itself."""
_ALIKE_S: Final = 10.0
"""Of sessions whose idle times differ by less, one without a connection is ended first."""


@dataclass(slots=True)
class _Entry:
    """A session and who is connected to it.

    Attributes:
        touched_s: when its person last did something.
        watched_s: when it was last known to be seen, or not to train.
        left_from: where its last connection came from, if it has none.
    """

    session: TrainingSession
    connection: Connection | None
    touched_s: float
    watched_s: float
    reaper: asyncio.TimerHandle | None = None
    left_from: Place | None = None


class SessionRegistry:
    """All sessions, by their id. A session outlives its connection by the resume window.

    Args:
        thread: where the sessions' runs are trained.
        settings: the limits.
        clock: the time in seconds; the loop's if left out.

    Attributes:
        on_end: called with the id of a session that is no more.
    """

    def __init__(self, thread: TrainingThread, settings: Settings, clock: Callable[[], float] | None = None) -> None:
        self._thread = thread
        self._settings = settings
        self._limits = SessionLimits(settings.max_points, settings.max_parameters)
        self._entries: dict[str, _Entry] = {}
        self._ending: set[asyncio.Future[None]] = set()
        # While a step hangs no run is let go: whoever waits for that shall keep no other thread's work waiting.
        self._waiter = ThreadPoolExecutor(1, thread_name_prefix="ending")
        self._is_draining = False
        # Who has been told that the server ends, until their connection is closed: that takes both sides.
        self._leaving: dict[Connection, asyncio.Future[None]] = {}
        self._loop = asyncio.get_running_loop()
        self._clock = clock or self._loop.time
        self.on_end: Callable[[str], None] = lambda _: None

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def is_draining(self) -> bool:
        """Whether the server ends: nobody gets a session any more."""
        return self._is_draining

    @property
    def is_full(self) -> bool:
        """Whether there are as many sessions as there can be, though one that is given up may yet make room."""
        return len(self._entries) >= self._settings.max_sessions

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
            if self.is_full and not self._end_an_abandoned():
                raise ServerFullError("The server is full.")
            now_s = self._clock()
            session = TrainingSession(self._thread, self._loop.call_soon_threadsafe, self._limits)
            entry = _Entry(session, connection, touched_s=now_s, watched_s=now_s)
            self._entries[session_id] = entry
            metrics.sessions.set(len(self._entries))
            return entry.session, False
        if entry.reaper is not None:
            entry.reaper.cancel()
            entry.reaper = None
        entry.left_from = None
        entry.session.is_seen = True
        before, entry.connection = entry.connection, connection
        if before is not None:
            before.taken_over()
        return entry.session, True

    def connected(self, session_id: str) -> tuple[TrainingSession, Connection] | None:
        """The session of an id and who is connected to it; None if there is no such session, or nobody is."""
        entry = self._entries.get(session_id)
        return None if entry is None or entry.connection is None else (entry.session, entry.connection)

    def detach(self, session_id: str, connection: Connection, place: Place | None = None) -> None:
        """This connection has left: keep its session for the resume window, unless another has taken over.

        Of one place as many are kept as it can have connections: nobody fills the server by coming and going.
        """
        entry = self._entries.get(session_id)
        if entry is None or entry.connection is not connection:
            return
        entry.connection = None
        entry.session.on_change = None
        entry.session.is_seen = False
        entry.reaper = self._loop.call_later(self._settings.resume_window_s, self._end, session_id, "abandoned")
        entry.left_from = place
        if place is not None and not self._is_draining:
            left = [each for each in self._entries if self._entries[each].left_from == place]
            if len(left) > self._settings.max_connections_per_address:
                self._end(min(left, key=lambda each: self._entries[each].touched_s), "abandoned")

    def closed(self, connection: Connection) -> None:
        """This connection is closed by both sides."""
        if (left := self._leaving.pop(connection, None)) is not None:
            left.set_result(None)

    def touch(self, session_id: str) -> None:
        """The person of a session has done something."""
        if (entry := self._entries.get(session_id)) is not None:
            entry.touched_s = self._clock()

    def sweep(self) -> None:
        """Look after all sessions; called every now and then.

        Sessions in which nobody has done anything for long are ended, training that nobody looks at is stopped, and
        connections are asked whether they live.
        """
        now_s, settings = self._clock(), self._settings
        for session_id, entry in list(self._entries.items()):
            session = entry.session
            if entry.connection is not None:
                entry.connection.check_alive()
            if entry.connection is not None and now_s - entry.touched_s >= settings.idle_timeout_s:
                why = f"Nothing was done here for {spoken(settings.idle_timeout_s)}, so this session was ended."
                self._send_away(session_id, "idle", EndedIdleError(why))
            elif session.is_seen or session.run_state is not RunState.TRAINING:
                entry.watched_s = now_s
            elif now_s - entry.watched_s >= settings.unseen_training_s:
                session.stop(f"Training stopped: nobody looked at it for {spoken(settings.unseen_training_s)}.")

    def end_longest_idle(self, count: int, least_idle_s: float) -> int:
        """End some sessions to have their memory, and return how many.

        Args:
            count: how many at most, the longest idle first; of those that are about equally idle, first those without
                a connection.
            least_idle_s: whoever has done something since is left alone.
        """
        now_s = self._clock()
        idle_s = {session_id: now_s - entry.touched_s for session_id, entry in self._entries.items()}
        chosen = sorted(
            (session_id for session_id in idle_s if idle_s[session_id] >= least_idle_s),
            key=lambda session_id: (
                -(idle_s[session_id] // _ALIKE_S),
                self._entries[session_id].connection is not None,
                -idle_s[session_id],
            ),
        )[:count]
        why = EndedForMemoryError("The server was short of memory and ended this session, which was idle for longest.")
        for session_id in chosen:
            self._send_away(session_id, "memory", why)
        return len(chosen)

    async def close(self) -> None:
        """Tell every client to come back, end every session, and wait until their runs have been let go."""
        self._is_draining = True
        for session_id, entry in list(self._entries.items()):
            if entry.connection is not None:
                self._leaving[entry.connection] = self._loop.create_future()
                entry.connection.restarting()
            self._end(session_id, "draining")
        await asyncio.gather(*self._ending)
        self._waiter.shutdown(wait=False)
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

    def _send_away(self, session_id: str, reason: Ending, why: AwayError) -> None:
        connection = self._end(session_id, reason).connection
        if connection is not None:
            connection.session_ended(why)

    def _end(self, session_id: str, reason: Ending) -> _Entry:
        entry = self._entries.pop(session_id)
        incidents.ended(reason)
        self.on_end(session_id)
        if entry.reaper is not None:
            entry.reaper.cancel()
        metrics.sessions.set(len(self._entries))
        self._wait_for(entry.session.close())
        return entry

    def _wait_for(self, join: Callable[[], None]) -> None:
        ended = self._loop.run_in_executor(self._waiter, join)
        self._ending.add(ended)
        ended.add_done_callback(self._ending.discard)
