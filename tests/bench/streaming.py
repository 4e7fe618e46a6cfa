"""One session at 30 frames a second of 100 x 100: its speed, what its frames weigh, and what the diagram costs it."""

import asyncio
import time

from tests.bench import crowd, networks
from tests.bench.client import opened
from tests.bench.crowd import frames_rate, steps_rate
from tests.bench.crowd_report import report_crowd
from tests.bench.crowds import DIAGRAM_VIEW, one_session
from tests.bench.plain import PlainProcess
from tests.bench.report import Report
from tests.support.server import ServerProcess


async def measure(report: Report, server: ServerProcess, plain: PlainProcess, pace: crowd.Pace) -> None:
    """Report training speed beside the stream, over plain, and the stream itself."""
    alone = one_session()
    report_crowd(report, alone, await crowd.measure(server, plain, alone, pace))
    frame_bytes = await _bytes_per_frame(server.address)
    report.value("bytes a frame on the wire, statuses included", frame_bytes, digits=0)


async def _bytes_per_frame(address: str) -> float:
    """Over a spiral that is being learned, from its first frame on."""
    async with opened(address) as client:
        await client.request("CONFIGURE", **networks.config(networks.COMMON, 0))
        await client.request("LOAD_DATASET", dataset="spiral")
        await client.request("START_TRAINING")
        await client.until_painted(2)
        frames, carried = len(client.painted), client.wire_bytes
        await client.until_painted(60)
        return (client.wire_bytes - carried) / (len(client.painted) - frames)


async def measure_diagram(report: Report, server: ServerProcess, pairs: int, window_s: float) -> None:
    """Report what six layers of eight units in the diagram cost a run, and how often they move."""
    hidden: list[float] = []
    shown: list[float] = []
    maps = []
    neuron_frames, watched_s = 0, 0.0
    async with opened(server.address) as client:
        await client.request("CONFIGURE", **networks.config((8,) * 6, 0))
        await client.request("LOAD_DATASET", dataset="spiral", count=500)
        await client.request("START_TRAINING")
        await client.until_at_full_speed()
        for is_shown in [False, True] * pairs:
            await client.request("VIEW", **dict.fromkeys(DIAGRAM_VIEW, is_shown))
            await client.until_painted(3)
            mark, frames, began_s = len(client.painted), client.neuron_frames, time.perf_counter()
            await asyncio.sleep(window_s)
            painted = client.painted[mark:]
            (shown if is_shown else hidden).append(steps_rate([painted]))
            if is_shown:
                maps.append(painted)
                neuron_frames += client.neuron_frames - frames
                watched_s += time.perf_counter() - began_s
    ratios = [with_it / without for with_it, without in zip(shown, hidden, strict=True)]
    report.ratios("6x8 units: steps/s with the diagram on the screen over without", ratios)
    report.value("6x8 units: maps a second beside it", frames_rate(maps))
    report.value("6x8 units: neuron maps a second", neuron_frames / watched_s)
