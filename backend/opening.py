"""Opener: reads a run that somebody brings, in the thread for files, and has their session go on from there."""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Final

from backend import metrics, server_messages, translation
from backend.logic.config import ConfigChanges, RunConfig
from backend.logic.errors import RefusedError
from backend.metrics import OpenOutcome
from backend.rates import Room
from backend.run_files import read_brought
from backend.runs.env_file import Parent
from backend.runs.errors import RunFileError
from backend.runs.reading import OpenedRun
from backend.sessions import SessionRegistry
from backend.shelf import Shelf

_log = logging.getLogger(__name__)

_MOST_AT_ONCE: Final = 4
"""Each is in memory as a whole while it comes in."""


class OpenRefusedError(Exception):
    """A run is not opened; nothing has changed. Its text is a sentence for a person.

    Args:
        message: the sentence.
        status: of HTTP.
        file: which of the files is the reason, if one is.
    """

    def __init__(self, message: str, status: int, file: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.file = file


class Opener:
    """Opens saved runs in the sessions that they are brought to. It belongs to the loop.

    Args:
        registry: the sessions.
        shelf: which run a session speaks of.
        files: the thread for files.
    """

    def __init__(self, registry: SessionRegistry, shelf: Shelf, files: Executor) -> None:
        self._registry = registry
        self._shelf = shelf
        self._files = files
        self._room = Room(_MOST_AT_ONCE)

    def enter(self, session_id: str) -> None:
        """A run begins to come in; `leave` has to follow.

        Raises:
            OpenRefusedError: nobody would open it, or it is one too many.
        """
        if self._registry.connected(session_id) is None:
            raise _without_page()
        if not self._shelf.desk(session_id).pace.take_if_there():
            raise OpenRefusedError("You opened or saved very often in the last minute. Please wait a little.", 429)
        if not self._room.enter():
            raise OpenRefusedError("Several runs are being opened at this moment. Please try again in a minute.", 503)

    def leave(self) -> None:
        """It has come in, or will not."""
        self._room.leave()

    async def open(self, session_id: str, parts: Mapping[str, bytes]) -> str | None:
        """Have a session go on from a run, and return the name of that; its page is told by RUN_OPENED.

        Settings alone have no name; of them it is told what it is told after a CONFIGURE.

        Args:
            session_id: of the session.
            parts: what was brought, as `read_brought` takes it.

        Raises:
            OpenRefusedError: it does not; nothing has changed.
        """
        outcome: OpenOutcome = "failed"
        try:
            run_id = await self._open(session_id, parts)
            outcome = "opened"
        except RunFileError as error:
            outcome = "refused"
            raise OpenRefusedError(str(error), 400, error.file) from error
        except RefusedError as error:
            outcome = "refused"
            raise OpenRefusedError(str(error), 409) from error
        except OpenRefusedError:
            outcome = "refused"
            raise
        finally:
            metrics.opens.labels(outcome).inc()
        return run_id

    async def _open(self, session_id: str, parts: Mapping[str, bytes]) -> str | None:
        loop = asyncio.get_running_loop()
        brought = await loop.run_in_executor(self._files, read_brought, parts)
        place = self._registry.connected(session_id)
        if place is None:
            raise _without_page()
        session, connection = place
        self._registry.touch(session_id)
        if not isinstance(brought, OpenedRun):
            before = translation.Told.of(session)
            session.configure(ConfigChanges(**{name: getattr(brought, name) for name in RunConfig.__struct_fields__}))
            connection.tell(list(translation.news(session, before)))
            return None
        session.open(brought.record)
        parent = None if brought.run_id is None else Parent(brought.run_id, brought.checkpoint_id)
        self._shelf.desk(session_id).turn_to(session.generation, parent)
        opened = server_messages.RunOpened(
            state=translation.state_of(session),
            history=list(session.history),
            run_id=brought.run_id,
            notes=list(brought.notes),
        )
        connection.tell([opened])
        return brought.run_id


def _without_page() -> OpenRefusedError:
    return OpenRefusedError("This page is not connected, so the run cannot be opened. Please try again.", 404)
