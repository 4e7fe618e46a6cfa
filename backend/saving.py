"""Saver: keeps runs when somebody asks for it, one after another, in a thread that gives way to who trains."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
from backend.run_files import Order, RunWriter, Written, saved_message
from backend.runs.errors import RunFileError
from backend.sessions import SessionRegistry
from backend.settings import Settings
from backend.shelf import Desk, Shelf

_log = logging.getLogger(__name__)

_CAPTURE_S: Final = 5.0
"""So long after a slow step the training thread has answered."""
_SERVER_ENDS: Final = "The server ends, so this run was not saved. Save it again when the page is connected again."
_SESSION_ENDED: Final = "The session has ended."
_NO_ANSWER: Final = "The run could not be saved: training does not come to the end of a step."
_NOTHING_TO_SAVE: Final = "There is no network of usable numbers that could be saved. Reset the model first."
_FAILED: Final = "The server failed to save this run."


@dataclass(slots=True, eq=False)
class _Job:
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
        self._line: list[_Job] = []
        self._tasks: set[asyncio.Task[None]] = set()

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
        job = _Job(
            session_id,
            desk,
            wish,
            Order(
                run_id=desk.run_id,
                parent=desk.parent,
                tensorboard=wish.tensorboard or self._settings.tensorboard,
                fiftyone=wish.fiftyone,
            ),
            asker,
            session.generation,
            self._loop.create_future(),
            GatePace(self._gate, self._settings.save_timeout_s, "Saving", "save"),
        )
        session.capture(job.take)
        desk.is_saving = True
        self._line.append(job)
        task = asyncio.create_task(self._carry_out(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def session_ended(self, session_id: str) -> None:
        """A session is no more: nothing of it can be downloaded, and what nobody could ever have is not written."""
        self._shelf.forget(session_id)
        for job in self._line:
            if job.session_id == session_id and not (self._settings.saving and job.captured.done()):
                job.break_off(_SESSION_ENDED)

    def break_off(self) -> None:
        """Have all saves end as soon as they can; what is half written goes away."""
        for job in self._line:
            job.break_off(_SERVER_ENDS)

    async def close(self) -> None:
        """Wait until nothing is saved any more, and end the thread."""
        self.break_off()
        await asyncio.gather(*self._tasks)
        await asyncio.to_thread(self._executor.shutdown, cancel_futures=True)

    async def _carry_out(self, job: _Job) -> None:
        """Save, and tell what has become of it."""
        began_s = time.perf_counter()
        outcome: SaveOutcome = "failed"
        try:
            self._tell_phase(job, "waiting", self._line.index(job))
            written = await self._written(job)
            outcome = "found" if written.run.was_there else "saved"
            metrics.save_seconds.observe(time.perf_counter() - began_s)
            self._keep(job, written)
            self._tell(job, saved_message(job.wish.id, written, kept=self._settings.saving))
        except SaveFailedError as error:
            outcome = "refused"
            self._tell(job, error_message(job.wish.id, error))
        except Exception:  # noqa: BLE001 - whatever it is, the person is told and others save on
            _log.exception("A run could not be saved.", extra={"event": "save_failed"})
            self._tell(job, error_message(job.wish.id, SaveFailedError(_FAILED)))
        finally:
            metrics.saves.labels(outcome).inc()
            job.desk.is_saving = False
            self._line.remove(job)
            for place, waiting in enumerate(self._line[1:], 1):
                self._tell_phase(waiting, "waiting", place)

    def _tell_phase(self, job: _Job, phase: server_messages.SavingPhase, ahead: int = 0) -> None:
        self._tell(job, server_messages.RunSaving(id=job.wish.id, phase=phase, ahead=ahead))

    def _tell(
        self, job: _Job, message: server_messages.RunSaving | server_messages.RunSaved | server_messages.Error
    ) -> None:
        """Tell the connection that the session has now; one that has not asked numbers its messages otherwise."""
        place = self._registry.connected(job.session_id)
        if place is None:
            return
        _, connection = place
        if connection is not job.asker:
            message = structs.replace(message, id=None)
        if isinstance(message, server_messages.RunSaved) and not connection.is_at_server:
            message = structs.replace(message, directory=None)
        connection.tell([message])

    async def _written(self, job: _Job) -> Written:
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

    def _keep(self, job: _Job, written: Written) -> None:
        if job.desk.generation == job.generation:
            job.desk.run_id = written.run.run_id
        self._shelf.keep(job.session_id, written)

    # In the thread

    def _write_in_thread(self, job: _Job, record: RunRecord) -> Written:
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
