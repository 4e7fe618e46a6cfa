"""A trainer and the thread it trains in: commands in, snapshots and outcomes out."""

import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

import pytest
import torch

from backend.logic.architecture import ParameterId
from backend.logic.changes import Freeze, SetParameters, UseConfig, UseDataset
from backend.logic.config import ConfigChanges, RunConfig, changed
from backend.logic.dataset import Dataset
from backend.logic.gate import ComputeGate
from backend.logic.generators import generate
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer import Trainer
from backend.logic.trainer_commands import (
    Diverged,
    Failed,
    Outcome,
    Rebuild,
    Settled,
    Stop,
    Train,
)
from backend.logic.training import Learner
from backend.logic.training_run import TrainingRun
from backend.logic.training_thread import TrainingThread
from backend.logic.units import Units
from tests.support.runs import tell_figure
from tests.support.threads import training_thread, training_threads

DEADLINE_S = 10
XOR = Dataset.empty(1.0, 0).adding(generate("xor", 40, 0.0, 2, 0))


class Bench:
    """A trainer with its mailbox and its outcomes."""

    def __init__(self, thread: TrainingThread) -> None:
        self.latest = Latest[Snapshot]()
        self.outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self.trainer = Trainer(thread, self.latest, self.outcomes.put)
        self._ticket = 0

    def ticket(self) -> int:
        self._ticket += 1
        return self._ticket

    def rebuild(self, config: RunConfig | None = None, dataset: Dataset = XOR) -> None:
        self.trainer.send(Rebuild(self.ticket(), 1, config or RunConfig(), 1, dataset))
        assert isinstance(self.outcome(), Settled)

    def train(self, steps: int | None) -> None:
        self.trainer.send(Train(self.ticket(), steps))

    def outcome(self) -> Outcome:
        return self.outcomes.get(timeout=DEADLINE_S)

    def until(self, condition: Callable[[Snapshot], bool]) -> None:
        """Wait for a snapshot of which the condition holds."""
        while True:
            arrived = threading.Event()
            self.latest.notify_next(arrived.set)
            if condition(self.snapshot):
                return
            assert arrived.wait(DEADLINE_S)

    @property
    def snapshot(self) -> Snapshot:
        snapshot = self.latest.peek()
        assert snapshot is not None
        return snapshot


@pytest.fixture
def bench(thread: TrainingThread) -> Bench:
    return Bench(thread)


def test_a_new_model_is_shown_before_its_first_step(bench: Bench) -> None:
    bench.rebuild()
    assert (bench.snapshot.step, bench.snapshot.epoch) == (0, 0.0)
    assert torch.equal(bench.snapshot.parameters, Learner(RunConfig(), XOR).network.flat)


def test_it_trains_exactly_so_many_steps_and_shows_the_last(bench: Bench) -> None:
    bench.rebuild()
    bench.train(7)
    assert bench.outcome() == Settled(2)
    assert bench.snapshot.step == 7


def test_a_paused_trainer_goes_on_as_if_it_had_not_stopped(bench: Bench) -> None:
    bench.rebuild()
    for _ in range(4):
        bench.train(25)
        bench.outcome()
    learner = Learner(RunConfig(), XOR)
    for _ in range(100):
        learner.step()
    assert torch.equal(bench.snapshot.parameters, learner.network.flat)


def test_stop_ends_training_and_shows_the_final_step(bench: Bench) -> None:
    bench.rebuild()
    bench.train(None)
    bench.trainer.send(Stop(bench.ticket()))
    assert bench.outcome() == Settled(3)
    final = bench.snapshot
    assert final.steps_per_second is None
    bench.trainer.send(Stop(bench.ticket()))
    bench.outcome()
    assert bench.snapshot.step == final.step


