"""Runs that train as one: each does what it would have done alone, and comes to its own end."""

import logging
from collections.abc import Callable, Sequence

import pytest
import torch

from backend.logic.changes import UseConfig
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.ensemble import FEWEST_MEMBERS, Ensemble
from backend.logic.generators import generate
from backend.logic.scheduler import Scheduler
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer_commands import Command, Diverged, Outcome, Rebuild, Settled, Stop, Train
from backend.logic.training import Learner
from backend.logic.training_group import TrainingGroup
from backend.logic.training_run import TrainingRun

XOR = Dataset.empty(1.0, 0).adding(generate("xor", 40, 0.0, 2, 0))
CONFIG = RunConfig(hidden_layers=(6, 4))


class Student:
    """A run with its mailbox and its outcomes."""

    def __init__(self, scheduler: Scheduler[TrainingRun]) -> None:
        self.latest = Latest[Snapshot]()
        self.outcomes: list[Outcome] = []
        self.run = TrainingRun(self.latest, self.outcomes.append, lambda: None)
        # Nobody watches how it begins.
        self.run.is_seen = False
        self._scheduler = scheduler

    def send(self, command: Command) -> None:
        self.run.send(command)
        self._scheduler.notice(self.run)

    @property
    def step(self) -> int:
        snapshot = self.latest.peek()
        return 0 if snapshot is None else snapshot.step

    @property
    def snapshot(self) -> Snapshot:
        snapshot = self.latest.peek()
        assert snapshot is not None
        return snapshot


class Class:
    """Students whose runs take their turns in the test's own thread."""

    def __init__(self) -> None:
        self.together = 0
        self.scheduler = Scheduler(self._make_group, FEWEST_MEMBERS)

    def _make_group(self) -> TrainingGroup:
        self.together += 1
        return TrainingGroup()

    def student(self, config: RunConfig = CONFIG, steps: int | None = None) -> Student:
        student = Student(self.scheduler)
        student.send(Rebuild(1, 1, config, 1, XOR))
        student.send(Train(2, steps))
        return student

    def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(20_000):
            if condition():
                return
            self.scheduler.go_round()
        raise TimeoutError

    def train_on(self, students: Sequence[Student]) -> None:
        """Until all of them show a later step."""
        steps = [student.step for student in students]
        self.until(lambda: all(student.step > step for student, step in zip(students, steps, strict=True)))


@pytest.fixture
def lesson() -> Class:
    return Class()


def assert_close(student: Student, expected: torch.Tensor) -> None:
    torch.testing.assert_close(student.snapshot.parameters, expected, rtol=1e-4, atol=1e-6)


def alone(config: RunConfig, steps: int) -> torch.Tensor:
    learner = Learner(config, XOR)
    for _ in range(steps):
        learner.step()
    return learner.network.flat


def test_everyone_gets_the_network_that_they_would_have_trained_alone(lesson: Class) -> None:
    configs = [RunConfig(hidden_layers=(6, 4), seed=seed, learning_rate=0.01 * (1 + seed)) for seed in range(5)]
    students = [lesson.student(config, steps=300 + 7 * number) for number, config in enumerate(configs)]
    lesson.until(lambda: all(len(student.outcomes) == 2 for student in students))
    assert lesson.together
    for number, (student, config) in enumerate(zip(students, configs, strict=True)):
        assert student.outcomes[-1] == Settled(2)
        assert student.snapshot.step == 300 + 7 * number
        assert_close(student, alone(config, 300 + 7 * number))


def test_a_stop_condition_ends_one_and_the_others_train_on(lesson: Class) -> None:
    ending = lesson.student(RunConfig(hidden_layers=(6, 4), stop_epochs=40))
    others = [lesson.student() for _ in range(4)]
    lesson.until(lambda: len(ending.outcomes) == 2)
    assert ending.outcomes[-1] == Settled(2, "Training stopped: 40 epochs are reached.")
    assert ending.snapshot.step == 160
    lesson.train_on(others)


def test_a_stop_condition_on_the_loss_ends_a_run_at_the_end_of_the_pass_that_reaches_it(lesson: Class) -> None:
    ending = lesson.student(RunConfig(hidden_layers=(6, 4), stop_loss=0.3, learning_rate=0.03))
    others = [lesson.student() for _ in range(4)]
    lesson.until(lambda: len(ending.outcomes) == 2)
    outcome = ending.outcomes[-1]
    assert isinstance(outcome, Settled)
    assert outcome.reason is not None
    assert "train loss" in outcome.reason
    assert ending.snapshot.step % 4 == 0
    lesson.train_on(others)


