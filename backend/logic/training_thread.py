"""TrainingThread: the one thread that trains. It owns every run, and blocks when there is nothing to do."""

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue

import torch

from backend.logic.ensemble import FEWEST_MEMBERS
from backend.logic.gate import ComputeGate, TurnLostError, compute_single_threaded
from backend.logic.observer import NOBODY, ComputeObserver
from backend.logic.scheduler import Scheduler
from backend.logic.training import Learner, MakeLearner
from backend.logic.training_group import TrainingGroup
from backend.logic.training_run import TrainingRun

_log = logging.getLogger(__name__)


class TrainingThread:
    """A thread that takes its turns at the gate for as long as there is something to do; it starts at once.

    If its turn is taken away because a step or a command does not end, another thread goes on with a scheduler of its
    own: with all other runs as they are, and with heirs, which tell that they have failed, in the places of those that
    were on turn. To the thread that hangs nothing is left but what hangs with it; if it wakes, it ends.

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
        self._ended = threading.Event()
        self._thread = self._begin(())

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
        self._ended.wait()
        self._thread.join()

    def _begin(self, failed: Iterable[TrainingRun]) -> threading.Thread:
        thread = threading.Thread(target=self._run, args=(self._scheduler, failed), name="training", daemon=True)
        thread.start()
        return thread

    def _take_over(self) -> None:
        """Leave the thread behind that has lost its turn; called in the one that took it away."""
        hanging = self._scheduler.on_turn
        _log.error(
            "A thread hangs in %s; what %d sessions train is given up, the others train on in another thread.",
            " and ".join(sorted({run.work for run in hanging})),
            len(hanging),
            extra={"event": "step_hangs"},
        )
        self.observer.hung()
        self._thread.name = "training, given up"
        heirs = {run: run.give_up() for run in hanging}
        self._scheduler = self._scheduler.succeeded(heirs)
        self._thread = self._begin(heirs.values())

    # In the thread

    def _run(self, scheduler: Scheduler[TrainingRun], failed: Iterable[TrainingRun]) -> None:
        compute_single_threaded()
        with torch.inference_mode(), suppress(TurnLostError):
            for run in failed:
                with _survived():
                    run.fail()
            while not self._is_closed:
                with _survived():
                    self._go_round(scheduler)
            scheduler.close()
            self._ended.set()

    def _go_round(self, scheduler: Scheduler[TrainingRun]) -> None:
        """Hear what has come, or wait for it, and train a slice if there is something to train."""
        self._take_mail(scheduler, scheduler.rest_s())
        if scheduler.rest_s() == 0:
            with self._gate.turn("training", self._take_over) as turn:
                scheduler.go_round(turn.renew)

    def _take_mail(self, scheduler: Scheduler[TrainingRun], rest_s: float | None) -> None:
        """Hear what has come; if nothing has, wait for it, so long at most, None for ever."""
        # What comes in the meantime waits for the next round.
        for _ in range(max(1, self._mail.qsize())):
            try:
                run = self._mail.get(block=rest_s != 0, timeout=rest_s)
            except Empty:
                return
            if run is not None:
                scheduler.notice(run.current)
            rest_s = 0


@contextmanager
def _survived() -> Iterator[None]:
    """A run tells its person what fails in it; if even that fails, it is logged, and the others train on."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever it is
        _log.exception("A round of training failed.", extra={"event": "round_failed"})
