"""The watchdog: a turn that takes too long is taken away, and while nobody computes it sleeps."""

import threading
from collections.abc import Callable

import pytest

from backend.logic.gate import ComputeGate, Turn, TurnLostError
from backend.logic.watchdog import Watchdog
from tests.unit.hanging import SLOW_STEP_S
from tests.unit.trainer_bench import DEADLINE_S


def test_a_turn_that_is_renewed_can_take_any_time_in_all() -> None:
    gate, lost = ComputeGate(), threading.Event()
    watchdog = Watchdog(gate, SLOW_STEP_S)
    with gate.turn("render", lost.set) as turn:
        for _ in range(20):
            assert not lost.wait(SLOW_STEP_S / 10)
            turn.renew()
        assert lost.wait(DEADLINE_S)
        with pytest.raises(TurnLostError):
            turn.renew()
        # Whoever waits has been let in already.
        with gate.turn("training"):
            pass
    watchdog.close()


def test_a_turn_that_was_renewed_or_is_over_is_not_taken_away() -> None:
    gate, lost = ComputeGate(), list[Turn]()
    with gate.turn("render", lambda: lost.append(turn)) as turn:
        present = gate.present()
        assert present is not None
        _, renewals = present
        turn.renew()
        assert not gate.take_away(turn, renewals)
    assert not gate.take_away(turn, renewals + 1)
    assert gate.present() is None
    assert not lost


def test_while_nobody_computes_the_watchdog_sleeps() -> None:
    looked, asleep = threading.Event(), threading.Event()

    class Gate(ComputeGate):
        def present(self) -> tuple[Turn, int] | None:
            looked.set()
            return super().present()

        def at_next_turn(self, call: Callable[[], object]) -> None:
            super().at_next_turn(call)
            asleep.set()

    gate = Gate()
    watchdog = Watchdog(gate, SLOW_STEP_S)
    assert asleep.wait(DEADLINE_S)
    looked.clear()
    assert not looked.wait(SLOW_STEP_S)
    with gate.turn("training"):
        assert looked.wait(DEADLINE_S)
    watchdog.close()
