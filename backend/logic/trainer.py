"""ThreadedTrainer: the one thread of a session. Commands go in by a queue, snapshots and outcomes come out."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final, assert_never

from backend.logic.gate import ComputeGate, compute_single_threaded
from backend.logic.pace import Pace
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.stop_conditions import has_reached_epochs, reason_to_stop
from backend.logic.trainer_commands import (
    Close,
    Command,
    Diverged,
    Failed,
    Freeze,
    Outcome,
    Rebuild,
    SetParameters,
    Settled,
    Stop,
    Train,
    UseConfig,
    UseDataset,
)
from backend.logic.training import DivergedError, Learner

_log = logging.getLogger(__name__)

_RATE_WINDOW_S: Final = 1.0


class ThreadedTrainer:
    """A thread that owns a Learner. It takes turns at the gate and publishes; commands apply between two steps.

    Args:
        gate: where it takes turns.
        latest: where its snapshots go.
        on_outcome: called in the training thread whenever it comes to rest, with the ticket of the newest command.
    """

    def __init__(self, gate: ComputeGate, latest: Latest[Snapshot], on_outcome: Callable[[Outcome], None]) -> None:
        self._gate = gate
        self._latest = latest
        self._on_outcome = on_outcome
        self._inbox: SimpleQueue[Command] = SimpleQueue()
        # The training thread's own, from its first act to its last.
        self._learner: Learner | None = None
        self._has_diverged = False
        self._is_training = False
        self._is_closed = False
        self._last_step: int | None = None
        self._pace = Pace()
        self._ticket = 0
        self._generation = 0
        self._config_version = 0
        self._progress: deque[tuple[float, int]] = deque()
        self._thread = threading.Thread(target=self._run, name="trainer", daemon=True)
        self._thread.start()

    @property
    def backlog(self) -> int:
        """How many commands have not been applied yet."""
        return self._inbox.qsize()

    def send(self, command: Command) -> None:
        """Have a command applied before the next step. Never blocks."""
        if isinstance(command, Close):
            # It overtakes whatever waits; putting it into the inbox as well wakes a thread that rests.
            self._is_closed = True
        self._inbox.put(command)

    def join(self) -> None:
        """Wait until the thread has ended; Close must have been sent."""
        self._thread.join()

    def _run(self) -> None:
        compute_single_threaded()
        while not self._is_closed:
            try:
                self._go_on()
            except DivergedError:
                self._has_diverged = True
                self._finish()
            except Exception:  # noqa: BLE001 - whatever it is, the person is told and the thread stays
                _log.exception("training failed")
                self._learner = None
                self._finish()

    def _go_on(self) -> None:
        """Train a slice, or wait for what comes next: a command, or the time of the next step."""
        learner = self._learner
        if learner is None or not self._is_training:
            # Paused: only a command can wake us.
            self._apply(self._inbox.get())
            return
        rest_s = self._pace.rest_s(learner.step_interval_s, time.perf_counter())
        if rest_s == 0:
            with self._gate.turn():
                self._train_slice()
            return
        try:
            command = self._inbox.get(timeout=rest_s)
        except Empty:
            return
        self._apply(command)
        if self._is_training:
            # The next step may be far away: until then this shows what the command has changed.
            self._publish(learner)

    def _apply(self, command: Command) -> None:
        match command:
            case Rebuild():
                self._ticket, self._generation = command.ticket, command.generation
                self._config_version = command.config_version
                self._learner = Learner(command.config, command.dataset)
                self._has_diverged = False
                self._finish()
            case Train():
                self._ticket = command.ticket
                if self._learner is None or self._has_diverged:
                    self._finish()
                else:
                    self._begin_training(self._learner, command.steps)
            case Stop():
                self._ticket = command.ticket
                self._finish()
            case Close():
                self._is_closed = True
            case UseConfig() | UseDataset() | SetParameters() | Freeze():
                if isinstance(command, UseConfig):
                    self._config_version = command.config_version
                if self._learner is not None:
                    _change(self._learner, command)
                    self._show_at_rest(self._learner)
            case _:
                assert_never(command)

    def _begin_training(self, learner: Learner, steps: int | None) -> None:
        if steps is None and has_reached_epochs(learner.config, learner.epoch):
            # Whoever asked for more did not know yet that they are reached.
            self._finish(reason_to_stop(learner))
            return
        self._last_step = None if steps is None else learner.step_count + steps
        self._pace.begin(learner.step_interval_s, time.perf_counter())
        self._is_training = True

    def _train_slice(self) -> None:
        """Train until the slice is over, applying commands between two steps; then show how far it has come."""
        deadline = time.perf_counter() + self._gate.slice_s
        while True:
            while not self._inbox.empty():
                self._apply(self._inbox.get())
                if not self._is_training or self._is_closed or time.perf_counter() >= deadline:
                    # The other commands have to wait for the next turn, as the other trainers have waited for theirs.
                    return
            learner = self._learner
            if learner is None:
                return
            learner.step()
            now_s = time.perf_counter()
            self._pace.stepped(learner.step_interval_s, now_s)
            is_last = learner.step_count == self._last_step
            reason = self._reason_to_stop(learner)
            if is_last or reason or now_s >= deadline or self._pace.rest_s(learner.step_interval_s, now_s):
                break
        if is_last or reason:
            self._finish(reason)
        else:
            self._measure(learner)
            self._publish(learner)

    def _reason_to_stop(self, learner: Learner) -> str | None:
        """The stop condition that is met. Whoever asked for so many steps gets them all."""
        return reason_to_stop(learner) if self._last_step is None and learner.is_between_epochs else None

    def _show_at_rest(self, learner: Learner) -> None:
        """Show a change that no step is going to show."""
        if not self._is_training:
            self._publish(learner)

    def _finish(self, reason: str | None = None) -> None:
        """Come to rest, show the final step, and say how it went."""
        self._is_training = False
        self._progress.clear()
        if self._learner is None:
            self._on_outcome(Failed(self._ticket))
        elif self._has_diverged:
            self._on_outcome(Diverged(self._ticket, self._learner.step_count, self._learner.epoch))
        else:
            self._publish(self._learner)
            self._on_outcome(Settled(self._ticket, reason))

    def _measure(self, learner: Learner) -> None:
        now = time.perf_counter()
        self._progress.append((now, learner.step_count))
        while now - self._progress[0][0] > _RATE_WINDOW_S and len(self._progress) > 2:  # noqa: PLR2004
            self._progress.popleft()

    def _steps_per_second(self) -> float | None:
        if len(self._progress) < 2:  # noqa: PLR2004
            return None
        (began, first), (ended, last) = self._progress[0], self._progress[-1]
        return (last - first) / (ended - began)

    def _publish(self, learner: Learner) -> None:
        if self._has_diverged:
            return
        if not learner.is_finite:
            raise DivergedError
        network = learner.network
        self._latest.put(
            Snapshot(
                generation=self._generation,
                config_version=self._config_version,
                step=learner.step_count,
                epoch=learner.epoch,
                steps_per_second=self._steps_per_second(),
                problem=learner.config.problem,
                loss=learner.config.loss,
                learning_rate=learner.learning_rate,
                architecture=network.architecture,
                features=learner.config.features,
                parameters=network.flat.clone(),
                examples=learner.examples,
            )
        )


def _change(learner: Learner, command: UseConfig | UseDataset | SetParameters | Freeze) -> None:
    match command:
        case UseConfig():
            learner.use_config(command.config)
        case UseDataset():
            learner.use_dataset(command.dataset)
        case SetParameters():
            learner.set_parameters(command.values)
        case Freeze():
            learner.freeze(command.parameters)
        case _:
            assert_never(command)
