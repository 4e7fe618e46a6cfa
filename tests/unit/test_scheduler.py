"""Whose turn it is, by a clock of our own: runs here compute nothing, they only let time pass."""

import math
from collections.abc import Callable

import pytest

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


@pytest.fixture
def lab() -> Lab:
    return Lab()


def test_equal_runs_get_equal_time(lab: Lab) -> None:
    runs = [lab.run() for _ in range(30)]
    lab.pass_s(3)
    assert min(run.trained_s for run in runs) >= 0.95 * max(run.trained_s for run in runs)


@pytest.mark.parametrize("others", [1, 4, 29])
def test_a_run_of_long_steps_takes_no_more_than_its_share(lab: Lab, others: int) -> None:
    slow = lab.run(SLOW_STEP_S)
    fast = [lab.run() for _ in range(others)]
    lab.pass_s(10)
    fair_s = 10 / (1 + others)
    assert all(run.trained_s >= 0.8 * fair_s for run in fast)
    assert slow.trained_s >= 0.7 * fair_s


def test_what_the_machine_does_besides_counts_for_nobody(lab: Lab) -> None:
    runs = [lab.run() for _ in range(5)]
    train = runs[0].train

    def train_interrupted(until_s: float, most_steps: float) -> None:
        train(until_s, most_steps)
        lab.clock.now_s += 0.05

    runs[0].train = train_interrupted  # type: ignore[method-assign]
    lab.pass_s(10)
    assert runs[0].trained_s >= 0.9 * max(run.trained_s for run in runs)


def test_everyone_has_a_turn_in_about_sixty_milliseconds(lab: Lab) -> None:
    runs = [lab.run() for _ in range(30)]
    lab.pass_s(1)
    for run in runs:
        run.slices_s.clear()
    lab.pass_s(0.07)
    assert all(run.slices_s for run in runs)


@pytest.mark.parametrize(("count", "slice_s"), [(1, 0.005), (6, 0.005), (15, 0.002), (200, 0.001)])
def test_slices_grow_shorter_the_more_train(lab: Lab, count: int, slice_s: float) -> None:
    runs = [lab.run() for _ in range(count)]
    lab.pass_s(3)
    assert runs[0].slices_s[-1] == pytest.approx(slice_s, abs=2 * FAST_STEP_S)


def test_a_newcomer_neither_takes_what_others_had_nor_waits_for_it(lab: Lab) -> None:
    old = lab.run()
    lab.pass_s(5)
    new = lab.run()
    before_s = old.trained_s
    lab.pass_s(1)
    assert new.trained_s == pytest.approx(0.5, abs=0.02)
    assert old.trained_s - before_s == pytest.approx(0.5, abs=0.02)


def test_a_run_that_rested_does_not_make_up_for_it(lab: Lab) -> None:
    resting, other = lab.run(), lab.run()
    lab.pass_s(1)
    resting.rest()
    lab.pass_s(5)
    resting.on_command, resting.backlog = resting.start, 1
    lab.scheduler.notice(resting)
    before_s = other.trained_s
    lab.pass_s(1)
    assert other.trained_s - before_s == pytest.approx(0.5, abs=0.02)


def test_a_run_that_is_held_back_steps_at_its_time_beside_others(lab: Lab) -> None:
    others = [lab.run() for _ in range(5)]
    held_back = lab.run()
    held_back.interval_s = 0.1
    lab.pass_s(5)
    assert held_back.steps == pytest.approx(50, abs=1)
    assert min(run.trained_s for run in others) > 0.95


def test_with_nothing_due_it_says_how_long_to_rest(lab: Lab) -> None:
    assert lab.scheduler.rest_s() is None
    run = lab.run()
    run.interval_s = 10.0
    assert lab.scheduler.rest_s() == 0
    lab.scheduler.go_round()
    assert lab.scheduler.rest_s() == pytest.approx(10, abs=0.01)
    run.rest()
    run.backlog, run.on_command = 1, lambda: None
    lab.scheduler.notice(run)
    lab.scheduler.go_round()
    assert lab.scheduler.rest_s() is None


def test_a_run_that_nobody_sees_yields_to_those_that_are_seen(lab: Lab) -> None:
    unseen, seen = lab.run(), lab.run()
    unseen.is_seen = False
    lab.pass_s(9)
    assert unseen.trained_s == pytest.approx(1, abs=0.1)
    assert seen.trained_s == pytest.approx(8, abs=0.1)


def test_runs_that_nobody_sees_use_all_the_time_that_is_left(lab: Lab) -> None:
    unseen, slow = lab.run(), lab.run()
    unseen.is_seen = False
    slow.interval_s = 0.5
    lab.pass_s(5)
    assert unseen.trained_s > 4.9
    assert slow.steps >= 10


def test_a_run_that_is_seen_again_has_its_full_share_at_once(lab: Lab) -> None:
    first, _ = lab.run(), lab.run()
    first.is_seen = False
    lab.pass_s(5)
    first.is_seen = True
    before_s = first.trained_s
    lab.pass_s(1)
    assert first.trained_s - before_s == pytest.approx(0.5, abs=0.06)


