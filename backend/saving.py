"""Saver: keeps runs when somebody asks for it, one after another, in a thread that gives way to who trains."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from msgspec import structs

from backend import client_messages, metrics, server_messages
from backend.connection import Connection
from backend.conversation import error_message
from backend.errors import SaveFailedError
from backend.gate_pace import GatePace, GivenUpError
from backend.logic.gate import ComputeGate, compute_single_threaded
from backend.logic.run_record import RunRecord
from backend.logic.session import TrainingSession
from backend.metrics import SaveOutcome
from backend.outcomes import Outcome, Outcomes
from backend.run_writer import Order, RunWriter
from backend.runs.errors import RunFileError
from backend.save_job import SaveJob
from backend.sessions import SessionRegistry
from backend.settings import Settings
from backend.shelf import Shelf
from backend.written_run import Written, saved_message

_log = logging.getLogger(__name__)

_CAPTURE_S: Final = 5.0
"""So long after a slow step the training thread has answered."""
_SERVER_ENDS: Final = "The server ends, so this run was not saved. Save it again when the page is connected again."
_SESSION_ENDED: Final = "This page was away for so long that its session ended, and the run was not kept."
_NO_ANSWER: Final = "The run could not be saved: training does not come to the end of a step."
_FAILED: Final = "The server failed to save this run."


_Word = server_messages.RunSaving | server_messages.RunSaved | server_messages.Error


class Saver:
    """Saves the runs of all sessions. Its methods belong to the loop, and none of them waits.

    A run is captured between two steps, at the moment in which its person asks. It then stands in a line, and is
    written in one thread for all, which takes turns with who trains and who looks on. Where runs are kept it does not
    matter whether its session is still there by then.

    Args:
        gate: where that thread takes turns.
        settings: the limits.
        registry: knows who is told.
        shelf: what has been saved.
        writer: writes a run, in the thread.
    """

    def __init__(
        self, gate: ComputeGate, settings: Settings, registry: SessionRegistry, shelf: Shelf, writer: RunWriter
    ) -> None:
        self._gate = gate
        self._settings = settings
        self._registry = registry
        self._shelf = shelf
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="save", initializer=compute_single_threaded)
        self._turn = asyncio.Lock()
        # First comes the one that is being written.
        self._line: list[SaveJob] = []
        self._tasks: set[asyncio.Task[None]] = set()
        # A lost connection is noticed after two intervals at most.
        self._outcomes = Outcomes(2 * settings.ping_interval_s, self._loop.time)

    def begin(
        self, session_id: str, session: TrainingSession, asker: Connection, wish: client_messages.SaveRun
    ) -> None:
        """Take a session's run into the line; whoever is connected to the session by then is told what becomes of it.

        Args:
            session_id: of the session.
            session: whose run it is.
            asker: the connection that asks.
            wish: what it asks.

        Raises:
            SaveFailedError: not now.
            RefusedError: there is nothing that could be saved.
        """
        desk = self._shelf.desk(session_id)
        if desk.is_saving:
            raise SaveFailedError("This run is being saved already.")
        if len(self._line) >= self._settings.max_waiting_saves:
            raise SaveFailedError("Too many runs are being saved at this moment. Please try again in a minute.")
        if not desk.pace.take_if_there():
            raise SaveFailedError("You saved very often in the last minute. Please wait a little, then save again.")
        desk.turn_to(session.generation)
        job = SaveJob(
            session_id,
            desk,
            wish,
            Order(
                run_id=desk.run_id,
                parent=desk.parent,
                tensorboard=wish.tensorboard or self._settings.tensorboard,
                fiftyone=wish.fiftyone,
                theme=wish.theme,
            ),
            asker,
            session.generation,
            self._loop.create_future(),
            GatePace(self._gate, self._settings.save_timeout_s, "Saving", "save"),
        )
        session.capture(job.take)
        desk.is_saving = True
        self._outcomes.forget(session_id)
        self._line.append(job)
        task = asyncio.create_task(self._carry_out(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def session_ended(self, session_id: str) -> None:
        """A session is no more: nothing of it can be downloaded, and what nobody could ever have is not written."""
        self._shelf.forget(session_id)
        if not self._settings.saving:
            self._outcomes.lose_run(session_id, error_message(None, SaveFailedError(_SESSION_ENDED)))
        for job in self._line:
            if job.session_id == session_id and not (self._settings.saving and job.captured.done()):
                job.break_off(_SESSION_ENDED)

    def greet(self, session_id: str, connection: Connection) -> None:
        """Somebody has connected to a session: tell what has become of its last save, if that may not be known."""
        outcome = self._outcomes.told_anew(session_id, connection)
        if outcome is None:
            return
        if outcome.written is not None and self._shelf.find(session_id, outcome.written.run.checkpoint_id) is None:
            # It was saved when the session before, of the same id, had ended.
            self._keep(session_id, outcome.written)
        connection.tell([_as_told_to(connection, outcome.message)])

    def break_off(self) -> None:
        """Have all saves end as soon as they can; what is half written goes away."""
        for job in self._line:
            job.break_off(_SERVER_ENDS)

    async def close(self) -> None:
        """Wait until nothing is saved any more, and end the thread."""
        self.break_off()
        await asyncio.gather(*self._tasks)
        await asyncio.to_thread(self._executor.shutdown, cancel_futures=True)

    async def _carry_out(self, job: SaveJob) -> None:
        """Save, and tell what has become of it."""
        began_s = time.perf_counter()
        outcome: SaveOutcome = "failed"
        try:
            self._tell_phase(job, "waiting", self._line.index(job))
            written = await self._written(job)
            outcome = "found" if written.run.was_there else "saved"
            metrics.save_seconds.observe(time.perf_counter() - began_s)
            if job.desk.generation == job.generation:
                job.desk.run_id = written.run.run_id
            self._keep(job.session_id, written)
            self._end(job, saved_message(job.wish.id, written, kept=self._settings.saving), written)
        except SaveFailedError as error:
            outcome = "refused"
            self._end(job, error_message(job.wish.id, error))
        except Exception:  # noqa: BLE001 - whatever it is, the person is told and others save on
            _log.exception("A run could not be saved.", extra={"event": "save_failed"})
            self._end(job, error_message(job.wish.id, SaveFailedError(_FAILED)))
        finally:
            metrics.saves.labels(outcome).inc()
            job.desk.is_saving = False
            self._line.remove(job)
            for place, waiting in enumerate(self._line[1:], 1):
                self._tell_phase(waiting, "waiting", place)

    def _tell_phase(self, job: SaveJob, phase: server_messages.SavingPhase, ahead: int = 0) -> None:
        self._tell(job, server_messages.RunSaving(id=job.wish.id, phase=phase, ahead=ahead))

    def _end(
        self, job: SaveJob, message: server_messages.RunSaved | server_messages.Error, written: Written | None = None
    ) -> None:
        """Tell how it has ended, now and, if that may not have been heard, to whoever comes next."""
        told_to = self._tell(job, message)
        there = written if self._settings.saving else None
        self._outcomes.note(job.session_id, Outcome(structs.replace(message, id=None), there), told_to)

    def _tell(self, job: SaveJob, message: _Word) -> Connection | None:
        """Tell the connection that the session has now, and return it; None if there is none."""
        place = self._registry.connected(job.session_id)
        if place is None:
            return None
        _, connection = place
        # One that has not asked numbers its messages otherwise.
        told = message if connection is job.asker else structs.replace(message, id=None)
        connection.tell([_as_told_to(connection, told)])
        return connection

    async def _written(self, job: SaveJob) -> Written:
        """Write the run when it is its turn.

        Raises:
            SaveFailedError: it cannot be.
        """
        try:
            async with asyncio.timeout(self._settings.slow_step_s + _CAPTURE_S):
                record = await job.captured
        except TimeoutError as error:
            raise SaveFailedError(_NO_ANSWER) from error
        async with self._turn:
            return await self._loop.run_in_executor(self._executor, self._write_in_thread, job, record)

    def _keep(self, session_id: str, written: Written) -> None:
        """Have the session download it, also if it is another one by now, of the same id."""
        if session_id in self._registry:
            self._shelf.desk(session_id)
        self._shelf.keep(session_id, written)

    # In the thread

    def _write_in_thread(self, job: SaveJob, record: RunRecord) -> Written:
        def tell(phase: server_messages.SavingPhase) -> None:
            self._loop.call_soon_threadsafe(self._tell_phase, job, phase)

        tell("writing")
        try:
            with job.pace.computing():
                return self._writer.write(record, job.order, job.pace, partial(tell, "checking"))
        except RunFileError as error:
            _log.warning("A run was not saved: a file of it %s.", error.reason, extra={"event": "save_refused"})
            raise SaveFailedError(f"The run was not saved: {error}") from error
        except GivenUpError as error:
            raise SaveFailedError(str(error)) from error


def _as_told_to(connection: Connection, message: _Word) -> _Word:
    """A message as this connection may hear it: where on the server a run lies is nobody else's business."""
    if isinstance(message, server_messages.RunSaved) and not connection.is_at_server:
        return structs.replace(message, directory=None)
    return message
