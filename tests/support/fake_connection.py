"""A connection of our own making, without a client."""

from collections.abc import Sequence

from backend.errors import AwayError
from backend.server_messages import Reply


class FakeConnection:
    """Knows what it was told.

    Attributes:
        was_taken_over: whether another has its session.
        was_told_to_come_back: whether the server ends.
        why_ended: why its session is no more, None if it is.
    """

    is_at_server = False
    owns_runs = False

    def __init__(self) -> None:
        self.was_taken_over = False
        self.was_told_to_come_back = False
        self.why_ended: AwayError | None = None

    def taken_over(self) -> None:
        """What the registry calls."""
        self.was_taken_over = True

    def restarting(self) -> None:
        """What the registry calls."""
        self.was_told_to_come_back = True

    def check_alive(self) -> None:
        """What the registry calls."""

    def session_ended(self, why: AwayError) -> None:
        """What the registry calls."""
        self.why_ended = why

    def tell(self, news: Sequence[Reply]) -> None:
        """What nobody calls who is tested with it."""
        raise AssertionError(news)
