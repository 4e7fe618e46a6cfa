"""A session over the real training thread, in whatever order its person does things; by Hypothesis."""

import os
from contextlib import suppress
from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
    run_state_machine_as_test,
)

from backend.logic.architecture import ParameterId
from backend.logic.checkpoints import check_checkpoint
from backend.logic.config import ConfigChanges
from backend.logic.errors import NotTrainableError, RefusedError, UnknownPointError
from backend.logic.offline import train_offline
from backend.logic.points import PointChange, TrainingExample
from backend.logic.run_record import RunRecord
from backend.logic.run_state import Move, RunState
from tests.support.checkpoints import differences
from tests.unit.person_at_a_session import DEADLINE_S, PersonAtASession

LONGEST_REPEATED: Final = 1_000
"""So many steps are repeated soon enough."""
EXAMPLES, STEPS = (60, 40) if os.environ.get("CI") else (30, 30)

places = st.floats(-6, 6, width=16)
examples = st.lists(st.builds(TrainingExample, places, places, st.integers(0, 1)), min_size=1, max_size=8)
live = st.one_of(
    st.builds(ConfigChanges, learning_rate=st.sampled_from([1e-4, 0.01, 1.0, 1e5])),
    st.builds(ConfigChanges, optimizer=st.sampled_from(["sgd", "adam", "nesterov"])),
    st.builds(ConfigChanges, batch_size=st.integers(1, 50)),
    st.builds(ConfigChanges, classes=st.integers(2, 4)),
    st.builds(ConfigChanges, speed=st.sampled_from([0, 5, 1000])),
    st.builds(ConfigChanges, dropout=st.sampled_from([0, 0.5])),
    st.builds(ConfigChanges, stop_epochs=st.sampled_from([0, 3])),
    st.builds(ConfigChanges, train_fraction=st.sampled_from([0.5, 1])),
)
rebuilding = st.one_of(
    st.builds(ConfigChanges, hidden_layers=st.sampled_from([(), (3,), (8, 8), (100, 100)])),
    st.builds(ConfigChanges, activation=st.sampled_from(["relu", "tanh"])),
    st.builds(ConfigChanges, seed=st.integers(0, 3)),
    st.builds(ConfigChanges, problem=st.sampled_from(["classification", "regression"])),
)
"""What changes while it trains, and what only builds a new model."""


