"""Opener: reads a run that somebody brings or has kept, beside who trains, and has their session go on from there."""

from collections.abc import Mapping
from typing import Final

from backend import metrics, server_messages, translation
from backend.connection import Connection
from backend.gate_thread import GateThread
from backend.logic.config import ConfigChanges, RunConfig
from backend.logic.session import TrainingSession
from backend.metrics import OpenOutcome
from backend.run_files import read_brought
from backend.run_refusals import REASONS, RunRefusedError, refusal_of
from backend.runs.env_file import Parent
from backend.runs.kept import KeptRun
from backend.sessions import SessionRegistry
from backend.settings import Settings
from backend.shelf import Shelf
from backend.transfers import NoPlaceError, Transfer, Transfers

_AT_ONCE: Final = 1
"""Of a session: what is opened last would take the place of all before."""


class Opener:
    """Opens saved runs in the sessions that they are brought to. It belongs to the loop.

    Args:
        registry: the sessions.
        shelf: which run a session speaks of.
        worker: the thread that reads runs.
        settings: the limits, and where runs are kept.
    """

    def __init__(self, registry: SessionRegistry, shelf: Shelf, worker: GateThread, settings: Settings) -> None:
        self._registry = registry
        self._shelf = shelf
        self._worker = worker
        self._runs_dir = settings.runs_dir
        self._uploads = Transfers(settings.max_run_uploads, _AT_ONCE)

    async def enter(self, session_id: str, address: str) -> Transfer:
        """Wait until a run can come in; the place that it has then is to be left.

        Args:
            session_id: of the session that it is for.
            address: from where it comes.

        Raises:
            RunRefusedError: nobody would open it, or it is one too many.
        """
        self._place(session_id)
        if not self._shelf.desk(session_id).pace.take_if_there():
            raise RunRefusedError("You opened or saved very often in the last minute. Please wait a little.", 429)
        try:
            return await self._uploads.enter(session_id, address)
        except NoPlaceError as error:
            raise refusal_of(error) from error

    async def open(self, session_id: str, parts: Mapping[str, bytes]) -> str | None:
        """Have a session go on from a run, and return the name of that; its page is told by RUN_OPENED.

        Settings alone have no name; of them it is told what it is told after a CONFIGURE.

        Args:
            session_id: of the session.
            parts: what was brought, as `read_brought` takes it.

        Raises:
            RunRefusedError: it does not; nothing has changed.
        """
        outcome: OpenOutcome = "failed"
        try:
            run_id = await self._open(session_id, parts)
            outcome = "opened"
        except REASONS as error:
            outcome = "refused"
            raise refusal_of(error) from error
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
            RunRefusedError: nobody is.
        """
        place = self._registry.connected(session_id)
        if place is None:
            raise RunRefusedError("This page is not connected, so the run cannot be opened. Please try again.", 404)
        return place
