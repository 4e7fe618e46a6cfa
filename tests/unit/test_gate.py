"""Who may compute now."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.logic.gate import ComputeGate
from tests.support.threads import wait_until


def queue_up(gate: ComputeGate, name: str, order: list[str]) -> threading.Thread:
    """A thread that waits at the gate; returns when it stands in the queue."""
    waiting_before = gate.waiting_count

    def wait() -> None:
        with gate.turn("training"):
            order.append(name)

    thread = threading.Thread(target=wait)
    thread.start()
    wait_until(lambda: gate.waiting_count > waiting_before)
    return thread


def test_turns_are_first_come_first_served() -> None:
    gate, order = ComputeGate(), list[str]()
    with gate.turn("training"):
        threads = [queue_up(gate, name, order) for name in ("a", "b", "c")]
    for thread in threads:
        thread.join()
    assert order == ["a", "b", "c"]


def test_who_ends_a_turn_waits_behind_those_who_waited_for_its_end() -> None:
    gate, order = ComputeGate(), list[str]()
    with gate.turn("training"):
        thread = queue_up(gate, "render", order)
    with gate.turn("training"):
        order.append("training")
    thread.join()
    assert order == ["render", "training"]


def test_only_one_computes_at_a_time() -> None:
    gate = ComputeGate()
    inside, most = 0, 0

    def compute() -> None:
        nonlocal inside, most
        for _ in range(200):
            with gate.turn("training"):
                inside += 1
                most = max(most, inside)
                time.sleep(0)
                inside -= 1

    with ThreadPoolExecutor(3) as pool:
        for future in [pool.submit(compute) for _ in range(3)]:
            future.result()
    assert most == 1


def test_a_turn_that_ends_by_an_exception_lets_the_next_one_in() -> None:
    gate = ComputeGate()
    with pytest.raises(ZeroDivisionError), gate.turn("training"):
        _ = 1 / 0
    with gate.turn("training"):
        assert gate.waiting_count == 0


def test_who_gives_way_goes_on_when_those_who_waited_have_had_their_turns() -> None:
    gate, order = ComputeGate(), list[str]()
    with gate.turn("render") as turn:
        turn.give_way()
        threads = [queue_up(gate, name, order) for name in ("a", "b")]
        turn.give_way()
        order.append("render")
        last = queue_up(gate, "c", order)
        order.append("render")
    for thread in (*threads, last):
        thread.join()
    assert order == ["a", "b", "render", "render", "c"]
