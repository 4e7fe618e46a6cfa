"""The arithmetic of the benchmark's figures."""

import math

import pytest

from tests.bench import networks
from tests.bench.client import Painted
from tests.bench.crowd import coarsest_side, frames_rate, steps_rate
from tests.bench.crowds import crowds
from tests.bench.figures import Figure, Goal, percentile, percentile_of_buckets, slowest_over_fastest, spread
from tests.bench.links import Reading, age_s, rate_between
from tests.bench.plan import FULL, QUICK, Plan
from tests.bench.process import seconds_of
from tests.support.scrape import between


def painted(step: int, time_s: float) -> Painted:
    return Painted(step, time_s, time_s, 100)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 10.0), (0.95, 19.0), (0.951, 20.0), (0.99, 20.0), (1.0, 20.0)]
)
def test_a_percentile_is_the_smallest_value_that_so_large_a_share_does_not_exceed(
    share: float, expected: float
) -> None:
    assert percentile([float(value) for value in range(20, 0, -1)], share) == expected


def test_a_percentile_of_nothing_is_no_number() -> None:
    assert math.isnan(percentile([], 0.95))


def test_a_percentile_of_a_histogram_is_spread_evenly_within_its_bucket() -> None:
    counts = {0.001: 80.0, 0.005: 90.0, 0.01: 100.0, math.inf: 100.0}
    assert percentile_of_buckets(counts, 0.95) == pytest.approx(0.0075)
    assert percentile_of_buckets(counts, 0.4) == pytest.approx(0.0005)


def test_a_percentile_beyond_the_last_bound_of_a_histogram_is_infinite() -> None:
    assert percentile_of_buckets({0.001: 1.0, math.inf: 100.0}, 0.95) == math.inf


@pytest.mark.parametrize("counts", [{}, {0.001: 0.0, math.inf: 0.0}])
def test_a_percentile_of_an_empty_histogram_is_no_number(counts: dict[float, float]) -> None:
    assert math.isnan(percentile_of_buckets(counts, 0.95))


def test_a_histogram_between_two_readings_counts_what_came_in_meanwhile() -> None:
    assert between({1.0: 3.0, math.inf: 5.0}, {1.0: 4.0, math.inf: 9.0}) == {1.0: 1.0, math.inf: 4.0}


def test_a_spread_tells_median_and_range() -> None:
    assert spread([3.0, 1.0, 1200.0], 0) == "3  (1 to 1,200)"
    assert spread([2.0]) == "2.0"
    assert spread([]) == "nothing measured"


@pytest.mark.parametrize(
    ("goal", "reached", "missed"),
    [(Goal("≥", 7), 7.0, 6.99), (Goal("≤", 0.5), 0.5, 0.51), (Goal("<", 10), 9.99, 10.0)],
)
def test_a_goal_says_what_reaches_it(goal: Goal, reached: float, missed: float) -> None:
    assert goal.is_reached_by(reached)
    assert not goal.is_reached_by(missed)
    assert not goal.is_reached_by(math.nan)


def test_a_figure_without_a_goal_neither_reaches_nor_misses_it() -> None:
    assert Figure("case", "name", 1.0, "1.0", (1.0,)).is_reached is None
    assert Figure("case", "name", 1.0, "1.0", (1.0,), Goal("≥", 2)).is_reached is False


def test_rates_are_even_when_the_slowest_is_as_fast_as_the_fastest() -> None:
    assert slowest_over_fastest([5.0, 5.0]) == 1.0
    assert slowest_over_fastest([1.0, 4.0]) == 0.25
    assert slowest_over_fastest([0.0, 0.0]) == 0.0


def test_steps_a_second_are_told_by_the_first_and_the_last_map_of_each_window() -> None:
    windows = [[painted(100, 1.0), painted(150, 1.1), painted(400, 3.0)], [painted(900, 5.0), painted(1000, 6.0)], []]
    assert steps_rate(windows) == pytest.approx(400 / 3)
    assert steps_rate([[painted(100, 1.0)], []]) == 0.0


def test_maps_a_second_are_told_by_the_gaps_within_windows_and_not_between_them() -> None:
    windows = [[painted(0, 1.0), painted(0, 1.1), painted(0, 1.2)], [painted(0, 9.0), painted(0, 9.1)], []]
    assert frames_rate(windows) == pytest.approx(10)
    assert frames_rate([[painted(0, 1.0)]]) == 0.0


def test_the_coarsest_map_tells_how_fine_maps_were_even_if_the_last_is_finer() -> None:
    fine, coarse = Painted(1, 1.0, 1.0, 50), Painted(2, 2.0, 2.0, 40)
    assert coarsest_side([[[fine], [fine, coarse]], [[coarse, fine], []]]) == 40
    assert coarsest_side([[[]]]) == 0


def test_a_map_is_as_old_as_the_moment_is_past_when_the_server_was_at_its_step() -> None:
    readings = [Reading(10.0, 1000), Reading(11.0, 2000), Reading(12.0, 2000), Reading(13.0, 4000)]
    assert age_s(painted(1500, 10.7), readings) == pytest.approx(0.2)
    assert age_s(painted(3000, 12.5), readings) == pytest.approx(0.0)
    assert age_s(painted(900, 10.5), readings) == pytest.approx(0.5)


def test_a_map_newer_than_the_last_reading_is_not_older_than_that() -> None:
    assert age_s(painted(4100, 13.25), [Reading(13.0, 4000)]) == pytest.approx(0.25)


def test_no_map_is_painted_before_the_moment_that_it_shows() -> None:
    readings = [Reading(10.0, 1000), Reading(11.0, 2000)]
    assert age_s(painted(1900, 10.5), readings) == 0.0
    assert age_s(painted(1000, 9.9), readings) == 0.0


@pytest.mark.parametrize(("plan", "longest_s"), [(FULL, 300), (QUICK, 60)], ids=["bench", "bench-quick"])
def test_what_the_cases_may_take_is_what_the_whole_may(plan: Plan, longest_s: float) -> None:
    times = dict.fromkeys(plan.cases, 1) | {"diagram": 1}
    times["crowd"] = len(crowds(plan.crowds, with_diagrams=not plan.is_quick))
    assert sum(count * plan.budget_s[case] for case, count in times.items()) <= longest_s


def test_a_rate_between_two_moments_leaves_aside_what_was_read_outside() -> None:
    readings = [Reading(0.0, 0), Reading(1.0, 100), Reading(2.0, 300), Reading(3.0, 9000)]
    assert rate_between(readings, 0.5, 2.5) == pytest.approx(200)


@pytest.mark.parametrize(
    ("clock", "expected"), [("0:00.12", 0.12), ("00:01:05", 65.0), ("2-03:00:01", 183_601.0), ("61:01.5", 3661.5)]
)
def test_processor_times_are_read_as_ps_writes_them(clock: str, expected: float) -> None:
    assert seconds_of(clock) == pytest.approx(expected)


def test_thirty_different_networks_are_all_different_and_begin_with_the_common_one() -> None:
    shapes = networks.different(30)
    assert len(set(shapes)) == len(shapes) == 30
    assert shapes[0] == networks.COMMON
    assert [len(shape) for shape in shapes[:3]] == [2, 1, 3]
