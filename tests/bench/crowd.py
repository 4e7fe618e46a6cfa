"""Sessions that train and stream at the same time, in turn with the plain loop."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.bench import networks
from tests.bench.client import LoadClient, Painted, all_opened
from tests.bench.crowds import Crowd
from tests.bench.plain import PlainProcess
from tests.bench.process import usage
from tests.bench.steps import look_at_alone
from tests.support import scrape
from tests.support.server import ServerProcess

_COMMAND_INTERVAL_S = 0.025
_LATENESS = "boundary_lab_ioloop_late_seconds"


@dataclass(frozen=True)
class Pace:
    """How long things take.

    Attributes:
        pairs: how often the plain loop and the sessions take turns.
        plain_s: a turn of the plain loop.
        window_s: a turn of the sessions, from when each has painted two maps.
    """

    pairs: int
    plain_s: float
    window_s: float


@dataclass
class Measured:
    """What came out, over all windows.

    Attributes:
        ratios: steps per second of all sessions over the plain loop, for each pair.
        steps_in_all: steps per second of all sessions, for each window.
        steps_per_second: of each session, over all windows.
        frames_per_second: of each session, over all windows.
        command_ms: how long each command took to be answered.
        server_cores: seconds of processor time a second, of the server, in each window.
        client_cores: the same of this process, which is the load.
        late: histogram of how late the server's IOLoop was, in seconds.
        side: cells in a row of the coarsest map.
        resident_bytes: of the server, in the last window.
        threads: of the server, in the last window.
    """

    ratios: list[float] = field(default_factory=list)
    steps_in_all: list[float] = field(default_factory=list)
    steps_per_second: list[float] = field(default_factory=list)
    frames_per_second: list[float] = field(default_factory=list)
    command_ms: list[float] = field(default_factory=list)
    server_cores: list[float] = field(default_factory=list)
    client_cores: list[float] = field(default_factory=list)
    late: dict[float, float] = field(default_factory=dict)
    side: int = 0
    resident_bytes: int = 0
    threads: int | None = None


async def measure(server: ServerProcess, plain: PlainProcess, crowd: Crowd, pace: Pace) -> Measured:
    """Plain loop and sessions take turns; while one computes the other rests.

    What networks of different shapes do alone is looked at before and after, so that both hold for the same machine.
    """
    measured = Measured()
    count = len(crowd.shapes)
    different = set(crowd.shapes) if len(set(crowd.shapes)) > 1 else set()
    look_at_alone(different)
    async with all_opened(server.address, count) as clients:
        await asyncio.gather(*(_prepare(client, index, crowd) for index, client in enumerate(clients)))
        # The first start builds the networks: it is none of the turns.
        await _start(clients)
        await _stop(clients)
        windows: list[list[list[Painted]]] = []
        for turn in range(pace.pairs):
            reference = await asyncio.to_thread(plain.steps_per_second, pace.plain_s, sorted(set(crowd.shapes)))
            await _start(clients)
            seen = await _window(server, clients, clients[turn % count], pace.window_s, measured)
            await _stop(clients)
            windows.append(seen)
            measured.steps_in_all.append(sum(steps_rate([painted]) for painted in seen))
            measured.ratios.append(measured.steps_in_all[-1] / reference)
        of_sessions = list(zip(*windows, strict=True))
        measured.steps_per_second = [steps_rate(own) for own in of_sessions]
        measured.frames_per_second = [frames_rate(own) for own in of_sessions]
        measured.side = coarsest_side(of_sessions)
    look_at_alone(different)
    return measured


def steps_rate(windows: Sequence[Sequence[Painted]]) -> float:
    """Steps per second from the first to the last map of each window; 0 where no window has two."""
    ends = [(window[0], window[-1]) for window in windows if len(window) > 1]
    took_s = sum(last.arrived_s - first.arrived_s for first, last in ends)
    return sum(last.step - first.step for first, last in ends) / took_s if ends else 0.0


def frames_rate(windows: Sequence[Sequence[Painted]]) -> float:
    """Maps per second over some windows, told by their distances; 0 where no window has two."""
    gaps = [after.painted_s - before.painted_s for window in windows for before, after in pairwise(window)]
    return len(gaps) / sum(gaps) if gaps else 0.0


def coarsest_side(sessions: Sequence[Sequence[Sequence[Painted]]]) -> int:
    """Cells in a row of the coarsest map that any session has painted in any window; 0 for none."""
    return min((painted.side for windows in sessions for window in windows for painted in window), default=0)


async def _prepare(client: LoadClient, index: int, crowd: Crowd) -> None:
    await client.request("CONFIGURE", **networks.config(crowd.shapes[index], index))
    await client.request("LOAD_DATASET", dataset=networks.DATASETS[index % len(networks.DATASETS)])
    if crowd.view:
        await client.request("VIEW", **crowd.view)


async def _start(clients: Sequence[LoadClient]) -> None:
    await asyncio.gather(*(client.request("START_TRAINING") for client in clients))
    await asyncio.gather(*(client.until_painted(2) for client in clients))
    await asyncio.gather(*(client.until_at_full_speed() for client in clients))


async def _stop(clients: Sequence[LoadClient]) -> None:
    await asyncio.gather(*(client.request("STOP_TRAINING") for client in clients))
    await asyncio.gather(*(client.until_state("PAUSED") for client in clients))


async def _window(
    server: ServerProcess, clients: Sequence[LoadClient], speaker: LoadClient, duration_s: float, measured: Measured
) -> list[list[Painted]]:
    """Let them train for a while, one of them also sending commands; return what each painted meanwhile."""
    marks = [len(client.painted) for client in clients]
    late = await scrape.buckets(server.address, _LATENESS)
    before, began_cpu_s, began_s = usage(server.process.pid), time.process_time(), time.perf_counter()
    measured.command_ms += await _commands_ms(speaker, began_s + duration_s)
    took_s = time.perf_counter() - began_s
    after = usage(server.process.pid)
    measured.server_cores.append((after.cpu_s - before.cpu_s) / took_s)
    measured.client_cores.append((time.process_time() - began_cpu_s) / took_s)
    measured.resident_bytes, measured.threads = after.resident_bytes, after.threads
    for bound, more in scrape.between(late, await scrape.buckets(server.address, _LATENESS)).items():
        measured.late[bound] = measured.late.get(bound, 0.0) + more
    return [client.painted[mark:] for client, mark in zip(clients, marks, strict=True)]


async def _commands_ms(client: LoadClient, ends_s: float) -> list[float]:
    times_ms: list[float] = []
    while (began_s := time.perf_counter()) < ends_s:
        await client.request("CONFIGURE", learning_rate=0.011 if len(times_ms) % 2 else 0.01)
        times_ms.append(1000 * (time.perf_counter() - began_s))
        await asyncio.sleep(_COMMAND_INTERVAL_S)
    return times_ms
