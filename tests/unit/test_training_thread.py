"""The thread in which all train: they disturb each other in nothing, whatever becomes of one of them."""

import logging
import threading
from queue import SimpleQueue

import pytest
import torch

from backend.logic.changes import UseConfig
from backend.logic.config import RunConfig
from backend.logic.gate import ComputeGate
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer import Trainer
from backend.logic.trainer_commands import (
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
from tests.support.threads import training_thread, training_threads, wait_until
from tests.unit.trainer_bench import DEADLINE_S, XOR, Bench


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


def test_a_thread_with_nothing_to_do_leaves_the_gate_to_others() -> None:
    gate = ComputeGate()
    with training_thread(gate) as thread:
        bench = Bench(thread)
        bench.rebuild(RunConfig(speed=0.001, speed_unit="step"))
        bench.train(None)
        bench.until(lambda snapshot: snapshot.step == 1)
        with gate.turn("training"):
            bench.trainer.send(Stop(bench.ticket()))
            wait_until(lambda: gate.waiting_count)
        assert bench.outcome() == Settled(3)
