"""Who may compute now."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.logic.gate import ComputeGate


def queue_up(gate: ComputeGate, name: str, order: list[str], *, urgent: bool = False) -> threading.Thread:
    """A thread that waits at the gate; returns when it stands in the queue."""
    waiting_before = gate.waiting_count

    def wait() -> None:
        with gate.turn(urgent=urgent):
            order.append(name)

    thread = threading.Thread(target=wait)
    thread.start()
    while gate.waiting_count == waiting_before:
        threading.Event().wait(0.001)
    return thread


def test_turns_are_first_come_first_served_and_urgent_ones_go_first() -> None:
    gate, order = ComputeGate(), list[str]()
    with gate.turn():
        threads = [queue_up(gate, name, order) for name in ("a", "b", "c")]
        threads += [queue_up(gate, name, order, urgent=True) for name in ("u", "v")]
    for thread in threads:
        thread.join()
    assert order == ["u", "v", "a", "b", "c"]


def test_no_more_compute_than_there_are_permits() -> None:
    gate, lock = ComputeGate(permits=2), threading.Lock()
    inside, most = 0, 0

    def compute() -> None:
        nonlocal inside, most
        for _ in range(200):
            with gate.turn():
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1

    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(compute) for _ in range(6)]:
            future.result()
    assert most <= 2


def test_a_turn_that_ends_by_an_exception_gives_its_permit_back() -> None:
    gate = ComputeGate()
    with pytest.raises(ZeroDivisionError), gate.turn():
        _ = 1 / 0
    with gate.turn():
        assert gate.waiting_count == 0


def test_slices_grow_shorter_the_more_wait() -> None:
    gate, order = ComputeGate(), list[str]()
    with gate.turn():
        alone = gate.slice_s
        threads = [queue_up(gate, str(i), order) for i in range(30)]
        crowded = gate.slice_s
    for thread in threads:
        thread.join()
    assert 0 < crowded < alone
