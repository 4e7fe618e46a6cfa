"""A thread that hangs in its turn: it is left behind, another goes on, and if it wakes it touches nothing."""

import logging
from collections.abc import Callable, Iterator

import pytest

from backend.logic.changes import UseDataset
from backend.logic.config import ConfigChanges, RunConfig
from backend.logic.ensemble import FEWEST_MEMBERS
from backend.logic.gate import ComputeGate
from backend.logic.run_record import Checkpoint, RunRecord
from backend.logic.run_state import RunState
from backend.logic.trainer_commands import Diverged, Failed, Rebuild, Settled, Stop, Train
from backend.logic.training import Learner
from backend.logic.training_thread import TrainingThread
from backend.logic.watchdog import Watchdog
from tests.support.threads import training_threads
from tests.unit.desk import TWO_CLASSES, Desk
from tests.unit.hanging import (
    BAD,
    SLOW_STEP_S,
    Counts,
    Trap,
    Watched,
    hang_in_a_command,
    hang_in_building,
    hang_in_steps,
)
from tests.unit.trainer_bench import DEADLINE_S, XOR, Bench


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.opened.set()


@pytest.fixture
def watched(trap: Trap) -> Iterator[Watched]:
    """Its trap is open when it closes."""
    gate, counts = ComputeGate(), Counts()
    thread = TrainingThread(gate, observer=counts)
    watchdog = Watchdog(gate, SLOW_STEP_S)
    yield Watched(gate, thread, counts)
    trap.opened.set()
    thread.close()
    watchdog.close()


