"""Beginning: until the server is ready, and from START to the first frame of a trained step."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench import networks
from tests.bench.client import opened
from tests.bench.figures import Goal
from tests.bench.report import Report
from tests.support.server import ServerProcess, server_process


@contextmanager
def timed_server(ready_s: list[float]) -> Iterator[ServerProcess]:
    """A server of our own; how long it took to be ready is added to the list."""
    began_s = time.perf_counter()
    with server_process() as server:
        ready_s.append(time.perf_counter() - began_s)
        yield server


async def first_frame_ms(address: str) -> float:
    """From sending START_TRAINING to having the first frame of a trained step, in a new session."""
    async with opened(address) as client:
        await client.request("CONFIGURE", **networks.config(networks.COMMON, 0))
        await client.request("LOAD_DATASET", dataset="xor")
        began_s = time.perf_counter()
        client.ask("START_TRAINING")
        await client.until(lambda: bool(client.painted) and client.painted[-1].step > 0)
        first = next(painted for painted in client.painted if painted.step > 0)
        return 1000 * (first.arrived_s - began_s)


async def measure(report: Report, server: ServerProcess, fresh_servers: int, warm_sessions: int) -> None:
    """Report both, in the first session of fresh servers (cold) and in new sessions of one that has trained (warm)."""
    ready_s: list[float] = []
    cold_ms = []
    for _ in range(fresh_servers):
        with timed_server(ready_s) as fresh:
            cold_ms.append(await first_frame_ms(fresh.address))
    warm_ms = [await first_frame_ms(server.address) for _ in range(warm_sessions)]
    report.value("server ready", statistics.median(ready_s), unit="s", samples=ready_s)
    report.value("start to first frame, cold: most", max(cold_ms), unit="ms", samples=cold_ms, goal=Goal("<", 200))
    report.times("start to first frame, warm", warm_ms, goal=Goal("<", 50))
