"""When a run shows what it has learned, by a clock of our own."""

from dataclasses import dataclass, field

import pytest
import torch

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.logic.progress import Progress
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.training import DivergedError, Learner

XOR = Dataset.empty(1.0, 0).adding(generate("xor", 40, 0.0, 2, 0))


@dataclass
class Showing:
    """A learner, its progress and the mailbox; `after_s` makes a step and tells whether it was shown."""

    learner: Learner = field(default_factory=lambda: Learner(RunConfig(), XOR))
    latest: Latest[Snapshot] = field(default_factory=Latest)
    now_s: float = 100.0

    def __post_init__(self) -> None:
        self.progress = Progress(self.latest)

    def after_s(self, seconds: float) -> bool:
        self.now_s += seconds
        self.learner.step()
        self.progress.show_if_of_use(self.learner, self.now_s)
        snapshot = self.latest.peek()
        return snapshot is not None and snapshot.step == self.learner.step_count


def test_what_nobody_wants_is_shown_sixty_times_a_second() -> None:
    showing = Showing()
    assert [showing.after_s(0.01) for _ in range(6)] == [True, False, True, False, True, False]


def test_what_has_been_taken_is_followed_by_a_newer_one_at_once() -> None:
    showing = Showing()
    showing.after_s(1)
    showing.latest.take()
    assert [showing.after_s(0.001) for _ in range(3)] == [True, False, False]


def test_who_waits_is_shown_the_next() -> None:
    showing = Showing()
    showing.after_s(1)
    showing.latest.notify_next(lambda: None)
    assert [showing.after_s(0.001) for _ in range(2)] == [True, False]


def test_of_a_slow_run_each_step_is_shown() -> None:
    showing = Showing(Learner(RunConfig(speed=50, speed_unit="step"), XOR))
    assert [showing.after_s(0.001) for _ in range(3)] == [True, True, True]


def test_a_snapshot_is_a_copy_with_the_speed_of_the_last_second() -> None:
    showing = Showing()
    for _ in range(200):
        showing.after_s(0.05)
    snapshot = showing.latest.peek()
    assert snapshot is not None
    assert snapshot.steps_per_second == pytest.approx(20)
    assert torch.equal(snapshot.parameters, showing.learner.network.flat)
    shown = snapshot.parameters.clone()
    showing.learner.step()
    assert torch.equal(snapshot.parameters, shown)
    showing.progress.rest()
    showing.progress.show(showing.learner)
    snapshot = showing.latest.peek()
    assert snapshot is not None
    assert snapshot.steps_per_second is None


def test_a_network_of_no_usable_numbers_is_not_shown() -> None:
    showing = Showing()
    showing.learner.network.flat[3] = float("nan")
    with pytest.raises(DivergedError):
        showing.progress.show(showing.learner)
    assert showing.latest.peek() is None