def test_a_command_is_applied_before_the_next_slice_of_anyone(lab: Lab) -> None:
    runs = [lab.run() for _ in range(20)]
    lab.pass_s(1)
    last = max(runs, key=lambda run: run.trained_s)
    last.backlog = 1
    lab.scheduler.notice(last)
    lab.scheduler.go_round()
    assert last.backlog == 0


def test_a_command_to_a_run_of_long_steps_does_not_wait_for_its_turn(lab: Lab) -> None:
    slow = lab.run(SLOW_STEP_S)
    for _ in range(10):
        lab.run()
    while not slow.steps:
        lab.scheduler.go_round()
    slow.backlog = 1
    lab.scheduler.notice(slow)
    lab.scheduler.go_round()
    assert (slow.backlog, slow.steps) == (0, 1)


@pytest.mark.parametrize("trains", [True, False])
def test_a_flood_of_commands_takes_no_more_than_a_share_and_all_are_applied(lab: Lab, *, trains: bool) -> None:
    flooding = lab.run(is_training=trains)
    others = [lab.run() for _ in range(4)]
    flooding.command_s, flooding.backlog = 100e-6, 100_000
    lab.scheduler.notice(flooding)
    lab.pass_s(5)
    assert min(run.trained_s for run in others) >= 0.95
    assert flooding.backlog > 0
    for run in others:
        run.rest()
    lab.pass_s(30)
    assert flooding.backlog == 0


def test_a_command_of_another_does_not_wait_behind_a_flood(lab: Lab) -> None:
    floods = [lab.run(is_training=False) for _ in range(3)]
    for flood in floods:
        flood.command_s, flood.backlog = 0.0005, 10_000
        lab.scheduler.notice(flood)
    for _ in range(4):
        lab.run()
    lab.pass_s(1)
    patient = lab.run(is_training=False)
    lab.scheduler.go_round()
    assert patient.applied == 1


def test_while_nothing_trains_commands_are_applied_without_delay_and_count_nothing(lab: Lab) -> None:
    busy = lab.run(is_training=False)
    busy.command_s, busy.backlog = 0.001, 2000
    lab.pass_s(2.5)
    assert busy.backlog == 0
    other = lab.run()
    lab.pass_s(1)
    busy.backlog, busy.on_command = 1, busy.start
    lab.scheduler.notice(busy)
    before_s = other.trained_s
    lab.pass_s(1)
    assert busy.trained_s == pytest.approx(other.trained_s - before_s, abs=0.02)


def test_a_closed_run_is_let_go_whatever_still_waits(lab: Lab) -> None:
    closed, other = lab.run(), lab.run()
    lab.pass_s(1)
    closed.backlog, closed.command_s = 1000, 1.0
    lab.scheduler.notice(closed)
    closed.is_closed = True
    lab.scheduler.notice(closed)
    steps = closed.steps
    lab.pass_s(1)
    assert (closed.ended, closed.steps, closed.applied) == (1, steps, 1)
    assert other.trained_s == pytest.approx(1.5, abs=0.02)
    assert len(lab.scheduler) == 1


def test_closing_lets_all_runs_go(lab: Lab) -> None:
    runs = [lab.run() for _ in range(3)]
    lab.pass_s(0.1)
    lab.scheduler.close()
    assert [run.ended for run in runs] == [1, 1, 1]
    assert lab.scheduler.rest_s() is None


def test_runs_with_equal_keys_train_together_and_the_others_alone(lab: Lab) -> None:
    equal = [lab.run(key="a") for _ in range(10)]
    others = [lab.run(key="b") for _ in range(FEWEST)]
    too_few = [lab.run(key="c") for _ in range(FEWEST - 1)]
    alone = lab.run()
    lab.pass_s(2)
    assert {run.group for run in equal} == {equal[0].group}
    assert {run.group for run in others} == {others[0].group}
    assert equal[0].group is not None
    assert others[0].group not in {None, equal[0].group}
    assert {run.group for run in [*too_few, alone]} == {None}


def test_a_group_has_the_time_of_as_many_as_it_has_members(lab: Lab) -> None:
    equal = [lab.run(key="a") for _ in range(9)]
    alone = lab.run()
    lab.pass_s(1)
    before_s = alone.trained_s
    lab.pass_s(10)
    assert alone.trained_s - before_s == pytest.approx(1, abs=0.05)
    assert all(run.steps > 50_000 for run in equal)


def test_slices_of_a_group_are_as_long_as_it_is_large(lab: Lab) -> None:
    runs = [lab.run(key="a") for _ in range(60)]
    lab.pass_s(1)
    assert runs[0].slices_s[-1] == pytest.approx(0.005, abs=2 * FAST_STEP_S)


def test_whoever_trains_beside_a_large_group_has_turns_as_often_as_beside_as_many_others(lab: Lab) -> None:
    for _ in range(29):
        lab.run(key="a")
    alone = lab.run()
    lab.pass_s(1)
    alone.slices_s.clear()
    lab.pass_s(3)
    assert len(alone.slices_s) == pytest.approx(100, abs=10)


