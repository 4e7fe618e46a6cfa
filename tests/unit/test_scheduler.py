"""Whose turn it is, by a clock of our own."""

import pytest

from tests.unit.scheduler_lab import FAST_STEP_S, SLOW_STEP_S, Lab


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
