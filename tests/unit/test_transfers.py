"""Fair shares of the places for runs that come in and go out, and the time that each has."""

import asyncio

import pytest

from backend.transfers import NoPlaceError, Progress, Transfer, Transfers
from tests.support.client import DEADLINE_S
from tests.unit.test_rates import FakeClock

HOME, SCHOOL = "192.0.2.1", "192.0.2.2"


async def enter(transfers: Transfers, session_id: str, address: str = HOME) -> Transfer:
    """A place that has to be there."""
    return await asyncio.wait_for(transfers.enter(session_id, address), DEADLINE_S)


async def wish(transfers: Transfers, session_id: str, address: str = HOME) -> "asyncio.Task[Transfer]":
    """Somebody who stands in the line."""
    before = transfers.waiting_count
    task = asyncio.create_task(transfers.enter(session_id, address))
    await asyncio.sleep(0)
    assert transfers.waiting_count == before + 1
    return task


async def test_a_session_has_so_many_at_a_time_and_its_next_waits() -> None:
    transfers = Transfers(16, 2)
    first, _ = [await enter(transfers, "a") for _ in range(2)]
    third = await wish(transfers, "a")
    await enter(transfers, "b")
    first.leave()
    await asyncio.wait_for(third, DEADLINE_S)
    assert (len(transfers), transfers.waiting_count) == (3, 0)


async def test_an_address_leaves_a_quarter_of_the_places_to_others() -> None:
    transfers = Transfers(4, 1)
    for session_id in "abc":
        await enter(transfers, session_id)
    await wish(transfers, "d")
    await enter(transfers, "e", SCHOOL)
    assert (len(transfers), transfers.waiting_count) == (4, 1)


async def test_next_is_who_comes_from_the_address_that_has_fewest_then_who_came_first() -> None:
    transfers = Transfers(4, 1)
    inside = [await enter(transfers, session_id) for session_id in "abc"]
    inside.append(await enter(transfers, "d", SCHOOL))
    waiting = [await wish(transfers, session_id) for session_id in "ef"]
    other = await wish(transfers, "g", SCHOOL)
    inside[0].leave()
    await asyncio.wait_for(other, DEADLINE_S)
    assert not any(task.done() for task in waiting)
    inside[1].leave()
    await asyncio.wait_for(waiting[0], DEADLINE_S)
    assert not waiting[1].done()
    waiting[1].cancel()


async def test_thirty_of_one_address_all_have_their_turn() -> None:
    transfers = Transfers(16, 2)
    most = 0

    async def take(session_id: str) -> None:
        nonlocal most
        transfer = await transfers.enter(session_id, SCHOOL)
        most = max(most, len(transfers))
        await asyncio.sleep(0)
        transfer.leave()

    async with asyncio.timeout(DEADLINE_S):
        await asyncio.gather(*(take(f"pupil {index}") for index in range(30)))
    assert most == 12
    assert (len(transfers), transfers.waiting_count) == (0, 0)


async def test_who_has_waited_for_too_long_or_wishes_too_much_is_refused_and_takes_no_place() -> None:
    transfers = Transfers(1, 1, longest_wait_s=0.01)
    inside = await enter(transfers, "a")
    with pytest.raises(NoPlaceError, match="Many runs are moved"):
        await enter(transfers, "b")
    assert transfers.waiting_count == 0
    inside.leave()
    (await enter(transfers, "b")).leave()

    patient = Transfers(1, 1)
    await enter(patient, "a")
    waiting = [await wish(patient, "a") for _ in range(5)]
    with pytest.raises(NoPlaceError, match="You move many runs"):
        await enter(patient, "a")
    for task in waiting:
        task.cancel()


async def test_a_place_is_left_once_and_who_gives_up_waiting_leaves_the_line() -> None:
    transfers = Transfers(1, 1)
    inside = await enter(transfers, "a")
    waiting = await wish(transfers, "b")
    waiting.cancel()
    await asyncio.wait([waiting], timeout=DEADLINE_S)
    assert transfers.waiting_count == 0
    inside.leave()
    inside.leave()
    await enter(transfers, "c")
    assert len(transfers) == 1


def test_what_stands_still_is_given_up_however_fast_it_was() -> None:
    clock = FakeClock()
    progress = Progress(10, 1000, clock)
    assert progress.ends_s == 10
    clock.now_s = 1
    progress.move(1_000_000)
    assert progress.ends_s == 11


def test_what_is_too_slow_on_average_is_given_up_though_it_moves() -> None:
    clock = FakeClock()
    progress = Progress(10, 1000, clock)
    for second in range(1, 10):
        clock.now_s = second
        progress.move(100)
    assert progress.ends_s == pytest.approx(10.9)
    progress.move(20_000)
    assert progress.ends_s == 9 + 10
