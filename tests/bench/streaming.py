"""One session at 30 frames a second of 100 x 100, and what its frames weigh."""

from tests.bench import crowd, networks
from tests.bench.client import opened
from tests.bench.figures import Goal
from tests.bench.plain import PlainProcess
from tests.bench.report import Report
from tests.support.server import ServerProcess


async def measure(report: Report, server: ServerProcess, plain: PlainProcess, pace: crowd.Pace) -> None:
    """Report training speed beside the stream, over plain, and the stream itself."""
    goals = {"ratio": Goal("≥", 8), "side": Goal("≥", 100)}
    alone = crowd.Crowd("one session", networks.equal(1), goals)
    crowd.report_crowd(report, alone, await crowd.measure(server, plain, alone, pace))
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
