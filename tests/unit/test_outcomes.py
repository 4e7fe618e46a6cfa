"""What a page that comes back hears of a save that it may not have heard of."""

import gc
import weakref

import pytest

from backend import server_messages
from backend.outcomes import MOST_REMEMBERED, REMEMBERED_S, Outcome, Outcomes
from tests.support.fake_connection import FakeConnection
from tests.unit.test_rates import FakeClock

DOUBTFUL_S = 40.0
FAILED = Outcome(server_messages.Error(id=None, code="save_failed", message="The disk is full."), None)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def outcomes(clock: FakeClock) -> Outcomes:
    return Outcomes(DOUBTFUL_S, clock)


def test_who_comes_back_is_told_what_nobody_has_heard_and_only_if_it_is_not_too_long_ago(
    outcomes: Outcomes, clock: FakeClock
) -> None:
    outcomes.note("a", FAILED, None)
    outcomes.note("b", FAILED, None)
    clock.now_s = REMEMBERED_S - 1
    page = FakeConnection()
    assert outcomes.told_anew("a", page) is FAILED
    assert outcomes.told_anew("nobody", page) is None
    clock.now_s = REMEMBERED_S
    assert outcomes.told_anew("b", page) is None
    assert len(outcomes) == 1


def test_what_was_told_to_a_connection_that_may_have_been_lost_is_told_again_and_not_to_itself(
    outcomes: Outcomes, clock: FakeClock
) -> None:
    lost, following = FakeConnection(), FakeConnection()
    outcomes.note("a", FAILED, lost)
    assert outcomes.told_anew("a", lost) is None
    assert outcomes.told_anew("a", following) is FAILED
    assert outcomes.told_anew("a", following) is None
    clock.now_s = DOUBTFUL_S
    assert outcomes.told_anew("a", FakeConnection()) is None
    assert len(outcomes) == 0


def test_what_nobody_will_be_told_any_more_is_dropped_when_the_next_save_ends(
    outcomes: Outcomes, clock: FakeClock
) -> None:
    outcomes.note("a", FAILED, FakeConnection())
    outcomes.note("b", FAILED, None)
    clock.now_s = DOUBTFUL_S
    outcomes.note("c", FAILED, FakeConnection())
    assert len(outcomes) == 2
    assert outcomes.told_anew("b", FakeConnection()) is FAILED


def test_a_connection_that_was_told_does_not_stay_for_it_and_neither_does_the_next(outcomes: Outcomes) -> None:
    connection, following = FakeConnection(), FakeConnection()
    gone = [weakref.ref(connection), weakref.ref(following)]
    outcomes.note("a", FAILED, connection)
    assert outcomes.told_anew("a", following) is FAILED
    outcomes.note("b", FAILED, connection)
    del connection, following
    gc.collect()
    assert [reference() for reference in gone] == [None, None]
    assert len(outcomes) == 2


def test_the_next_save_of_a_session_takes_the_place_of_the_last(outcomes: Outcomes) -> None:
    outcomes.note("a", FAILED, None)
    outcomes.forget("a")
    assert outcomes.told_anew("a", FakeConnection()) is None


def test_so_many_are_remembered_the_newest(outcomes: Outcomes) -> None:
    for number in range(MOST_REMEMBERED + 1):
        outcomes.note(f"{number}", FAILED, None)
    assert len(outcomes) == MOST_REMEMBERED
    assert outcomes.told_anew("0", FakeConnection()) is None
    assert outcomes.told_anew("1", FakeConnection()) is FAILED
