"""The token bucket: a burst, then a rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.rates import TokenBucket


class FakeClock:
    """Goes as it is told."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_burst_is_free_and_what_is_over_waits_for_its_turn() -> None:
    bucket = TokenBucket(10, 3, FakeClock())
    assert [bucket.take() for _ in range(5)] == pytest.approx([0, 0, 0, 0.1, 0.2])


def test_what_costs_more_waits_for_longer() -> None:
    bucket = TokenBucket(10, 3, FakeClock())
    assert [bucket.take(count) for count in (0, 2, 0, 5, 0, 1)] == pytest.approx([0, 0, 0, 0.4, 0.4, 0.5])


def test_tokens_come_with_time_and_never_more_than_a_burst() -> None:
    clock = FakeClock()
    bucket = TokenBucket(10, 3, clock)
    for _ in range(3):
        bucket.take()
    clock.now_s = 0.1
    assert bucket.take() == 0
    assert bucket.take() == pytest.approx(0.1)
    clock.now_s = 1000
    assert [bucket.take() for _ in range(4)] == pytest.approx([0, 0, 0, 0.1])


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=200), st.floats(0.5, 50), st.integers(1, 30))
def test_whoever_waits_as_told_takes_a_burst_and_then_the_rate(pauses: list[float], rate: float, burst: int) -> None:
    clock = FakeClock()
    bucket = TokenBucket(rate, burst, clock)
    for taken, pause_s in enumerate(pauses, 1):
        clock.now_s += pause_s
        clock.now_s += bucket.take()
        assert taken <= burst + rate * clock.now_s + 1e-6