def test_commands_apply_in_order_between_steps(bench: Bench) -> None:
    bench.rebuild()
    more = XOR.adding(generate("gauss", 20, 0.0, 2, 0))
    faster = changed(RunConfig(), ConfigChanges(learning_rate=0.1, batch_size=7))
    bench.train(10)
    bench.outcome()
    bench.trainer.send(UseDataset(more))
    bench.trainer.send(UseConfig(faster, 2))
    bench.train(10)
    bench.outcome()
    learner = Learner(RunConfig(), XOR)
    for _ in range(10):
        learner.step()
    learner.use_dataset(more)
    learner.use_config(faster)
    for _ in range(10):
        learner.step()
    assert torch.equal(bench.snapshot.parameters, learner.network.flat)
    assert bench.snapshot.config_version == 2


def test_divergence_keeps_the_last_finite_snapshot_and_says_the_step(bench: Bench) -> None:
    bench.rebuild(RunConfig(optimizer="sgd", activation="relu", learning_rate=1e5))
    bench.train(None)
    outcome = bench.outcome()
    assert isinstance(outcome, Diverged)
    assert outcome.step >= 1
    assert torch.isfinite(bench.snapshot.parameters).all()
    bench.train(None)
    assert isinstance(bench.outcome(), Diverged)
    bench.rebuild()
    bench.train(5)
    assert isinstance(bench.outcome(), Settled)


def test_an_exception_is_logged_once_and_a_new_model_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench.rebuild()
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(Learner, "step", lambda _: 1 / 0)
        bench.train(None)
        assert bench.outcome() == Failed(2)
    assert [record.message for record in caplog.records] == ["Training failed."]
    bench.train(5)
    assert isinstance(bench.outcome(), Failed)
    bench.rebuild()
    bench.train(5)
    assert isinstance(bench.outcome(), Settled)


def test_a_closed_trainer_is_let_go_while_it_trains_and_the_others_train_on(thread: TrainingThread) -> None:
    closed, other = Bench(thread), Bench(thread)
    for bench in (closed, other):
        bench.rebuild()
        bench.train(None)
    closed.trainer.close()
    closed.trainer.join()
    assert thread.run_count == 1
    step = other.snapshot.step
    other.until(lambda snapshot: snapshot.step > step)


def test_a_trainer_that_was_never_told_anything_can_be_closed(bench: Bench) -> None:
    bench.trainer.close()
    bench.trainer.join()


def test_all_train_in_one_thread_that_ends_with_all_of_them() -> None:
    with training_thread() as thread:
        benches = [Bench(thread) for _ in range(3)]
        for bench in benches:
            bench.rebuild()
            bench.train(None)
        assert len(training_threads()) == 1
    assert not training_threads()
    assert thread.run_count == 0
    for bench in benches:
        bench.trainer.join()


def test_ten_others_beside_it_change_no_bit(thread: TrainingThread) -> None:
    config = RunConfig(dropout=0.1)
    benches = [Bench(thread) for _ in range(11)]
    for number, bench in enumerate(benches):
        bench.rebuild(config if number == 0 else RunConfig(seed=number))
    for bench in benches[1:]:
        bench.train(None)
    benches[0].train(300)
    assert isinstance(benches[0].outcome(), Settled)
    learner = Learner(config, XOR)
    for _ in range(300):
        learner.step()
    assert torch.equal(benches[0].snapshot.parameters, learner.network.flat)


