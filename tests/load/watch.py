"""Watches what a server process costs, over its whole life."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

import psutil

_MEGABYTE: Final = 1e6
_MINUTE_S: Final = 60.0


class Sample(NamedTuple):
    """What a process had at one moment.

    Attributes:
        at_s: when, by `time.monotonic`.
        resident_bytes: memory.
        threads: how many.
        descriptors: open files and sockets; on Windows, handles.
    """

    at_s: float
    resident_bytes: int
    threads: int
    descriptors: int


def sample(pid: int) -> Sample:
    """Of a process, now."""
    process = psutil.Process(pid)
    count_descriptors = getattr(process, "num_fds", None) or getattr(process, "num_handles")  # noqa: B009 - either has one
    return Sample(time.monotonic(), process.memory_info().rss, process.num_threads(), count_descriptors())


async def watch(pid: int, interval_s: float, samples: list[Sample]) -> None:
    """Add a sample every now and then, until cancelled."""
    while True:
        samples.append(sample(pid))
        await asyncio.sleep(interval_s)


def memory_slope(samples: Sequence[Sample]) -> float:
    """By how many MB a minute the memory grew in the second half of the time, by least squares; 0 for too few."""
    if len(samples) < 2:
        return 0.0
    middle_s = (samples[0].at_s + samples[-1].at_s) / 2
    half = [each for each in samples if each.at_s >= middle_s]
    minutes = [(each.at_s - middle_s) / _MINUTE_S for each in half]
    megabytes = [each.resident_bytes / _MEGABYTE for each in half]
    return slope(minutes, megabytes)


def slope(places: Sequence[float], values: Sequence[float]) -> float:
    """Of the straight line that has the least squared distances from the values; 0 for fewer than two places."""
    count = len(places)
    if count == 0:
        return 0.0
    middle, mean = sum(places) / count, sum(values) / count
    spread = sum((place - middle) ** 2 for place in places)
    if spread == 0:
        return 0.0
    return sum((place - middle) * (value - mean) for place, value in zip(places, values, strict=True)) / spread