def test_a_class_that_begins_at_once_joins_some_by_some(lab: Lab) -> None:
    runs = [lab.run(key="a") for _ in range(30)]
    joined: list[int] = []
    while not joined or joined[-1] < 30:
        lab.scheduler.go_round()
        joined.append(sum(run.group is not None for run in runs))
    assert joined == [4, 8, 12, 16, 20, 24, 28, 30]


def test_whoever_gets_a_command_leaves_for_it_and_comes_back(lab: Lab) -> None:
    runs = [lab.run(key="a") for _ in range(FEWEST)]
    lab.pass_s(1)
    group = runs[0].group
    runs[2].backlog = 1
    lab.scheduler.notice(runs[2])
    lab.scheduler.go_round()
    assert (runs[2].applied, runs[0].group) == (2, group)
    lab.pass_s(0.1)
    assert [run.group for run in runs] == [group] * FEWEST


@pytest.mark.parametrize("how", ["rests", "differs", "is closed", "is hidden"])
def test_who_does_not_belong_there_any_more_leaves_and_the_others_stay(lab: Lab, how: str) -> None:
    runs = [lab.run(key="a") for _ in range(5)]
    lab.pass_s(1)
    group, leaving = runs[0].group, runs[1]
    if how == "rests":
        leaving.rest()
    elif how == "differs":
        leaving.key = None
    elif how == "is hidden":
        leaving.is_seen = False
    else:
        leaving.is_closed = True
        lab.scheduler.notice(leaving)
    lab.pass_s(0.1)
    assert [run.group for run in runs] == [group, None, group, group, group]


def test_what_is_left_of_a_group_trains_alone(lab: Lab) -> None:
    runs = [lab.run(key="a") for _ in range(FEWEST)]
    lab.pass_s(1)
    for run in runs[2:]:
        run.rest()
    lab.pass_s(0.1)
    assert [run.group for run in runs] == [None] * FEWEST
    steps = runs[1].steps
    lab.pass_s(0.1)
    assert runs[1].steps > steps


def test_a_group_whose_members_all_come_to_rest_is_given_up_at_once(lab: Lab) -> None:
    runs = [lab.run(key="a") for _ in range(FEWEST)]
    lab.pass_s(1)
    group = runs[0].group
    assert group is not None
    train = group.train

    def train_to_the_end(until_s: float) -> None:
        train(until_s)
        for run in runs:
            run.rest()

    group.train = train_to_the_end  # type: ignore[method-assign]
    lab.scheduler.go_round()
    assert [run.group for run in runs] == [None] * FEWEST
    assert lab.scheduler.rest_s() is None


def test_what_is_seen_and_what_is_not_train_apart(lab: Lab) -> None:
    seen = [lab.run(key="a") for _ in range(FEWEST)]
    unseen = [lab.run(key="a") for _ in range(FEWEST)]
    for run in unseen:
        run.is_seen = False
    lab.pass_s(1)
    assert {run.group for run in seen} == {seen[0].group}
    assert {run.group for run in unseen} == {unseen[0].group}
    assert None not in {seen[0].group, unseen[0].group}
    assert seen[0].group is not unseen[0].group
    before_s = [run.trained_s for run in (unseen[0], seen[0])]
    lab.pass_s(3)
    assert unseen[0].trained_s - before_s[0] == pytest.approx((seen[0].trained_s - before_s[1]) / 8, rel=0.1)


def who_comes_later(lab: Lab, *, steps_before_joining: int) -> FakeRun:
    """A run that begins when its group trains already."""
    for _ in range(FEWEST):
        lab.run(key="a")
    lab.pass_s(1)
    late = lab.run(key="a")
    late.steps_before_joining = steps_before_joining
    return late


def test_who_has_steps_to_make_before_makes_just_those_alone(lab: Lab) -> None:
    late = who_comes_later(lab, steps_before_joining=500)
    while late.group is None:
        lab.scheduler.go_round()
        assert late.steps <= 500 or late.group is not None
    assert late.steps >= 500


def test_who_has_made_those_steps_joins_before_the_group_goes_on(lab: Lab) -> None:
    late = who_comes_later(lab, steps_before_joining=15)
    while not late.steps:
        assert late.group is None
        lab.scheduler.go_round()
    assert late.slices_s[0] == pytest.approx(15 * FAST_STEP_S)
    assert late.group is not None


def test_who_has_had_more_than_its_part_of_the_time_trains_on_with_its_group(lab: Lab) -> None:
    runs = [lab.run(key="a") for _ in range(FEWEST)]
    lab.pass_s(1)
    runs[2].command_s = 1.0
    runs[2].backlog = 1
    lab.scheduler.notice(runs[2])
    lab.pass_s(1.1)
    assert None not in {run.group for run in runs}


def test_a_group_begins_with_the_first_who_can_join(lab: Lab) -> None:
    runs = [lab.run(key="a") for _ in range(FEWEST)]
    for run in runs:
        run.steps_before_joining = 500
    lab.pass_s(2)
    assert None not in {run.group for run in runs}
    assert len({run.group for run in runs}) == 1
