"""Feed: when one kind of thing is to be shown of the newest snapshot."""

import math
from typing import Final

from backend.logic.snapshot import Snapshot

_SHORTEST_WAIT_S: Final = 0.05
"""However often a client changes what it wants to see, each change costs others time to compute."""


class Feed:
    """Each snapshot once, and only so often. Times are the loop's.

    Attributes:
        shown: the snapshot that was shown last; None if the next is to be shown whatever it is.
        due_s: when the next may be shown.
    """

    def __init__(self) -> None:
        self.shown: Snapshot | None = None
        self.due_s = -math.inf
        self._began_s = -math.inf

    def wants(self, snapshot: Snapshot | None) -> bool:
        """Whether there is a snapshot that has not been shown."""
        return snapshot is not None and snapshot is not self.shown

    def forget(self) -> None:
        """Show the next as soon as can be, even if it has been shown."""
        self.shown = None
        self.due_s = min(self.due_s, self._began_s + _SHORTEST_WAIT_S)

    def show(self, snapshot: Snapshot, began_s: float, per_second: float, *, again: bool = False) -> None:
        """This one was shown; one that was late may be followed sooner.

        Args:
            snapshot: which.
            began_s: when the showing began.
            per_second: how often it may be.
            again: whether it was not what is wanted by now, and has to be shown again.
        """
        self.shown = snapshot
        self._began_s = began_s
        self.due_s = max(self.due_s, began_s - 1 / per_second) + 1 / per_second
        if again:
            self.forget()
