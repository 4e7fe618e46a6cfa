"""A person at a session over the real training thread: what they hear of it, and what holds whatever they do."""

import math
import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

import torch
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
)

from backend.logic.config import ConfigChanges
from backend.logic.errors import RefusedError
from backend.logic.gate import ComputeGate
from backend.logic.run_record import RunRecord
from backend.logic.run_state import Move, RunState, advance
from backend.logic.session import TrainingSession
from backend.logic.training_thread import TrainingThread
from backend.logic.watchdog import Watchdog
from tests.support.threads import training_threads

DEADLINE_S: Final = 30


class Person:
    """What a person has seen of a session, and what must hold of it whatever was done."""

    def __init__(self, session: TrainingSession) -> None:
        self.session = session
        self._generation, self._step = session.generation, 0
        self._versions = (session.config_version, session.revision, session.status_revision)

    def looks(self) -> None:
        """Compare what is there with what was there before."""
        session, snapshot = self.session, self.session.snapshot
        assert session.run_state is not RunState.FAILED, session.reason
        versions = (session.config_version, session.revision, session.status_revision)
        assert all(now >= before for now, before in zip(versions, self._versions, strict=True))
        assert session.generation >= self._generation
        if session.generation > self._generation:
            self._generation, self._step = session.generation, 0
        if snapshot is not None:
            assert torch.isfinite(snapshot.parameters).all()
            assert math.isfinite(snapshot.epoch)
            assert snapshot.step >= self._step
            self._step = snapshot.step
        self._versions = versions


class PersonAtASession(RuleBasedStateMachine):
    """One person at one session at a time; what they can do, the rules, is in `test_session_machine.py`."""

    def begin(self) -> None:
        """Open the page."""
        self.gate = ComputeGate()
        self.thread = TrainingThread(self.gate)
        self.watchdog = Watchdog(self.gate, DEADLINE_S)
        self.kept: list[RunRecord] = []
        self.open_session()

    def open_session(self) -> None:
        self.posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.session = TrainingSession(self.thread, self.posted.put)
        self.person = Person(self.session)
        self.undoing: deque[Callable[[], object]] = deque(maxlen=10)

    def come_to_rest(self) -> None:
        """Wait for the end of what is to come to an end; what rests then makes no more steps."""
        while self.session.is_settling:
            assert self.hear(DEADLINE_S)
        if self.session.run_state is RunState.PAUSED:
            step, version = self.session.step, self.session.config_version
            self.session.configure(ConfigChanges(l1=1e-3 if self.session.config.l1 == 0 else 0))
            # Having been shown once more it would show a step that it should not have made.
            ends_s = time.monotonic() + DEADLINE_S
            while self.session.snapshot is None or self.session.snapshot.config_version == version:
                assert time.monotonic() < ends_s
                self.session.latest.notify_next(lambda: self.posted.put(lambda: None))
                self.hear(0.05)
            assert self.session.step == step

    def wait_for_steps(self, count: int) -> None:
        """Wait for so many snapshots, or until it has come to its end."""
        for _ in range(count):
            self.session.latest.notify_next(lambda: self.posted.put(lambda: None))
            if self.session.run_state is RunState.TRAINING:
                self.hear(DEADLINE_S)
            self.person.looks()

    def hear(self, timeout_s: float = 0) -> bool:
        """Hear what the training thread has to tell, and return whether there was anything.

        Each outcome is a legal move, or none.
        """
        has_heard = False
        while True:
            try:
                call = self.posted.get(block=timeout_s > 0, timeout=timeout_s)
            except Empty:
                return has_heard
            has_heard = True
            before = self.session.run_state
            call()
            after = self.session.run_state
            moves = {RunState.PAUSED: Move.FINISH, RunState.DIVERGED: Move.DIVERGE}
            assert after is before or after is advance(before, moves[after])
            timeout_s = 0

    def attempt(self, move: Move, call: Callable[[], object]) -> None:
        """Make a move: it leads where the table says; or it is refused with a sentence, and nothing changes."""
        before, told = self.session.run_state, ""
        try:
            call()
        except RefusedError as refusal:
            told = str(refusal)
        if told:
            assert told.endswith(".")
            assert self.session.run_state is before
        else:
            assert self.session.run_state is advance(before, move)

    def change(self, call: Callable[[], object], undo: Callable[[], object]) -> None:
        """Change points, so that it can be undone."""
        call()
        self.undoing.append(undo)

    # What holds whatever they do

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "session"):
            self.hear()
            self.person.looks()
            assert len(training_threads()) == 1

    def teardown(self) -> None:
        if hasattr(self, "session"):
            wait_for_the_end = self.session.close()
            wait_for_the_end()
            self.thread.close()
            self.watchdog.close()
            assert not training_threads()
