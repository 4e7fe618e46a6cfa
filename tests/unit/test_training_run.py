"""How a run begins: held back while somebody watches its first epochs; by a clock of our own."""

import pytest

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.logic.pace import OPENING_EPOCHS
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer_commands import Command, Rebuild, Train
from backend.logic.training import Learner
from backend.logic.training_run import TrainingRun

XOR = Dataset.empty(1.0, 0).adding(generate("xor", 40, 0.0, 2, 0))
LONGEST_S = 10.0


class Rig:
    """A run in a time of its own, in which computing takes none."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.run = TrainingRun(Latest[Snapshot](), lambda _: None, lambda: None, clock=lambda: self.now_s)

    @property
    def learner(self) -> Learner:
        assert self.run.learner is not None
        return self.run.learner

    def begin(self, config: RunConfig, *, is_seen: bool = True, steps: int | None = None) -> None:
        self.run.is_seen = is_seen
        commands: tuple[Command, ...] = (Rebuild(1, 1, config, 1, XOR), Train(2, steps))
        for command in commands:
            self.run.send(command)
            self.run.apply_next()

    def train_to(self, epoch: float) -> float:
        """Train on until this epoch or the run's end, and return how long it took."""
        began_s = self.now_s
        while self.learner.epoch < epoch and self.run.is_training and self.now_s < began_s + LONGEST_S:
            self.now_s = max(self.now_s, self.run.due_s)
            self.run.train(self.now_s)
        return self.now_s - began_s


def test_the_first_epochs_can_be_watched_and_those_behind_them_take_no_time() -> None:
    rig = Rig()
    rig.begin(RunConfig())
    assert rig.train_to(1) == pytest.approx(0.04, abs=0.02)
    assert 0.9 < rig.train_to(OPENING_EPOCHS) < 1.2
    assert rig.train_to(OPENING_EPOCHS + 50) == 0


def test_it_trains_alone_until_its_opening_is_over() -> None:
    rig = Rig()
    rig.begin(RunConfig())
    rig.train_to(OPENING_EPOCHS - 1)
    assert rig.run.key is None
    rig.train_to(OPENING_EPOCHS)
    assert rig.run.key is not None


def test_training_that_goes_on_has_no_second_opening() -> None:
    rig = Rig()
    rig.begin(RunConfig(), steps=4 * OPENING_EPOCHS)
    rig.train_to(OPENING_EPOCHS)
    rig.run.send(Train(3, None))
    rig.run.apply_next()
    assert rig.train_to(2 * OPENING_EPOCHS) == 0


def test_whoever_asked_for_so_many_steps_gets_them_at_once() -> None:
    rig = Rig()
    rig.begin(RunConfig(), steps=100)
    assert rig.train_to(OPENING_EPOCHS) == 0
    assert rig.learner.step_count == 100


def test_what_nobody_sees_begins_at_full_speed() -> None:
    rig = Rig()
    rig.begin(RunConfig(), is_seen=False)
    assert rig.run.key is not None
    assert rig.train_to(OPENING_EPOCHS) == 0


def test_a_speed_that_was_chosen_stays_as_it_is() -> None:
    rig = Rig()
    rig.begin(RunConfig(speed=500.0))
    assert rig.train_to(20) == pytest.approx(20 / 500, abs=1 / 500)


def test_an_opening_changes_nothing_that_is_computed() -> None:
    seen, unseen = Rig(), Rig()
    seen.begin(RunConfig())
    unseen.begin(RunConfig(), is_seen=False)
    for rig in (seen, unseen):
        rig.train_to(10)
    assert seen.learner.step_count == unseen.learner.step_count
    assert seen.learner.network.flat.equal(unseen.learner.network.flat)