def test_an_outcome_that_cannot_be_delivered_harms_no_other_run(
    thread: TrainingThread, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    tried: SimpleQueue[Outcome] = SimpleQueue()

    def fail(outcome: Outcome) -> None:
        tried.put(outcome)
        raise RuntimeError("nobody is there")

    lost = Trainer(thread, Latest[Snapshot](), fail)
    with caplog.at_level(logging.ERROR):
        lost.send(Rebuild(1, 1, RunConfig(), 1, XOR))
        lost.send(Train(2, 5))
        lost.send(Rebuild(3, 1, RunConfig(), 1, XOR))
        lost.send(Train(4, 5))
        while tried.get(timeout=DEADLINE_S).ticket < 4:
            pass
        bench.rebuild()
        bench.train(50)
        assert bench.outcome() == Settled(2)
        lost.close()
        lost.join()
    # Each of the four is tried to be told as it went, and as a failure.
    logged = [record.message for record in caplog.records]
    assert logged.count("A round of training failed.") <= 4
    assert set(logged) == {"Training failed.", "A round of training failed."}


def test_a_run_that_cannot_be_taken_out_of_its_group_harms_no_other_run(
    thread: TrainingThread, bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class StuckError(Exception):
        pass

    leave = Units.leave
    stuck = TrainingRun(Latest[Snapshot](), lambda _: None, lambda: None)

    def fail(units: Units[TrainingRun], run: TrainingRun) -> None:
        if run is stuck:
            raise StuckError
        leave(units, run)

    monkeypatch.setattr(Units, "leave", fail)
    with caplog.at_level(logging.ERROR):
        stuck.close()
        thread.notify(stuck)
        bench.rebuild()
        bench.train(50)
        assert bench.outcome() == Settled(2)
    assert [record.message for record in caplog.records] == ["A round of training failed."]


def test_the_thread_computes_with_one_thread_only(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: SimpleQueue[int] = SimpleQueue()

    def report(_: Learner) -> None:
        threads.put(torch.get_num_threads())
        raise ArithmeticError(threading.current_thread().name)

    bench.rebuild()
    monkeypatch.setattr(Learner, "step", report)
    bench.train(1)
    bench.outcome()
    assert threads.get(timeout=DEADLINE_S) == 1


def test_a_flood_of_commands_leaves_the_others_their_turns(thread: TrainingThread) -> None:
    flooded, other = Bench(thread), Bench(thread)
    flooded.rebuild(RunConfig(hidden_layers=(100,) * 10))
    other.rebuild()
    flooded.train(None)
    other.train(None)
    for number in range(3000):
        flooded.trainer.send(UseConfig(RunConfig(hidden_layers=(100,) * 10, classes=2 + number % 2), number))
    other.until(lambda snapshot: snapshot.step > 200)
    assert flooded.trainer.backlog > 0


def test_a_stop_condition_ends_the_run_at_the_same_step_however_it_is_sliced(bench: Bench) -> None:
    config = RunConfig(stop_loss=0.2, learning_rate=0.03)
    bench.rebuild(config)
    bench.train(None)
    outcome = bench.outcome()
    assert isinstance(outcome, Settled)
    assert outcome.reason is not None
    assert "train loss" in outcome.reason
    learner = Learner(config, XOR)
    while not learner.is_between_epochs or learner.step_count == 0 or learner.evaluate()[0] > 0.2:
        learner.step()
    assert bench.snapshot.step == learner.step_count > 4
    assert torch.equal(bench.snapshot.parameters, learner.network.flat)


def test_epochs_that_are_over_already_train_no_further_but_steps_do(bench: Bench) -> None:
    bench.rebuild(RunConfig(stop_epochs=2))
    bench.train(None)
    assert bench.outcome() == Settled(2, "Training stopped: 2 epochs are reached.")
    assert bench.snapshot.step == 8
    bench.train(None)
    assert bench.outcome() == Settled(3, "Training stopped: 2 epochs are reached.")
    assert bench.snapshot.step == 8
    bench.train(6)
    assert bench.outcome() == Settled(4)
    assert bench.snapshot.step == 14


def test_a_slow_run_shows_each_of_its_steps(bench: Bench) -> None:
    seen: list[int] = []

    def note() -> None:
        seen.append(bench.snapshot.step)
        bench.latest.notify_next(note)

    # So slow that no step that is late is made up for together with the next.
    bench.rebuild(RunConfig(speed=8, speed_unit="step"))
    bench.latest.notify_next(note)
    bench.train(5)
    assert bench.outcome() == Settled(2)
    assert seen == [1, 2, 3, 4, 5]


def test_between_slow_steps_commands_apply_at_once(bench: Bench) -> None:
    bench.rebuild(RunConfig(speed=0.001, speed_unit="step"))
    bench.train(None)
    bench.until(lambda snapshot: snapshot.step == 1)
    # The next step is a thousand seconds away.
    bench.trainer.send(SetParameters({ParameterId(1, 0, None): 7.0}))
    bench.trainer.send(UseConfig(RunConfig(speed=0.001, speed_unit="step", l1=0.5), 2))
    bench.until(lambda snapshot: snapshot.config_version == 2)
    assert bench.snapshot.architecture.layers(bench.snapshot.parameters)[0].bias[0] == 7
    bench.trainer.send(Stop(bench.ticket()))
    assert bench.outcome() == Settled(3)
    assert bench.snapshot.step == 1


def test_a_thread_with_nothing_to_do_leaves_the_gate_to_others() -> None:
    gate = ComputeGate()
    with training_thread(gate) as thread:
        bench = Bench(thread)
        bench.rebuild(RunConfig(speed=0.001, speed_unit="step"))
        bench.train(None)
        bench.until(lambda snapshot: snapshot.step == 1)
        with gate.turn("training"):
            bench.trainer.send(Stop(bench.ticket()))
            while gate.waiting_count == 0:
                threading.Event().wait(0.001)
        assert bench.outcome() == Settled(3)


@pytest.mark.parametrize("speed", [1e-12, 1e-310])
def test_the_slowest_run_waits_and_can_be_stopped(bench: Bench, speed: float) -> None:
    bench.rebuild(RunConfig(speed=speed))
    bench.train(None)
    bench.until(lambda snapshot: snapshot.step > 0)
    bench.trainer.send(SetParameters({ParameterId(1, 0, None): 7.0}))
    bench.until(lambda snapshot: bool(snapshot.architecture.layers(snapshot.parameters)[0].bias[0] == 7))
    bench.trainer.send(Stop(bench.ticket()))
    assert bench.outcome() == Settled(3)
    assert bench.snapshot.step == 1


def test_a_slow_run_that_is_made_fast_goes_on_at_once(bench: Bench) -> None:
    bench.rebuild(RunConfig(speed=0.001))
    bench.train(100)
    bench.trainer.send(UseConfig(RunConfig(), 2))
    assert bench.outcome() == Settled(2)
    assert bench.snapshot.step == 100


def test_however_slow_a_run_is_it_computes_the_same(bench: Bench) -> None:
    shown = []
    for speed in (0, 200):
        bench.rebuild(RunConfig(speed=speed, speed_unit="step", dropout=0.3, layer_norm=True, optimizer="nesterov"))
        bench.trainer.send(Freeze(frozenset({ParameterId(2, 1, 3), ParameterId(1, 0, None)})))
        bench.train(20)
        assert isinstance(bench.outcome(), Settled)
        assert bench.snapshot.step == 20
        shown.append(bench.snapshot.parameters)
    assert torch.equal(*shown)


def test_a_slow_run_makes_about_as_many_steps_as_it_shall(bench: Bench) -> None:
    bench.rebuild(RunConfig(speed=10, speed_unit="step"))
    began_s = time.perf_counter()
    bench.train(6)
    bench.outcome()
    took_s = time.perf_counter() - began_s
    tell_figure(f"6 steps at 10 a second took {took_s:.3f} s")
    assert took_s >= 0.4


def test_what_is_set_and_frozen_is_in_the_next_step(bench: Bench) -> None:
    bench.rebuild()
    bench.train(10)
    bench.outcome()
    place = ParameterId(1, 2, 1)
    bench.trainer.send(SetParameters({place: 0.25}))
    bench.trainer.send(Freeze(frozenset({place})))
    bench.train(10)
    bench.outcome()
    assert bench.snapshot.architecture.layers(bench.snapshot.parameters)[0].weight[2, 1] == 0.25
    learner = Learner(RunConfig(), XOR)
    for _ in range(10):
        learner.step()
    learner.set_parameters({place: 0.25})
    learner.freeze(frozenset({place}))
    for _ in range(10):
        learner.step()
    assert torch.equal(bench.snapshot.parameters, learner.network.flat)
