"""When the next step of a run that is held back is due, by a clock of our own."""

import pytest

from backend.logic.pace import OPENING_EPOCHS, Pace, opening_interval_s


def test_the_first_step_is_due_at_once_and_the_others_one_interval_apart() -> None:
    pace = Pace()
    pace.begin(0.2, 100.0)
    assert pace.due_s(0.2) == pytest.approx(100.0)
    pace.stepped(0.2, 100.0)
    assert pace.due_s(0.2) == pytest.approx(100.2)
    pace.stepped(0.2, 100.2)
    assert pace.due_s(0.2) == pytest.approx(100.4)


def test_a_step_that_came_a_little_late_does_not_delay_the_next() -> None:
    pace = Pace()
    pace.begin(0.2, 100.0)
    pace.stepped(0.2, 100.05)
    assert pace.due_s(0.2) == pytest.approx(100.2)


def test_a_busy_machine_is_not_followed_by_a_burst() -> None:
    pace = Pace()
    pace.begin(0.01, 100.0)
    pace.stepped(0.01, 107.0)
    steps = 0
    while pace.due_s(0.01) <= 107.0:
        pace.stepped(0.01, 107.0)
        steps += 1
    assert 5 < steps <= 11


def test_another_speed_counts_from_the_last_step_on() -> None:
    pace = Pace()
    pace.begin(60.0, 100.0)
    pace.stepped(60.0, 100.0)
    assert pace.due_s(60.0) == pytest.approx(160.0)
    assert pace.due_s(5.0) == pytest.approx(105.0)
    assert pace.due_s(0.5) == pytest.approx(100.5)


def test_a_run_that_is_not_held_back_is_always_due() -> None:
    pace = Pace()
    pace.begin(0.0, 100.0)
    pace.stepped(0.0, 101.0)
    assert pace.due_s(0.0) == 0
    assert pace.due_s(0.5) >= 101.0


@pytest.mark.parametrize("steps_per_epoch", [1, 20])
def test_an_opening_takes_a_second_and_begins_with_epochs_that_can_be_told_apart(steps_per_epoch: int) -> None:
    intervals_s = [
        opening_interval_s(step / steps_per_epoch, steps_per_epoch) for step in range(OPENING_EPOCHS * steps_per_epoch)
    ]
    assert sum(intervals_s) == pytest.approx(1.1, rel=0.1)
    assert sum(intervals_s[:steps_per_epoch]) == pytest.approx(1 / 20, rel=0.1)
    assert intervals_s == sorted(intervals_s, reverse=True)
