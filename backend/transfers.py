"""Transfers: who may bring or take a run now, and for how long, so that nobody keeps all others from it.

See specs/006-runs/research.md, "Fair shares".
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from backend.addresses import AddressCounts, Place

_MOST_OF_A_SESSION: Final = 6
"""Under way or waiting: as many connections as a browser has to one server."""
_LONGEST_WAIT_S: Final = 30.0


class NoPlaceError(Exception):
    """There is no place now; the text is a sentence for a person."""


class Progress:
    """How far a transfer has come, and until when it has to come further.

    Args:
        stall_s: so long nothing may move; it has this time at the beginning, too.
        bytes_per_second: so fast it has to be on average after that.
        clock: the time in seconds.
    """

    def __init__(self, stall_s: float, bytes_per_second: float, clock: Callable[[], float]) -> None:
        self._stall_s = stall_s
        self._bytes_per_second = bytes_per_second
        self._clock = clock
        self._moved_s = self._slowest_s = clock()

    @property
    def ends_s(self) -> float:
        """When it is given up if nothing more moves, by the clock."""
        return min(self._moved_s, self._slowest_s) + self._stall_s

    def move(self, count: int) -> None:
        """So many bytes more have moved."""
        self._moved_s = self._clock()
        self._slowest_s += count / self._bytes_per_second


@dataclass(slots=True, eq=False)
class Transfer:
    """A run on its way, or the wish to bring or take one."""

    session_id: str
    place: Place
    admitted: asyncio.Future[None]
    _transfers: "Transfers"

    def leave(self) -> None:
        """It is over, or will not be: its place is free at once. To leave twice is to leave once."""
        self._transfers.leave(self)


class Transfers:
    """The transfers of one direction. It belongs to the loop.

    A session has so many at a time, and an address three quarters of all places, so that others find one. Whoever
    finds no place waits in a line; next is who comes from the address that has fewest, of those who came first.

    Args:
        most: at the same time.
        most_of_a_session: at the same time; more wait.
        longest_wait_s: who has waited for so long is refused.
    """

    def __init__(self, most: int, most_of_a_session: int, longest_wait_s: float = _LONGEST_WAIT_S) -> None:
        self._most = most
        self._most_of_a_session = most_of_a_session
        self._longest_wait_s = longest_wait_s
        self._addresses = AddressCounts(max(1, 3 * most // 4))
        self._inside: list[Transfer] = []
        self._line: list[Transfer] = []

    def __len__(self) -> int:
        """How many are under way."""
        return len(self._inside)

    @property
    def waiting_count(self) -> int:
        """How many stand in the line."""
        return len(self._line)

    async def enter(self, session_id: str, address: str) -> Transfer:
        """Wait for a place, which has to be left.

        Args:
            session_id: whose run it is.
            address: from where it is asked for; it is not kept.

        Raises:
            NoPlaceError: there is none for long, or the session has too many wishes.
        """
        if _count(session_id, self._inside) + _count(session_id, self._line) >= _MOST_OF_A_SESSION:
            raise NoPlaceError("You move many runs at this moment. Please wait until one of them is done.")
        loop = asyncio.get_running_loop()
        transfer = Transfer(session_id, self._addresses.place_of(address), loop.create_future(), self)
        self._line.append(transfer)
        self._admit()
        try:
            async with asyncio.timeout(self._longest_wait_s):
                await transfer.admitted
        except TimeoutError as error:
            transfer.leave()
            raise NoPlaceError("Many runs are moved at this moment. Please try again in a minute.") from error
        except asyncio.CancelledError:
            transfer.leave()
            raise
        return transfer

    def leave(self, transfer: Transfer) -> None:
        """For `Transfer.leave`."""
        if transfer in self._line:
            self._line.remove(transfer)
        elif transfer in self._inside:
            self._inside.remove(transfer)
            self._addresses.leave(transfer.place)
            self._admit()

    def _admit(self) -> None:
        """Let in whoever can come in now."""
        while len(self._inside) < self._most:
            fitting = [
                transfer
                for transfer in self._line
                if self._addresses.has_room(transfer.place)
                and _count(transfer.session_id, self._inside) < self._most_of_a_session
            ]
            if not fitting:
                return
            following = min(fitting, key=lambda transfer: self._addresses.count_of(transfer.place))
            self._line.remove(following)
            self._inside.append(following)
            self._addresses.enter(following.place)
            if not following.admitted.done():
                following.admitted.set_result(None)


def _count(session_id: str, transfers: list[Transfer]) -> int:
    return sum(transfer.session_id == session_id for transfer in transfers)
