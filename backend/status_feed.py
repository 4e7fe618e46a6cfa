"""StatusFeed: of which snapshot a status tells, and when the next is due."""

import math

from backend.composing import status_message
from backend.logic.evaluation import NO_SCORES, Scores
from backend.logic.session import TrainingSession
from backend.logic.snapshot import Snapshot
from backend.server_messages import TrainingStatus


class StatusFeed:
    """The statuses of one session for one connection. Times are the loop's.

    Attributes:
        interval_s: so long after a status the next is due, if it is owed.
    """

    def __init__(self) -> None:
        self.interval_s = 0.0
        self._scores = NO_SCORES
        # What they are of: a status tells of no other.
        self._scored: Snapshot | None = None
        self._is_owed = False
        self._earliest_s = 0.0

    @property
    def due_s(self) -> float:
        """When the next is due; infinite if none is owed."""
        return self._earliest_s if self._is_owed else math.inf

    def note(self, snapshot: Snapshot | None, scores: Scores) -> None:
        """Tell of this snapshot from now on."""
        self._scored, self._scores = snapshot, scores

    def owe(self) -> None:
        """Something is known that no status has told."""
        self._is_owed = True

    def message(self, session: TrainingSession, now_s: float) -> TrainingStatus:
        """The status that is told now."""
        self._is_owed = False
        self._earliest_s = now_s + self.interval_s
        return status_message(session, self._scored, self._scores)