@pytest.mark.parametrize("hang", [hang_in_steps, hang_in_building, hang_in_a_command])
@pytest.mark.parametrize("raises", [None, RuntimeError("too late")], ids=["goes on", "raises"])
def test_what_hangs_is_given_up_and_others_train_on_and_if_it_wakes_it_touches_nothing(
    watched: Watched,
    trap: Trap,
    *,
    hang: Callable[[Trap, pytest.MonkeyPatch], None],
    raises: Exception | None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hang(trap, monkeypatch)
    trap.raises = raises
    other, hanging = Bench(watched.thread), Bench(watched.thread)
    other.rebuild(RunConfig(hidden_layers=(3,)))
    other.train(None)
    with caplog.at_level(logging.WARNING):
        hanging.trainer.send(Rebuild(hanging.ticket(), 1, BAD, 1, XOR))
        hanging.trainer.send(Train(hanging.ticket(), None))
        hanging.trainer.send(UseDataset(XOR))
        assert trap.reached.wait(DEADLINE_S)
        outcome = hanging.outcome()
        while isinstance(outcome, Settled):
            outcome = hanging.outcome()
        assert isinstance(outcome, Failed)
        assert outcome.has_hung
        step = other.snapshot.step
        other.until(lambda snapshot: snapshot.step > step + 100)
        assert len(training_threads()) == 1
        # It is told of a step that was never asked for if it was the building that hung, and of nothing else.
        while not hanging.outcomes.empty():
            assert isinstance(hanging.outcome(), Failed)
        shown = hanging.latest.peek()
        trap.open()
        assert hanging.outcomes.empty()
        assert hanging.latest.peek() is shown
        step = other.snapshot.step
        other.until(lambda snapshot: snapshot.step > step + 100)
    (record,) = caplog.records
    assert "2-8-8-2 tanh, adam" in record.message
    assert record.exc_info is None
    assert watched.counts.hangs == 1
    # A new model goes on.
    hanging.rebuild(BAD)
    hanging.train(5)
    assert isinstance(hanging.outcome(), Settled)
    assert hanging.snapshot.step == 5


def hanging_bench(watched: Watched, trap: Trap, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A trainer whose first step hangs."""
    hang_in_steps(trap, monkeypatch)
    bench = Bench(watched.thread)
    bench.rebuild(BAD)
    bench.train(None)
    return bench


def test_what_was_asked_for_while_a_step_hung_is_done_by_who_takes_over(
    watched: Watched, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = hanging_bench(watched, trap, monkeypatch)
    assert trap.reached.wait(DEADLINE_S)
    bench.trainer.send(Stop(bench.ticket()))
    bench.trainer.send(Rebuild(bench.ticket(), 2, RunConfig(), 2, XOR))
    bench.train(7)
    assert [bench.outcome() for _ in range(4)] == [
        Failed(2, has_hung=True),
        Failed(3, has_hung=True),
        Settled(4),
        Settled(5),
    ]
    assert (bench.snapshot.generation, bench.snapshot.step) == (2, 7)
    trap.open()
    assert (bench.snapshot.generation, bench.snapshot.step) == (2, 7)


def test_of_those_who_train_together_all_are_told_and_other_groups_train_on(
    watched: Watched, trap: Trap, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hang_in_steps(trap, monkeypatch)
    others = [Bench(watched.thread) for _ in range(FEWEST_MEMBERS)]
    group = [Bench(watched.thread) for _ in range(FEWEST_MEMBERS)]
    for bench in (*others, *group):
        bench.trainer.is_seen = False
    for bench in others:
        bench.rebuild(RunConfig(hidden_layers=(3,)))
        bench.train(None)
    for bench in group:
        bench.rebuild()
    for bench in group:
        bench.train(None)
    for bench in (*others, *group):
        bench.until(lambda snapshot: snapshot.step > 200)
    culprit = Bench(watched.thread)
    culprit.trainer.is_seen = False
    trap.opened.set()
    culprit.rebuild(BAD)
    culprit.train(None)
    culprit.until(lambda snapshot: snapshot.step > 200)
    trap.opened.clear()
    assert isinstance(culprit.outcome(), Failed)
    for bench in others:
        step = bench.snapshot.step
        bench.until(lambda snapshot, step=step: snapshot.step > step + 100)  # type: ignore[misc]
        assert bench.outcomes.empty()
    trap.open()
    assert all(isinstance(bench.outcome(), Failed) for bench in group)
    (record,) = caplog.records
    assert f"what {len(group) + 1} sessions train is given up" in record.message
    for bench in (culprit, *group):
        bench.rebuild()
        bench.train(None)
    for bench in (*group, *others):
        step = bench.snapshot.step
        bench.until(lambda snapshot, step=step: snapshot.step > step)  # type: ignore[misc]


def test_a_session_whose_step_hangs_can_be_closed_and_is_let_go_when_it_is_given_up(
    watched: Watched, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = hanging_bench(watched, trap, monkeypatch)
    assert trap.reached.wait(DEADLINE_S)
    bench.trainer.close()
    bench.trainer.join()
    other = Bench(watched.thread)
    other.rebuild()
    other.train(5)
    assert other.outcome() == Settled(2)


def test_a_learning_rate_far_too_high_is_told_as_diverged_by_who_took_over(
    watched: Watched, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = hanging_bench(watched, trap, monkeypatch)
    assert isinstance(bench.outcome(), Failed)
    bench.rebuild(RunConfig(optimizer="sgd", activation="relu", learning_rate=1e6))
    bench.train(None)
    assert isinstance(bench.outcome(), Diverged)


def test_whoever_waits_for_a_run_to_be_kept_that_hangs_is_told_and_hears_no_second_time(
    watched: Watched, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = Learner.checkpoint

    def hanging_checkpoint(learner: Learner) -> Checkpoint:
        trap.enter(learner.config)
        return checkpoint(learner)

    monkeypatch.setattr(Learner, "checkpoint", hanging_checkpoint)
    desk = Desk(watched.thread)
    desk.session.configure(ConfigChanges(l2=BAD.l2))
    desk.session.add_points(TWO_CLASSES)
    desk.session.train_for(5, "step")
    desk.settle()
    answers: list[RunRecord | None] = []
    desk.session.capture(answers.append)
    desk.until(lambda session: session.run_state is RunState.FAILED)
    assert answers == [None]
    trap.open()
    desk.session.reset()
    desk.settle()
    desk.session.capture(answers.append)
    desk.until(lambda _: len(answers) > 1)
    (_, record) = answers
    assert record is not None
    assert record.checkpoint.step == 0
    desk.session.close()()
