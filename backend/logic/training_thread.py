"""TrainingThread: the one thread that trains. It owns every run, and blocks when there is nothing to do."""

import logging
import threading
from queue import Empty, SimpleQueue

import torch

from backend.logic.ensemble import FEWEST_MEMBERS
from backend.logic.gate import ComputeGate, compute_single_threaded
from backend.logic.observer import NOBODY, ComputeObserver
from backend.logic.scheduler import Scheduler
from backend.logic.training import Learner, MakeLearner
from backend.logic.training_group import TrainingGroup
from backend.logic.training_run import TrainingRun

_log = logging.getLogger(__name__)


class TrainingThread:
    """A thread that takes its turns at the gate for as long as there is something to do; it starts at once.

    Args:
        gate: where it takes turns with whoever else computes.
        make_learner: makes the models of all runs.
        observer: is told of the steps of all runs.

    Attributes:
        make_learner: see above.
        observer: see above.
    """

    def __init__(
        self, gate: ComputeGate, make_learner: MakeLearner = Learner, observer: ComputeObserver = NOBODY
    ) -> None:
        self.make_learner = make_learner
        self.observer = observer
        self._gate = gate
        self._scheduler = Scheduler(lambda: TrainingGroup(observer=observer), FEWEST_MEMBERS)
        self._mail: SimpleQueue[TrainingRun | None] = SimpleQueue()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="training", daemon=True)
        self._thread.start()

    @property
    def run_count(self) -> int:
        """How many runs there are."""
        return len(self._scheduler)

    def notify(self, run: TrainingRun) -> None:
        """Have a run looked at that is new, has got a command or has been closed. Any thread may call it."""
        self._mail.put(run)

    def close(self) -> None:
        """Let all runs go, end the thread and wait for that."""
        self._is_closed = True
        # Nothing to do: only mail can wake it.
        self._mail.put(None)
        self._thread.join()

    def _run(self) -> None:
        compute_single_threaded()
        with torch.inference_mode():
            while not self._is_closed:
                try:
                    self._go_round()
                except Exception:  # noqa: BLE001 - a run tells its person what fails in it; if even that fails, the others train on
                    _log.exception("A round of training failed.", extra={"event": "round_failed"})
            self._scheduler.close()

    def _go_round(self) -> None:
        """Hear what has come, or wait for it, and train a slice if there is something to train."""
        self._take_mail(self._scheduler.rest_s())
        if self._scheduler.rest_s() == 0:
            with self._gate.turn("training"):
                self._scheduler.go_round()

    def _take_mail(self, rest_s: float | None) -> None:
        """Hear what has come; if nothing has, wait for it, so long at most, None for ever."""
        # What comes in the meantime waits for the next round.
        for _ in range(max(1, self._mail.qsize())):
            try:
                run = self._mail.get(block=rest_s != 0, timeout=rest_s)
            except Empty:
                return
            if run is not None:
                self._scheduler.notice(run)
            rest_s = 0
