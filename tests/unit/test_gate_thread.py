"""The thread that opens and packs runs: it takes turns, one work at a time, and can be broken off."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from backend.gate_pace import GatePace, GivenUpError
from backend.gate_thread import GateThread
from backend.logic.gate import ComputeGate
from tests.support.client import DEADLINE_S
from tests.support.runs import eventually


@pytest.fixture
def gate() -> ComputeGate:
    return ComputeGate()


@pytest.fixture
async def worker(gate: ComputeGate) -> AsyncIterator[GateThread]:
    worker = GateThread(gate)
    yield worker
    worker.break_off()
    await asyncio.to_thread(worker.close)


async def test_a_work_waits_for_its_turn_and_ends_it(gate: ComputeGate, worker: GateThread) -> None:
    with gate.turn("training"):
        work = asyncio.create_task(worker.run("Opening", lambda _: gate.present() is not None))
        await eventually(lambda: gate.waiting_count == 1)
        assert not work.done()
    assert await asyncio.wait_for(work, DEADLINE_S) is True
    assert gate.present() is None


async def test_one_work_is_done_after_another(worker: GateThread) -> None:
    goes_on, done = threading.Event(), []

    def hold(_: GatePace) -> None:
        goes_on.wait(DEADLINE_S)
        done.append("first")

    first = asyncio.create_task(worker.run("Opening", hold))
    second = asyncio.create_task(worker.run("Packing", lambda _: done.append("second")))
    goes_on.set()
    async with asyncio.timeout(DEADLINE_S):
        await asyncio.gather(first, second)
    assert done == ["first", "second"]


def work_on(pace: GatePace) -> None:
    """Until it is broken off."""
    while True:
        pace.give_way()


async def test_a_work_that_takes_too_long_is_given_up_and_the_next_is_done(gate: ComputeGate) -> None:
    worker = GateThread(gate, longest_s=0.05)
    async with asyncio.timeout(DEADLINE_S):
        with pytest.raises(GivenUpError, match="Opening took too long"):
            await worker.run("Opening", work_on)
        assert await worker.run("Packing", lambda _: 3) == 3
    await asyncio.to_thread(worker.close)


async def test_when_the_server_ends_works_are_broken_off_and_none_is_begun(
    gate: ComputeGate, worker: GateThread
) -> None:
    works = [asyncio.create_task(worker.run("Opening", work_on)) for _ in range(2)]
    await eventually(lambda: gate.present() is not None)
    worker.break_off()
    async with asyncio.timeout(DEADLINE_S):
        for work in works:
            with pytest.raises(GivenUpError, match="The server ends"):
                await work
        with pytest.raises(GivenUpError, match="The server ends"):
            await worker.run("Packing", lambda _: 3)
    assert gate.present() is None
