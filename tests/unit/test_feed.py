"""When a kind of thing is due."""

import pytest

from backend.feed import Feed
from backend.logic.config import RunConfig
from tests.unit.networks import snapshot_of

SNAPSHOT, NEXT = (snapshot_of(RunConfig(), step=step) for step in (1, 2))


def test_each_snapshot_is_wanted_once() -> None:
    feed = Feed()
    assert not feed.wants(None)
    assert feed.wants(SNAPSHOT)
    feed.show(SNAPSHOT, 100, 10)
    assert not feed.wants(SNAPSHOT)
    assert feed.wants(NEXT)


def test_in_the_long_run_no_more_than_so_many_a_second() -> None:
    feed, now, shown = Feed(), 100.0, 0
    while now < 110:
        if now >= feed.due_s:
            feed.show(SNAPSHOT, now, 10)
            shown += 1
        now += 0.007
    assert shown == pytest.approx(100, abs=2)


def test_one_that_was_late_may_be_followed_sooner_but_only_by_one() -> None:
    feed = Feed()
    feed.show(SNAPSHOT, 100, 10)
    feed.show(SNAPSHOT, 100, 10)
    assert feed.due_s == pytest.approx(100.1)
    feed.show(SNAPSHOT, 105, 10)
    assert feed.due_s == pytest.approx(105)
    feed.show(SNAPSHOT, 105, 10)
    assert feed.due_s == pytest.approx(105.1)


def test_what_is_forgotten_is_wanted_again_soon_however_slow_the_feed() -> None:
    feed = Feed()
    feed.show(SNAPSHOT, 100, 1)
    feed.show(SNAPSHOT, 100, 1)
    feed.forget()
    assert feed.wants(SNAPSHOT)
    assert feed.due_s == pytest.approx(100.05)


def test_who_changes_its_mind_all_the_time_is_shown_no_more_than_twenty_a_second() -> None:
    feed, now, shown = Feed(), 100.0, 0
    while now < 101:
        feed.forget()
        if now >= feed.due_s:
            feed.show(SNAPSHOT, now, 1)
            shown += 1
        now += 0.001
    assert shown <= 21


def test_forgetting_makes_a_fast_feed_no_slower() -> None:
    feed = Feed()
    feed.show(SNAPSHOT, 100, 60)
    feed.show(SNAPSHOT, 100, 60)
    feed.forget()
    assert feed.due_s == pytest.approx(100 + 1 / 60)


def test_what_was_not_as_wanted_is_shown_again_soon() -> None:
    feed = Feed()
    feed.show(SNAPSHOT, 100, 1)
    feed.show(SNAPSHOT, 100, 1, again=True)
    assert feed.wants(SNAPSHOT)
    assert feed.due_s == pytest.approx(100.05)
