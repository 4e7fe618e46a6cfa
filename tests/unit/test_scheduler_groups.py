"""Who trains together, who leaves and who joins, by a clock of our own."""

import pytest

from tests.unit.scheduler_lab import FAST_STEP_S, FEWEST, FakeRun, Lab


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
