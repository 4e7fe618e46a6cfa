"""SessionRun: the run of a session as that one's own thread knows it: its state, newest snapshot and history."""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from backend.logic.config import RunConfig
from backend.logic.evaluation import Scores
from backend.logic.history import History
from backend.logic.run_record import Checkpoint, HistoryRow, RunRecord
from backend.logic.run_state import Move, RunState, advance
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer_commands import Diverged, Failed, Outcome, Settled
from backend.logic.trainer_link import TrainerLink
from backend.logic.training_thread import TrainingThread


class SessionRun:
    """What a session knows of its run without waiting for it. All methods belong to the thread that made it.

    Args:
        thread: where the run is trained.
        post: hands a call over to the session's own thread, from any thread.

    Attributes:
        config: what is trained.
        config_version: counts up with every change of the config, from 1.
        run_state: where the run is.
        status_revision: counts up with everything that a status should tell at once.
        reason: why training stopped, if not by `stop`: a sentence.
        on_change: called after the session changed by itself, if set.
    """

    def __init__(self, thread: TrainingThread, post: Callable[[Callable[[], None]], object]) -> None:
        self.config = RunConfig()
        self.config_version = 1
        self.run_state = RunState.IDLE
        self.status_revision = 0
        self.reason: str | None = None
        self.on_change: Callable[[], None] | None = None
        self._link = TrainerLink(thread, post, self._settle)
        self._is_untouched = True
        self._diverged: Diverged | None = None
        # Where an opened run was when it was kept.
        self._opened: Checkpoint | None = None
        self._history = History()
        self._captures: dict[int, Callable[[RunRecord | None], None]] = {}
        self._next_capture = 0

    @property
    def latest(self) -> Latest[Snapshot]:
        """The newest snapshot of all."""
        return self._link.latest

    @property
    def generation(self) -> int:
        """Counts up with every new model and every run that is opened."""
        return self._link.generation

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot of the present model, None if there is none yet."""
        return self._link.snapshot

    @property
    def step(self) -> int:
        """Optimizer updates since the weights were new, as far as it is known here."""
        told = self._diverged or self.snapshot or self._opened
        return 0 if told is None else told.step

    @property
    def epoch(self) -> float:
        """Passes over the training points since the weights were new, as far as it is known here."""
        told = self._diverged or self.snapshot or self._opened
        return 0.0 if told is None else told.epoch

    @property
    def history(self) -> tuple[HistoryRow, ...]:
        """How well the present model did, as far as it was seen; thinned out."""
        return self._history.rows

    @property
    def backlog(self) -> int:
        """How many commands the trainer has not applied yet."""
        return self._link.backlog

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has ever changed anything: nothing would be lost with it."""
        return self._is_untouched

    @property
    def is_settling(self) -> bool:
        """Whether the trainer has been told to come to rest and has not yet shown its final step."""
        return self.run_state is not RunState.TRAINING and self._link.is_settling

    @property
    def is_seen(self) -> bool:
        """Whether somebody looks at the session: while nobody does, its run yields to those that are seen."""
        return self._link.is_seen

    @is_seen.setter
    def is_seen(self, is_seen: bool) -> None:
        self._link.is_seen = is_seen

    def note(self, snapshot: Snapshot, scores: Scores) -> None:
        """Take note of how well a snapshot does, if it is of the present model."""
        if snapshot.generation == self.generation:
            self._history.note(
                snapshot, scores, self.config if snapshot.config_version == self.config_version else None
            )

    def close(self) -> Callable[[], None]:
        """End the session, and return what waits for its run to be let go; call that in a thread that may wait."""
        self._answer_captures_in_vain()
        return self._link.close()

    def _ask_for_record(self, on_captured: Callable[[RunRecord | None], None]) -> None:
        """Have the run kept as it is behind all commands that it has got; there has to be a model."""
        number, history = self._next_capture, self._history
        self._next_capture += 1
        self._captures[number] = on_captured

        def answer(record: RunRecord | None) -> None:
            asked = self._captures.pop(number, None)
            if asked is not None:
                asked(None if record is None else _with_history(record, history))

        self._link.capture(answer)

    def _begin_new_history(self) -> None:
        self._opened = None
        self._history = History()

    def _resume(self, record: RunRecord) -> None:
        """Have another run take the place of this one."""
        self._opened, self._history = record.checkpoint, History.of(record)
        self._link.resume(record, self.config_version)

    def _move(self, move: Move) -> None:
        self._enter(advance(self.run_state, move))

    def _enter(self, state: RunState) -> None:
        self._is_untouched = False
        self.run_state = state
        self.reason = None
        self._diverged = None
        self.status_revision += 1

    def _settle(self, outcome: Outcome) -> None:
        self.status_revision += 1
        match outcome:
            case Settled():
                if self.run_state is RunState.TRAINING:
                    self._move(Move.FINISH)
                    self.reason = outcome.reason
            case Diverged():
                self._move(Move.DIVERGE)
                self._diverged = outcome
                self.reason = (
                    f"Training diverged at step {outcome.step:,}: the loss is no longer a usable number. "
                    "Try a lower learning rate, then reset the model."
                )
            case Failed():
                self._move(Move.FAIL)
                why = ": it stood still, and was given up" if outcome.has_hung else " by an error of the server"
                self.reason = f"Training failed{why}. Reset the model to go on."
                # What hung may have been the answer to one.
                self._answer_captures_in_vain()
            case _:
                assert_never(outcome)
        if self.on_change is not None:
            self.on_change()

    def _answer_captures_in_vain(self) -> None:
        captures, self._captures = self._captures, {}
        for on_captured in captures.values():
            on_captured(None)


def _with_history(record: RunRecord, history: History) -> RunRecord:
    """A record with what was seen of the run up to its step."""
    step = record.checkpoint.step
    return replace(
        record,
        history=tuple(row for row in history.rows if row.step <= step),
        moments=tuple(moment for moment in history.moments if moment.step <= step),
    )
