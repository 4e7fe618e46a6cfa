"""The two ends of a run: what goes into it, and what comes out of it. Any thread may call anything here."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from backend.logic.gate import TurnLostError
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer_commands import Command, Outcome


class Inbox:
    """What is wanted of a run; if that hangs, of the one that takes its place.

    Attributes:
        commands: those that have not been applied yet.
        is_closed: whether nothing is wanted any more.
        is_seen: whether somebody looks on.
    """

    def __init__(self) -> None:
        self.commands: SimpleQueue[Command] = SimpleQueue()
        self.is_closed = False
        self.is_seen = True


class CommandedRun:
    """A run, as whoever wants something of it sees it.

    Args:
        inbox: takes what is wanted.
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    @property
    def is_closed(self) -> bool:
        """Whether nothing is wanted of it any more."""
        return self._inbox.is_closed

    @property
    def is_seen(self) -> bool:
        """Whether somebody looks at it."""
        return self._inbox.is_seen

    @is_seen.setter
    def is_seen(self, is_seen: bool) -> None:
        self._inbox.is_seen = is_seen

    @property
    def backlog(self) -> int:
        """How many commands have not been applied yet."""
        return self._inbox.commands.qsize()

    def send(self, command: Command) -> None:
        """Have a command applied before the next step."""
        self._inbox.commands.put(command)

    def close(self) -> None:
        """Ask to be let go; this overtakes all commands."""
        self._inbox.is_closed = True


class Outlet:
    """Where a run's snapshots and outcomes go, until it is cut.

    Args:
        latest: takes the snapshots.
        on_outcome: takes the outcomes.

    Attributes:
        latest: the same.
        on_outcome: the same.
    """

    def __init__(self, latest: Latest[Snapshot], on_outcome: Callable[[Outcome], None]) -> None:
        self.latest = latest
        self.on_outcome = on_outcome
        self._lock = threading.Lock()
        self._is_cut = False

    @property
    def is_wanted(self) -> bool:
        """Whether a new snapshot would be of use now."""
        return self.latest.is_wanted

    def put(self, snapshot: Snapshot) -> None:
        """Show a snapshot.

        Raises:
            TurnLostError: it is cut.
        """
        with self._uncut():
            self.latest.put(snapshot)

    def tell(self, outcome: Outcome) -> None:
        """Tell an outcome.

        Raises:
            TurnLostError: it is cut.
        """
        with self._uncut():
            self.on_outcome(outcome)

    def answer(self, call: Callable[[], object]) -> None:
        """Call whoever has asked something.

        Raises:
            TurnLostError: it is cut.
        """
        with self._uncut():
            call()

    def check(self) -> None:
        """See that it is not cut.

        Raises:
            TurnLostError: it is.
        """
        with self._uncut():
            pass

    def cut(self) -> None:
        """Let nothing more through: what is on its way goes first."""
        with self._lock:
            self._is_cut = True

    @contextmanager
    def _uncut(self) -> Iterator[None]:
        with self._lock:
            if self._is_cut:
                raise TurnLostError
            yield
