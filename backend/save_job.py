"""SaveJob: a save that is under way, from the moment in which it is asked for."""

import asyncio
from dataclasses import dataclass
from typing import Final

from backend import client_messages
from backend.connection import Connection
from backend.errors import SaveFailedError
from backend.gate_pace import GatePace
from backend.logic.run_record import RunRecord
from backend.run_writer import Order
from backend.shelf import Desk

_NOTHING_TO_SAVE: Final = "There is no network of usable numbers that could be saved. Reset the model first."


@dataclass(slots=True, eq=False)
class SaveJob:
    """A save that is under way.

    Attributes:
        session_id: whose.
        desk: how far that is.
        wish: what was asked for.
        order: how to save it.
        asker: the connection that asked.
        generation: of its model.
        captured: the run as it was then; only the loop touches it.
        pace: its turns at the gate.
    """

    session_id: str
    desk: Desk
    wish: client_messages.SaveRun
    order: Order
    asker: Connection
    generation: int
    captured: asyncio.Future[RunRecord]
    pace: GatePace

    def take(self, record: RunRecord | None) -> None:
        """The training thread has answered."""
        if self.captured.done():
            return
        if record is None:
            self.captured.set_exception(SaveFailedError(_NOTHING_TO_SAVE))
        else:
            self.captured.set_result(record)

    def break_off(self, why: str) -> None:
        """Have it end as soon as it can."""
        if not self.captured.done():
            self.captured.set_exception(SaveFailedError(why))
        self.pace.break_off(why)
