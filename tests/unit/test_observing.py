"""What an observer is told of those who compute: every step once, and every wait for the gate."""

import threading
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from backend.logic import gate as gate_module
from backend.logic.ensemble import FEWEST_MEMBERS
from backend.logic.gate import ComputeGate
from backend.logic.observer import Contender
from backend.logic.training_thread import TrainingThread
from tests.support.threads import wait_until
from tests.unit.scheduler_lab import Clock
from tests.unit.trainer_bench import Bench

STEPS = 400


@dataclass
class Record:
    """Keeps what it is told."""

    slices: list[tuple[int, float]] = field(default_factory=list)
    waits: list[tuple[Contender, float]] = field(default_factory=list)

    def sliced(self, steps: int, seconds: float) -> None:
        self.slices.append((steps, seconds))

    def waited(self, contender: Contender, seconds: float) -> None:
        self.waits.append((contender, seconds))

    def hung(self) -> None:
        raise AssertionError


@pytest.mark.parametrize("sessions", [1, FEWEST_MEMBERS + 2], ids=["alone", "together"])
def test_every_step_is_told_once_and_not_one_by_one(sessions: int) -> None:
    record = Record()
    thread = TrainingThread(ComputeGate(record), observer=record)
    try:
        benches = [Bench(thread) for _ in range(sessions)]
        for bench in benches:
            bench.rebuild()
        for bench in benches:
            bench.train(STEPS)
        for bench in benches:
            bench.outcome()
    finally:
        thread.close()
    assert sum(steps for steps, _ in record.slices) == sessions * STEPS
    assert len(record.slices) < sessions * STEPS / 2
    assert all(seconds > 0 for steps, seconds in record.slices if steps)
    assert {contender for contender, _ in record.waits} == {"training"}


def test_who_waits_for_the_gate_is_told_apart_from_who_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(gate_module, "time", SimpleNamespace(perf_counter=clock))
    record = Record()
    gate = ComputeGate(record)

    def render() -> None:
        with gate.turn("render"):
            pass

    with gate.turn("training"):
        waiting = threading.Thread(target=render)
        waiting.start()
        wait_until(lambda: gate.waiting_count)
        clock.work(3)
    waiting.join()
    assert record.waits == [("training", 0), ("render", 3)]
