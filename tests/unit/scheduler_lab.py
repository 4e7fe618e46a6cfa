"""A scheduler by a clock of our own: its runs compute nothing, they only let time pass."""

import math
from collections.abc import Callable

from backend.logic.scheduler import Scheduler

SLOW_STEP_S = 0.072
FAST_STEP_S = 40e-6
FEWEST = 4


class Clock:
    """Time that passes when it is told to.

    Attributes:
        now_s: the time.
        worked_s: how much of it was work.
    """

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.worked_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def work(self, seconds: float) -> None:
        self.now_s += seconds
        self.worked_s += seconds


class FakeRun:
    """Steps and commands that take so long."""

    def __init__(self, clock: Clock, step_s: float = FAST_STEP_S, *, is_training: bool = True) -> None:
        self.is_closed = False
        self.is_seen = True
        self.is_training = False
        self.due_s = math.inf
        self.key: str | None = None
        self.group: FakeGroup | None = None
        self.interval_s = 0.0
        self.command_s = 0.0
        self.trained_s = 0.0
        self.steps = 0
        self.backlog = 1
        self.applied = 0
        self.ended = 0
        self.steps_before_joining = 0
        self.slices_s: list[float] = []
        self.on_command: Callable[[], None] = self.start if is_training else lambda: None
        self._clock = clock
        self._step_s = step_s

    def start(self) -> None:
        self.is_training = True
        self.due_s = 0.0

    def rest(self) -> None:
        self.is_training = False
        self.due_s = math.inf

    def apply_next(self) -> None:
        assert self.group is None
        self.backlog -= 1
        self.applied += 1
        self._clock.work(self.command_s)
        self.on_command()

    def train(self, until_s: float, most_steps: float) -> None:
        assert self.is_training
        assert self.group is None
        began_s = self._clock.now_s
        last_step = self.steps + most_steps
        while True:
            self._clock.work(self._step_s)
            self.steps += 1
            if self._clock.now_s >= until_s or self.interval_s or self.steps == last_step:
                break
        self.slices_s.append(self._clock.now_s - began_s)
        self.trained_s += self._clock.now_s - began_s
        if self.interval_s:
            self.due_s = max(self.due_s, began_s) + self.interval_s

    def end(self) -> None:
        self.ended += 1


class FakeGroup:
    """Runs that make a step each in twice the time of one."""

    def __init__(self, clock: Clock) -> None:
        self.runs: list[FakeRun] = []
        self._clock = clock

    def join(self, run: FakeRun) -> int:
        assert run.group is None
        steps = max(0, run.steps_before_joining - run.steps)
        if not steps:
            run.group = self
            self.runs.append(run)
        return steps

    def leave(self, run: FakeRun) -> None:
        if run in self.runs:
            self.runs.remove(run)
            run.group = None

    def train(self, until_s: float) -> None:
        began_s = self._clock.now_s
        while self._clock.now_s < until_s:
            self._clock.work(2 * FAST_STEP_S)
            for run in self.runs:
                run.steps += 1
        for run in self.runs:
            run.trained_s += (self._clock.now_s - began_s) / len(self.runs)
            run.slices_s.append(self._clock.now_s - began_s)


class Lab:
    """A scheduler with its clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.scheduler = Scheduler[FakeRun](
            lambda: FakeGroup(self.clock), FEWEST, self.clock, lambda: self.clock.worked_s
        )

    def run(self, step_s: float = FAST_STEP_S, *, is_training: bool = True, key: str | None = None) -> FakeRun:
        run = FakeRun(self.clock, step_s, is_training=is_training)
        run.key = key
        self.scheduler.notice(run)
        return run

    def pass_s(self, seconds: float) -> None:
        """Do what there is to do for so long."""
        until_s = self.clock.now_s + seconds
        while self.clock.now_s < until_s:
            rest_s = self.scheduler.rest_s()
            if rest_s == 0:
                self.scheduler.go_round()
            else:
                self.clock.now_s = min(until_s, self.clock.now_s + (math.inf if rest_s is None else rest_s))
