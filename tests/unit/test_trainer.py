"""A trainer: commands in, snapshots and outcomes out."""

import logging

import pytest
import torch

from backend.logic.architecture import ParameterId
from backend.logic.changes import Freeze, SetParameters, UseConfig, UseDataset
from backend.logic.config import ConfigChanges, RunConfig, changed
from backend.logic.generators import generate
from backend.logic.trainer_commands import (
    Diverged,
    Failed,
    Settled,
    Stop,
)
from backend.logic.training import Learner
from tests.unit.trainer_bench import XOR, Bench


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


def test_a_trainer_that_was_never_told_anything_can_be_closed(bench: Bench) -> None:
    bench.trainer.close()
    bench.trainer.join()


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
