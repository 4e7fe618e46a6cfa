"""Outcomes: what has become of saves of which it is not certain that their person has heard it."""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from backend import server_messages
from backend.connection import Connection
from backend.written_run import Written

REMEMBERED_S: Final = 3_600.0
"""Whoever comes back later is not told."""
MOST_REMEMBERED: Final = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has become of a save.

    Attributes:
        message: what tells it.
        written: the run, if it is there to be downloaded.
    """

    message: server_messages.RunSaved | server_messages.Error
    written: Written | None


class Outcomes:
    """The last outcome of each session, also of one that has ended: its page comes back under the same id.

    Args:
        doubtful_s: what was told to a connection may be lost with it, if that has not been noticed for so long.
        clock: the time in seconds.
    """

    def __init__(self, doubtful_s: float, clock: Callable[[], float]) -> None:
        self._doubtful_s = doubtful_s
        self._clock = clock
        # Until when each is told, and who has heard it last, by session, the oldest first. Weakly: with a connection
        # its session would stay, and all that has been learned in it.
        self._kept: dict[str, tuple[float, Outcome, weakref.ref[Connection] | None]] = {}

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._kept)

    def note(self, session_id: str, outcome: Outcome, told_to: Connection | None) -> None:
        """A save has ended, and this connection was told, None if there was none."""
        self.forget(session_id)
        now_s = self._clock()
        for known in [known for known, (ends_s, _, _) in self._kept.items() if now_s >= ends_s]:
            self.forget(known)
        if told_to is None:
            self._kept[session_id] = (now_s + REMEMBERED_S, outcome, None)
        else:
            self._kept[session_id] = (now_s + self._doubtful_s, outcome, weakref.ref(told_to))
        if len(self._kept) > MOST_REMEMBERED:
            self.forget(next(iter(self._kept)))

    def forget(self, session_id: str) -> None:
        """Another save begins."""
        self._kept.pop(session_id, None)

    def lose_run(self, session_id: str, instead: server_messages.Error) -> None:
        """The run of a session cannot be had any more: whoever would be told of it is told this instead."""
        if session_id in self._kept:
            ends_s, outcome, told_to = self._kept[session_id]
            if isinstance(outcome.message, server_messages.RunSaved):
                self._kept[session_id] = (ends_s, Outcome(instead, None), told_to)

    def told_anew(self, session_id: str, connection: Connection) -> Outcome | None:
        """What a new connection of a session is told of it, None if there is nothing that it does not know."""
        if session_id not in self._kept:
            return None
        ends_s, outcome, told_to = self._kept[session_id]
        now_s = self._clock()
        if now_s >= ends_s:
            self.forget(session_id)
            return None
        if told_to is not None and told_to() is connection:
            return None
        self._kept[session_id] = (min(ends_s, now_s + self._doubtful_s), outcome, weakref.ref(connection))
        return outcome
