"""The turns of the thread that saves: others come in between, it rests, it waits outside, and it can be broken off."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.gate_pace import GatePace, GivenUpError
from backend.logic.gate import ComputeGate
from tests.support.threads import DEADLINE_S, wait_until


@pytest.fixture
def gate() -> ComputeGate:
    return ComputeGate()


@pytest.fixture
def other() -> Iterator[ThreadPoolExecutor]:
    """Another thread that computes."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


def take_a_turn(gate: ComputeGate) -> bool:
    with gate.turn("training"):
        return True


def test_who_waits_comes_in_when_the_save_gives_way(gate: ComputeGate, other: ThreadPoolExecutor) -> None:
    pace = GatePace(gate, DEADLINE_S, "Saving", "save")
    with pace.computing():
        waiting = other.submit(take_a_turn, gate)
        ends_s = time.monotonic() + DEADLINE_S
        while not waiting.done():
            assert time.monotonic() < ends_s
            pace.give_way()
        assert waiting.result(0) is True
        assert gate.present() is not None


def test_nobody_else_computes_while_it_does(gate: ComputeGate, other: ThreadPoolExecutor) -> None:
    pace = GatePace(gate, DEADLINE_S, "Saving", "save")
    with pace.computing():
        waiting = other.submit(take_a_turn, gate)
        wait_until(lambda: gate.waiting_count)
        assert not waiting.done()
    assert waiting.result(DEADLINE_S) is True


def test_whoever_waits_has_turn_after_turn_while_the_save_waits_for_something_else(gate: ComputeGate) -> None:
    pace = GatePace(gate, DEADLINE_S, "Saving", "save")
    with pace.computing():
        with pace.waiting():
            assert gate.present() is None
            pace.give_way()
            assert take_a_turn(gate)
        assert gate.present() is not None
    assert gate.present() is None


def test_waiting_outside_of_its_turns_takes_none(gate: ComputeGate) -> None:
    pace = GatePace(gate, DEADLINE_S, "Saving", "save")
    with pace.waiting():
        assert gate.present() is None
    assert gate.present() is None


def test_a_save_that_was_broken_off_in_the_line_never_begins(gate: ComputeGate) -> None:
    pace = GatePace(gate, DEADLINE_S, "Saving", "save")
    pace.break_off("The server ends.")
    with pytest.raises(GivenUpError, match="The server ends"), pace.computing():
        pytest.fail("it has begun")
    assert gate.present() is None


def test_a_save_is_broken_off_in_the_middle_and_leaves_the_gate_free(gate: ComputeGate) -> None:
    pace = GatePace(gate, DEADLINE_S, "Saving", "save")

    def compute() -> None:
        with pace.computing():
            begun.set()
            while True:
                pace.give_way()

    begun = threading.Event()
    with ThreadPoolExecutor(1) as executor:
        computing = executor.submit(compute)
        assert begun.wait(DEADLINE_S)
        pace.break_off("The session has ended.")
        with pytest.raises(GivenUpError, match="The session has ended"):
            computing.result(DEADLINE_S)
    assert gate.present() is None


def test_a_save_that_takes_too_long_is_given_up_where_it_is(gate: ComputeGate) -> None:
    pace = GatePace(gate, 0.0, "Saving", "save")
    with pytest.raises(GivenUpError, match="took too long"), pace.computing():
        pace.give_way()


def test_a_save_whose_turn_was_taken_away_touches_nothing_any_more(
    gate: ComputeGate, caplog: pytest.LogCaptureFixture
) -> None:
    pace = GatePace(gate, DEADLINE_S, "Saving", "save")

    def hang_and_wake() -> None:
        with pace.computing():
            present = gate.present()
            assert present is not None
            assert gate.take_away(*present)
            assert take_a_turn(gate)
            pace.give_way()

    with pytest.raises(GivenUpError, match="stood still"):
        hang_and_wake()
    assert gate.present() is None
    assert [getattr(record, "event", "") for record in caplog.records] == ["work_hangs"]
