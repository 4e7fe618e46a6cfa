"""What a session weighs: the server's memory with 200 of them, idle and training."""

import asyncio
from typing import Final

from tests.bench.client import LoadClient, all_opened, opened
from tests.bench.figures import Goal
from tests.bench.process import usage
from tests.bench.report import Report
from tests.support.server import server_process

_MEGABYTE: Final = 1e6
_SETTLE_S: Final = 1.5


async def measure(report: Report, sessions: int) -> None:
    """Report megabytes for each of so many sessions of a server of their own, points and default network in each."""
    with server_process("--max-connections-per-address", str(sessions + 1)) as server:
        async with opened(server.address) as first:
            # What the first one brings stays for all.
            await first.request("LOAD_DATASET", dataset="xor")
            await first.request("START_TRAINING")
            await first.until_painted(10)
        empty_bytes = usage(server.process.pid).resident_bytes
        async with all_opened(server.address, sessions) as clients:
            for client in clients:
                await client.request("LOAD_DATASET", dataset="xor")
            idle_bytes = usage(server.process.pid).resident_bytes
            await asyncio.gather(*map(_train, clients))
            await asyncio.sleep(_SETTLE_S)
            training_bytes = usage(server.process.pid).resident_bytes
    report.value("server without sessions", empty_bytes / _MEGABYTE, digits=0, unit="MB")
    for name, used_bytes, goal in (
        ("an idle session", idle_bytes, Goal("≤", 0.5)),
        ("a training session of the default network", training_bytes, Goal("≤", 2)),
    ):
        each = (used_bytes - empty_bytes) / sessions / _MEGABYTE
        report.value(f"{name}, of {sessions}", each, digits=2, unit="MB", goal=goal)


async def _train(client: LoadClient) -> None:
    await client.request("START_TRAINING")
    await client.until_painted(1)
