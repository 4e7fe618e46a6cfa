"""Feed: when one kind of thing is to be shown of the newest snapshot."""

from backend.logic.snapshot import Snapshot


class Feed:
    """Each snapshot once, and only so often. Times are the loop's.

    Attributes:
        shown: the snapshot that was shown last; None if the next is to be shown whatever it is.
        due_s: when the next may be shown.
    """

    def __init__(self) -> None:
        self.shown: Snapshot | None = None
        self.due_s = 0.0

    def wants(self, snapshot: Snapshot | None) -> bool:
        """Whether there is a snapshot that has not been shown."""
        return snapshot is not None and snapshot is not self.shown

    def forget(self) -> None:
        """Show the next at once, even if it has been shown."""
        self.shown = None
        self.due_s = 0.0

    def show(self, snapshot: Snapshot | None, began_s: float, per_second: float) -> None:
        """This one was shown (None if it has to be shown again); one that was late may be followed sooner."""
        self.shown = snapshot
        self.due_s = max(self.due_s, began_s - 1 / per_second) + 1 / per_second
