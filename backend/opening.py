"""Opener: reads a run that somebody brings or has kept, beside who trains, and has their session go on from there."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from backend import metrics, server_messages, translation
from backend.connection import Connection
from backend.gate_pace import GivenUpError
from backend.gate_thread import GateThread
from backend.logic.config import ConfigChanges, RunConfig
from backend.logic.errors import RefusedError
from backend.logic.session import TrainingSession
from backend.metrics import OpenOutcome
from backend.rates import Room
from backend.run_files import read_brought
from backend.runs.env_file import Parent
from backend.runs.errors import KeptRunError, RunFileError
from backend.runs.kept import KeptRun
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
        worker: the thread that reads runs.
        runs_dir: the directory of all runs that are kept.
    """

    def __init__(self, registry: SessionRegistry, shelf: Shelf, worker: GateThread, runs_dir: Path) -> None:
        self._registry = registry
        self._shelf = shelf
        self._worker = worker
        self._runs_dir = runs_dir
        self._room = Room(_MOST_AT_ONCE)

    def enter(self, session_id: str) -> None:
        """A run begins to come in; `leave` has to follow.

        Raises:
            OpenRefusedError: nobody would open it, or it is one too many.
        """
        self._place(session_id)
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
            # What was brought is not at fault for what was kept.
            status = 409 if isinstance(error, KeptRunError) else 400
            raise OpenRefusedError(str(error), status, error.file) from error
        except RefusedError as error:
            outcome = "refused"
            raise OpenRefusedError(str(error), 409) from error
        except GivenUpError as error:
            outcome = "refused"
            raise OpenRefusedError(str(error), 503) from error
        except OpenRefusedError:
            outcome = "refused"
            raise
        finally:
            metrics.opens.labels(outcome).inc()
        return run_id

    async def _open(self, session_id: str, parts: Mapping[str, bytes]) -> str | None:
        _, connection = self._place(session_id)
        own_runs = self._runs_dir if connection.owns_runs else None
        brought = await self._worker.run("Opening", lambda pace: read_brought(parts, own_runs, pace.give_way))
        session, connection = self._place(session_id)
        self._registry.touch(session_id)
        if isinstance(brought, RunConfig):
            before = translation.Told.of(session)
            session.configure(ConfigChanges(**{name: getattr(brought, name) for name in RunConfig.__struct_fields__}))
            connection.tell(list(translation.news(session, before)))
            return None
        found = server_messages.FoundRun(brought.path, brought.others) if isinstance(brought, KeptRun) else None
        run = brought.run if isinstance(brought, KeptRun) else brought
        session.open(run.record)
        parent = None if run.run_id is None else Parent(run.run_id, run.checkpoint_id)
        self._shelf.desk(session_id).turn_to(session.generation, parent)
        opened = server_messages.RunOpened(
            state=translation.state_of(session),
            history=list(session.history),
            run_id=run.run_id,
            found=found,
            notes=list(run.notes),
        )
        connection.tell([opened])
        return run.run_id

    def _place(self, session_id: str) -> tuple[TrainingSession, Connection]:
        """A session and who is connected to it.

        Raises:
            OpenRefusedError: nobody is.
        """
        place = self._registry.connected(session_id)
        if place is None:
            raise OpenRefusedError("This page is not connected, so the run cannot be opened. Please try again.", 404)
        return place
