"""Admission: who may come in, and what is given back when they leave."""

from dataclasses import dataclass
from typing import Protocol

from backend import incidents, metrics
from backend.addresses import AddressCounts, Place
from backend.connection import Connection
from backend.errors import AwayError, ServerFullError, TooManyConnectionsError
from backend.logic.session import TrainingSession
from backend.metrics import Refusal
from backend.sessions import SessionRegistry


class Memory(Protocol):
    """How much memory there is left, as far as it matters here."""

    @property
    def is_scarce(self) -> bool:
        """Whether there is too little for another session."""


@dataclass(slots=True, eq=False)
class Visit:
    """A connection that has come in.

    Attributes:
        session: what it is connected to.
        resumed: whether the session was there before.
    """

    session: TrainingSession
    resumed: bool
    _admission: "Admission"
    _session_id: str
    _connection: Connection
    _place: Place
    _is_over: bool = False

    def touch(self) -> None:
        """The person has done something."""
        self._admission.registry.touch(self._session_id)

    def leave(self) -> None:
        """The connection is closed or about to be: its place is free at once. To leave twice is to leave once."""
        if not self._is_over:
            self._is_over = True
            self._admission.leave(self, self._session_id, self._connection, self._place)

    def is_from(self, place: Place) -> bool:
        """Whether it has come from there."""
        return self._place == place


class Admission:
    """Decides who may come in.

    Args:
        registry: the sessions there are.
        memory: how much there is left.
        max_connections_per_address: at the same time.
    """

    def __init__(self, registry: SessionRegistry, memory: Memory, max_connections_per_address: int) -> None:
        self.registry = registry
        self._memory = memory
        self._addresses = AddressCounts(max_connections_per_address)
        self._visits: dict[str, Visit] = {}

    @property
    def is_memory_scarce(self) -> bool:
        """Whether nobody gets a new session because there is too little memory."""
        return self._memory.is_scarce

    def enter(self, session_id: str, connection: Connection, address: str) -> Visit:
        """Let a connection come in to its session; who was connected to that is told that it is taken over.

        Args:
            session_id: of the session, which need not be there yet.
            connection: who comes.
            address: from where; it is not kept.

        Raises:
            TooManyConnectionsError: as many as may be have come from there already.
            ServerFullError: it would be a new session, and there is no room or too little memory.
        """
        place = self._addresses.place_of(address)
        before = self._visits.get(session_id)
        # Who comes back after a lost connection takes the place that its own, still half open, has.
        if not (before is not None and before.is_from(place)) and not self._addresses.has_room(place):
            raise _refused(
                "address",
                TooManyConnectionsError(
                    "There are too many connections from your network. Close other tabs of this page."
                ),
            )
        if self.is_memory_scarce and session_id not in self.registry:
            raise _refused("memory", ServerFullError("The server is short of memory, and takes in nobody new now."))
        try:
            session, resumed = self.registry.attach(session_id, connection)
        except ServerFullError as error:
            raise _refused("full", error) from error
        self._addresses.enter(place)
        metrics.connections.inc()
        visit = Visit(session, resumed, self, session_id, connection, place)
        self._visits[session_id] = visit
        return visit

    def leave(self, visit: Visit, session_id: str, connection: Connection, place: Place) -> None:
        """For `Visit.leave`: keep the session for the resume window, and give back the place."""
        self.registry.detach(session_id, connection, place)
        self._addresses.leave(place)
        metrics.connections.dec()
        if self._visits.get(session_id) is visit:
            del self._visits[session_id]


def _refused(reason: Refusal, error: AwayError) -> AwayError:
    incidents.refused(reason)
    return error
