"""Connection: who is connected to a session, as those see it who have something to tell."""

from collections.abc import Sequence
from typing import Protocol

from backend.errors import AwayError
from backend.server_messages import Reply


class Connection(Protocol):
    """One connection of a client to its session.

    Attributes:
        is_at_server: whether it is told where on this computer things are.
        owns_runs: whether the runs that the server keeps are those of its person.
    """

    is_at_server: bool
    owns_runs: bool

    def taken_over(self) -> None:
        """Another connection has the session now."""

    def restarting(self) -> None:
        """The server ends; a client shall come back to the next."""

    def check_alive(self) -> None:
        """See whether a client is still there; called every now and then."""

    def session_ended(self, why: AwayError) -> None:
        """The session is no more; a client shall be told why."""

    def tell(self, news: Sequence[Reply]) -> None:
        """Something has become of the session, or of its run, of which a client shall be told."""
