"""TrainingGroup: runs whose networks are trained by the same operations, as one."""

import logging
import time
from typing import Final

from backend.logic.ensemble import Ensemble
from backend.logic.observer import NOBODY, ComputeObserver
from backend.logic.pace import Clock
from backend.logic.training import Learner
from backend.logic.training_run import TrainingRun

_log = logging.getLogger(__name__)

_LONGEST_CALL_S: Final = 0.005
"""Every so often somebody looks at the time, and whether a member has got a command."""
_FIRST_ROUND_S: Final = 0.0002
"""What a round is taken to last before one has been measured."""


class TrainingGroup:
    """Runs with equal keys. A member that gets a command, comes to rest or is closed leaves; the others train on.

    Args:
        clock: what tells the time; the one of the runs.
        observer: is told of the steps of all members.
    """

    def __init__(self, clock: Clock = time.perf_counter, observer: ComputeObserver = NOBODY) -> None:
        self._clock = clock
        self._observer = observer
        self._learners: dict[TrainingRun, Learner] = {}
        self._ensemble: Ensemble | None = None
        self._round_s = _FIRST_ROUND_S

    def join(self, run: TrainingRun) -> int:
        """Let a run train with the others; or return how many steps it has to make alone before it can."""
        learner = run.learner
        if learner is None:
            raise ValueError("There is nothing to train.")
        try:
            self._ensemble = self._ensemble or Ensemble(learner)
            steps = self._ensemble.steps_to_join(learner)
            if not steps:
                self._ensemble.join(learner)
                self._learners[run] = learner
                run.note_company()
        except Exception:  # noqa: BLE001 - such as no memory for another: those who are in it go on, and so does this one
            run.check()
            _log.exception("A run cannot train with others; it goes on alone.", extra={"event": "group_failed"})
            run.key = None
            return 1
        return steps

    def leave(self, run: TrainingRun) -> None:
        """Let a run train alone, if it did not."""
        learner = self._learners.pop(run, None)
        if self._ensemble is not None and learner is not None:
            self._ensemble.leave(learner)

    def train(self, until_s: float) -> None:
        """Make steps, one of every member at least, until this time, a command or a look; then have all look."""
        try:
            if self._ensemble is not None:
                self._make_rounds(self._ensemble, until_s)
        except Exception:  # noqa: BLE001 - whoever has caused it will do so alone, and its person be told
            for run in self._learners:
                run.check()
            _log.exception("Training together failed; all of it go on alone.", extra={"event": "group_failed"})
            for run in self._learners:
                run.key = None
            return
        for run in self._learners:
            run.look()

    def _make_rounds(self, ensemble: Ensemble, until_s: float) -> None:
        """Have all members make the same number of steps, and let go who diverges."""
        while self._learners:
            learner = next(iter(self._learners.values()))
            began_s, first_step = self._clock(), learner.step_count
            to_look = min(run.steps_to_look for run in self._learners)
            diverged = ensemble.train(int(min(to_look, max(1, _LONGEST_CALL_S / self._round_s))))
            now_s, rounds = self._clock(), learner.step_count - first_step
            self._observer.sliced(rounds * len(self._learners), now_s - began_s)
            if diverged:
                for run in [run for run, learner in self._learners.items() if learner in diverged]:
                    # They have left by themselves.
                    del self._learners[run]
                    run.diverge()
                return
            self._round_s = (now_s - began_s) / rounds
            if now_s >= until_s or rounds == to_look or any(run.is_closed or run.backlog for run in self._learners):
                return
