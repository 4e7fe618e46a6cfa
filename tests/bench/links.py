"""Bad links: one of 1 Mbit/s, and one that stalls for ten seconds while training goes on behind it."""

import asyncio
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from tests.bench.client import LoadClient, Painted, opened
from tests.bench.crowd import frames_rate
from tests.bench.figures import Goal
from tests.bench.process import usage
from tests.bench.report import Report
from tests.support.proxy import Link, proxied
from tests.support.server import ServerProcess

_MEGABIT_BYTES_PER_S: Final = 125_000
_ASK_INTERVAL_S: Final = 0.05
_STALE_S: Final = 1.0
_CLASSES: Final = 8
_WIDE_VIEW: Final = {"width": 200, "height": 200, "frames_per_second": 60}
"""The most that a client can ask for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A step that the server was at, and when, by `time.perf_counter`."""

    time_s: float
    step: int


def age_s(painted: Painted, readings: Sequence[Reading]) -> float:
    """How old a map was when it was painted: how long before, the server was at its step, between two readings.

    Between them its speed is taken to be even, by which a map can seem to be of a moment to come: it is 0 s old.
    """
    place = bisect_left(readings, painted.step, key=lambda reading: reading.step)
    if place == 0:
        made_s = readings[0].time_s
    elif place == len(readings):
        made_s = readings[-1].time_s
    else:
        before, after = readings[place - 1], readings[place]
        share = (painted.step - before.step) / (after.step - before.step)
        made_s = before.time_s + share * (after.time_s - before.time_s)
    return max(0.0, painted.painted_s - made_s)


class _Watch:
    """Asks a session again and again at which step it is: the step of when it was asked, however late the answer."""

    def __init__(self, client: LoadClient) -> None:
        self.readings: list[Reading] = []
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled. The link is slow one way only: a question arrives at once."""
        while True:
            task = asyncio.create_task(self._ask())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await asyncio.sleep(_ASK_INTERVAL_S)

    async def settled(self) -> list[Reading]:
        """The readings, once every question that was asked has been answered."""
        await asyncio.gather(*self._tasks)
        return sorted(self.readings, key=lambda reading: reading.time_s)

    async def _ask(self) -> None:
        asked_s = time.perf_counter()
        answer = await self._client.request("PROBE", x=0, y=0)
        self.readings.append(Reading(asked_s, answer["step"]))


def rate_between(readings: Sequence[Reading], began_s: float, ended_s: float) -> float:
    """Steps per second between the first and the last reading of a while."""
    inside = [reading for reading in readings if began_s <= reading.time_s <= ended_s]
    first, last = inside[0], inside[-1]
    return (last.step - first.step) / (last.time_s - first.time_s)


@asynccontextmanager
async def _training(server: ServerProcess) -> AsyncIterator[tuple[Link, LoadClient, _Watch]]:
    """A run behind a link that never comes to rest: too small for its points, with a rate too high."""
    points = [[x, y, (3 * x + 5 * y) % _CLASSES] for x in range(-5, 6) for y in range(-5, 6)]
    async with proxied(server.address) as link, opened(link.address) as client:
        await client.request("CONFIGURE", classes=_CLASSES, hidden_layers=[12, 12], learning_rate=0.1)
        await client.request("ADD_POINTS", points=points)
        await client.request("START_TRAINING")
        await client.until_painted(10)
        await client.until_at_full_speed()
        watch = _Watch(client)
        watching = asyncio.create_task(watch.run())
        try:
            yield link, client, watch
        finally:
            watching.cancel()
            link.bytes_per_second = None
            link.flow()
            await watch.settled()


async def _window(client: LoadClient, duration_s: float) -> tuple[float, float, int]:
    """When a while began and ended, after a moment in which the link settles, and how many maps there were before."""
    await asyncio.sleep(0.3)
    mark, began_s = len(client.painted), time.perf_counter()
    await asyncio.sleep(duration_s)
    return began_s, time.perf_counter(), mark


async def measure_megabit(report: Report, server: ServerProcess, pairs: int, window_s: float) -> None:
    """Report training and stream of one session at 1 Mbit/s, in turn with the same without a limit."""
    async with _training(server) as (link, client, watch):
        free, slow, maps = [], [], []
        resident_bytes = usage(server.process.pid).resident_bytes
        for _ in range(pairs):
            link.bytes_per_second = None
            free.append((await _window(client, window_s))[:2])
            link.bytes_per_second = _MEGABIT_BYTES_PER_S
            began_s, ended_s, mark = await _window(client, window_s)
            slow.append((began_s, ended_s))
            maps.append(client.painted[mark:])
        grown_bytes = usage(server.process.pid).resident_bytes - resident_bytes
        await client.request("VIEW", **_WIDE_VIEW)
        wide_began_s, wide_ended_s, mark = await _window(client, window_s)
        wide = client.painted[mark:]
        link.bytes_per_second = None
        readings = await watch.settled()
    ratios = [
        rate_between(readings, *throttled) / rate_between(readings, *before)
        for before, throttled in zip(free, slow, strict=True)
    ]
    ages_ms = [1000 * age_s(painted, readings) for window in maps for painted in window]
    report.ratios("training at 1 Mbit/s over unthrottled", ratios, goal=Goal("≥", 0.95))
    report.value("frames/s, 100x100", frames_rate(maps), goal=Goal("≥", 10))
    report.times("age of a frame when painted", ages_ms, goal=Goal("<", 500))
    report.value("growth of the server's memory", grown_bytes / 1e6, unit="MB", goal=Goal("<", 5))
    ages_ms = [1000 * age_s(painted, readings) for painted in wide]
    report.value("asked for 200x200 at 60/s: frames/s", len(wide) / (wide_ended_s - wide_began_s))
    report.times("the same: age", ages_ms)


async def measure_stall(report: Report, server: ServerProcess, stall_s: float) -> None:
    """Report what a client paints after a link has stood still, and what that cost meanwhile."""
    async with _training(server) as (link, client, watch):
        free_began_s, free_ended_s, _ = await _window(client, stall_s / 5)
        resident_bytes = usage(server.process.pid).resident_bytes
        link.stall()
        began_s, ended_s, mark = await _window(client, stall_s)
        grown_bytes = usage(server.process.pid).resident_bytes - resident_bytes
        link.flow()
        await client.until(lambda: len(client.painted) >= mark + 30)
        readings = await watch.settled()
    after = client.painted[mark:]
    ages_s = [age_s(painted, readings) for painted in after]
    ratio = rate_between(readings, began_s, ended_s) / rate_between(readings, free_began_s, free_ended_s)
    report.value("training during the stall over before", ratio, digits=2)
    report.value("growth of the server's memory in it", grown_bytes / 1e6, unit="MB", goal=Goal("<", 5))
    report.value("age of the first frame painted after it", 1000 * ages_s[0], digits=0, unit="ms", goal=Goal("<", 500))
    stale = sum(value > _STALE_S for value in ages_s)
    report.value("frames older than 1 s painted after it", stale, digits=0, goal=Goal("≤", 0))
    fresh = next(painted for painted, value in zip(after, ages_s, strict=True) if value <= _STALE_S)
    report.value("from its end to a fresh frame", 1000 * (fresh.painted_s - ended_s), digits=0, unit="ms")
    report.value("frames/s after it", frames_rate([after]))