class SessionMachine(PersonAtASession):
    """What a person does. What is drawn depends on no thread: only so can Hypothesis draw it again."""

    @initialize()
    def begin_with_points(self) -> None:
        """Open the page and put points on it."""
        self.begin()
        self.load()

    @rule(examples=examples)
    def add(self, examples: list[TrainingExample]) -> None:
        ids = self.session.add_points(examples)
        self.undoing.append(lambda: self.session.remove_points(list(ids)))

    @rule(index=st.integers(0, 99), x=places, label=st.integers(0, 1))
    def move_a_point(self, index: int, x: float, label: int) -> None:
        if points := self.session.dataset.points():
            point = points[index % len(points)]
            before = PointChange(point.point_id, point.x, point.y, point.label)
            self.change(
                lambda: self.session.change_points([PointChange(point.point_id, x, point.y, label)]),
                lambda: self.session.change_points([before]),
            )

    @rule(index=st.integers(0, 99))
    def remove_a_point(self, index: int) -> None:
        if points := self.session.dataset.points():
            point = points[index % len(points)]
            again = TrainingExample(point.x, point.y, point.label)
            self.change(lambda: self.session.remove_points([point.point_id]), lambda: self.session.add_points([again]))

    @rule(is_cleared=st.booleans())
    def load(self, *, is_cleared: bool = False) -> None:
        if is_cleared:
            self.session.clear_points()
        rows = [TrainingExample(x, y, int(x * y < 0)) for x in (-3, -1, 1, 3) for y in (-3, -1, 1, 3)]
        ids = self.session.add_points(rows)
        self.undoing.append(lambda: self.session.remove_points(list(ids)))

    @rule()
    def undo(self) -> None:
        if self.undoing:
            # What it was done to may have gone since.
            with suppress(UnknownPointError):
                self.undoing.pop()()

    @rule(changes=live)
    def change_what_can_be_changed_while_it_trains(self, changes: ConfigChanges) -> None:
        self.session.configure(changes)

    @rule(changes=rebuilding)
    def change_what_builds_a_new_model(self, changes: ConfigChanges) -> None:
        before, config = self.session.run_state, self.session.config
        try:
            self.session.configure(changes)
        except RefusedError:
            assert before is RunState.TRAINING
            assert self.session.config == config
        else:
            assert self.session.config == config or self.session.run_state is RunState.IDLE

    @rule(waits=st.integers(0, 3))
    def start(self, waits: int) -> None:
        self.attempt(Move.START, self.session.start)
        self.wait_for_steps(waits)

    @rule(count=st.integers(1, 60), unit=st.sampled_from(["step", "epoch"]), waits=st.integers(0, 3))
    def step(self, count: int, unit: Any, waits: int) -> None:
        self.attempt(Move.STEP, lambda: self.session.train_for(count, unit))
        self.wait_for_steps(waits)

    @rule(waits=st.booleans())
    def stop(self, *, waits: bool) -> None:
        self.attempt(Move.STOP, self.session.stop)
        if waits:
            self.come_to_rest()

    @rule(moves=st.lists(st.sampled_from([Move.START, Move.STEP, Move.STOP, Move.RESET]), min_size=2, max_size=8))
    def press_buttons_before_anything_is_answered(self, moves: list[Move]) -> None:
        session = self.session
        presses = {
            Move.START: session.start,
            Move.STEP: lambda: session.train_for(3, "step"),
            Move.STOP: session.stop,
            Move.RESET: session.reset,
        }
        for move in moves:
            self.attempt(move, presses[move])
        self.wait_for_steps(2)
        self.come_to_rest()

    @rule(seed=st.none() | st.integers(0, 3))
    def reset(self, seed: int | None) -> None:
        self.attempt(Move.RESET, lambda: self.session.reset(seed))
        assert self.session.step == 0

    @rule(unit=st.integers(0, 9), value=st.sampled_from([-1.0, 0.0, 1e3]), freezes=st.booleans())
    def edit_a_weight(self, unit: int, value: float, *, freezes: bool) -> None:
        place = [ParameterId(1, unit, None)]
        self.attempt(Move.EDIT, lambda: self.session.set_parameters(place, [value]))
        self.attempt(Move.EDIT, lambda: self.session.freeze_parameters(place, frozen=freezes))

    @rule(steps=st.integers(0, 40))
    def save(self, steps: int) -> None:
        """Keep the run, some steps further if it rests; from its beginning and its changes it comes again."""
        session, answers = self.session, list[RunRecord | None]()
        if steps:
            self.attempt(Move.STEP, lambda: session.train_for(steps, "step"))
            self.wait_for_steps(1)
        before = session.run_state
        try:
            session.capture(answers.append)
        except NotTrainableError:
            return
        except RefusedError:
            assert before in {RunState.DIVERGED, RunState.FAILED}
            return
        while not answers:
            assert self.hear(DEADLINE_S)
        (record,) = answers
        if record is None:
            self.come_to_rest()
            assert session.run_state is RunState.DIVERGED
            return
        checkpoint = record.checkpoint
        check_checkpoint(checkpoint)
        assert (checkpoint.config, checkpoint.dataset) == (session.config, session.dataset)
        assert checkpoint.frozen == session.frozen
        self.kept.append(record)
        assert record.is_exact
        if record.beginning is not None and checkpoint.step <= LONGEST_REPEATED:
            again = train_offline(record.beginning, record.changes, checkpoint.step)
            assert differences(again.checkpoint, checkpoint) == []

    @rule(index=st.integers(0, 9))
    def open_what_was_saved(self, index: int) -> None:
        if not self.kept:
            self.save(steps=10)
        if not self.kept:
            return
        record = self.kept[index % len(self.kept)]
        try:
            self.session.open(record)
        except RefusedError:
            assert self.session.run_state is RunState.TRAINING
        else:
            step = record.checkpoint.step
            assert (self.session.run_state, self.session.step) == (RunState.PAUSED if step else RunState.IDLE, step)

    @rule()
    def look(self) -> None:
        self.session.ensure_model()

    @rule(is_seen=st.booleans())
    def drop_or_take_up_the_connection(self, *, is_seen: bool) -> None:
        self.session.is_seen = is_seen

    @rule()
    def come_back_too_late_and_restore(self) -> None:
        """The session has been given up: a new one takes over the resume document."""
        wait_for_the_end = self.session.close()
        config = self.session.config
        kept = [TrainingExample(point.x, point.y, point.label) for point in self.session.dataset.points()]
        wait_for_the_end()
        self.open_session()
        self.session.restore(config, kept)
        assert (self.session.config, len(self.session.dataset), self.session.step) == (config, len(kept), 0)

    @rule(count=st.integers(1, 3))
    def wait(self, count: int) -> None:
        self.wait_for_steps(count)


def test_whatever_a_person_does_in_whatever_order_a_session_stays_whole() -> None:
    run_state_machine_as_test(
        SessionMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=bool(os.environ.get("CI")),
            # Threads are never twice the same: a shorter way to a failure might lead nowhere.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