def test_who_diverges_is_told_and_the_others_train_on(lesson: Class) -> None:
    wild = RunConfig(hidden_layers=(6, 4), optimizer="sgd", activation="relu", learning_rate=1e5)
    diverging = lesson.student(wild)
    others = [lesson.student(RunConfig(hidden_layers=(6, 4), optimizer="sgd", activation="relu")) for _ in range(5)]
    lesson.until(lambda: len(diverging.outcomes) == 2)
    assert any(isinstance(outcome, Diverged) for outcome in diverging.outcomes)
    assert torch.isfinite(diverging.snapshot.parameters).all()
    lesson.train_on(others)
    diverging.send(Rebuild(3, 2, CONFIG, 1, XOR))
    diverging.send(Train(4, 10))
    lesson.until(lambda: len(diverging.outcomes) == 4)
    assert diverging.outcomes[-1] == Settled(4)


def test_all_can_diverge_in_the_same_step_and_begin_anew(lesson: Class) -> None:
    growing = RunConfig(
        problem="regression", loss="squared_error", hidden_layers=(), optimizer="sgd", learning_rate=0.2, batch_size=40
    )
    students = [lesson.student(growing) for _ in range(5)]
    lesson.until(lambda: all(len(student.outcomes) == 2 for student in students))
    assert lesson.together
    assert {student.outcomes[-1] for student in students} == {Diverged(2, 32, 33.0)}
    for student in students:
        student.send(Rebuild(3, 2, CONFIG, 1, XOR))
        student.send(Train(4, 50))
    lesson.until(lambda: all(student.outcomes[-1] == Settled(4) for student in students))


def test_commands_of_one_are_in_its_next_step_and_touch_no_other(lesson: Class) -> None:
    students = [lesson.student(steps=1000) for _ in range(5)]
    lesson.until(lambda: all(student.step for student in students))
    changed = RunConfig(hidden_layers=(6, 4), learning_rate=0.2)
    students[1].send(UseConfig(changed, 2))
    lesson.until(lambda: all(len(student.outcomes) == 2 for student in students))
    for student in (students[0], *students[2:]):
        assert_close(student, alone(CONFIG, 1000))
    assert students[1].snapshot.learning_rate == 0.2
    assert not torch.allclose(students[1].snapshot.parameters, students[0].snapshot.parameters, rtol=1e-2)


def test_who_stops_shows_the_final_step_and_goes_on_from_there(lesson: Class) -> None:
    students = [lesson.student() for _ in range(5)]
    lesson.train_on(students)
    students[0].send(Stop(3))
    lesson.until(lambda: len(students[0].outcomes) == 2)
    step = students[0].snapshot.step
    lesson.train_on(students[1:])
    students[0].send(Train(4, 50))
    lesson.until(lambda: len(students[0].outcomes) == 3)
    assert students[0].snapshot.step == step + 50
    assert_close(students[0], alone(CONFIG, step + 50))


def test_what_fails_together_is_logged_and_goes_on_alone(
    lesson: Class, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Ensemble, rounds: int) -> list[Learner]:
        raise RuntimeError(rounds)

    monkeypatch.setattr(Ensemble, "train", fail)
    with caplog.at_level(logging.ERROR):
        students = [lesson.student(steps=100) for _ in range(5)]
        lesson.until(lambda: all(len(student.outcomes) == 2 for student in students))
    assert all(student.outcomes[-1] == Settled(2) for student in students)
    messages = [record.message for record in caplog.records]
    assert set(messages) == {"Training together failed; all of it go on alone."}
    assert len(messages) < len(students)
    for student in students:
        assert_close(student, alone(CONFIG, 100))


@pytest.mark.parametrize("lacking", ["Ensemble.join", "StackedStep.__init__"])
def test_without_memory_for_a_group_all_go_on_alone(
    lesson: Class, lacking: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def lack(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(f"backend.logic.ensemble.{lacking}", lack)
    with caplog.at_level(logging.ERROR):
        students = [lesson.student(steps=100) for _ in range(5)]
        lesson.until(lambda: all(len(student.outcomes) == 2 for student in students))
    assert all(student.outcomes[-1] == Settled(2) for student in students)
    assert {record.exc_info[0] for record in caplog.records if record.exc_info} == {MemoryError}
    assert len(caplog.records) <= len(students)
    for student in students:
        assert_close(student, alone(CONFIG, 100))
