"""Runs that are held back to so many steps a second."""

import time

import pytest
import torch

from backend.logic.architecture import ParameterId
from backend.logic.changes import Freeze, SetParameters, UseConfig
from backend.logic.config import RunConfig
from backend.logic.trainer_commands import (
    Settled,
    Stop,
)
from tests.support.runs import tell_figure
from tests.unit.trainer_bench import Bench


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
