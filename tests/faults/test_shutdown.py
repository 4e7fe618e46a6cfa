"""Being told to end, at any moment and whatever is going on: everybody is told, and nothing hangs."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.faults.standing import assert_the_log_is_clean
from tests.support.client import DEADLINE_S, Client
from tests.support.faulty_server import HANGS
from tests.support.http import fetch
from tests.support.raw import RawClient
from tests.support.runs import XOR_ROWS, begin_training
from tests.support.server import ROOT, Ended, server_process

END_S = 5
"""The server promises to end within so many seconds."""
_SCRAPES = 100
"""So often in a row nobody has made a step: then a step hangs."""


def events(ended: Ended) -> list[str]:
    """The events of a log in JSON, in their order; each line of it has to be a record."""
    records: list[dict[str, Any]] = [json.loads(line) for line in ended.stderr.splitlines()]
    return [record["event"] for record in records]


@pytest.mark.parametrize(
    "signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT]], ids=lambda signals: "+".join(s.name for s in signals)
)
async def test_thirty_sessions_that_train_are_told_to_come_back(signals: list[signal.Signals]) -> None:
    with server_process("--log-format", "json") as server:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(Client(server.address)) for _ in range(30)]
            await asyncio.gather(*(begin_training(client) for client in clients))
            for number in signals:
                server.process.send_signal(number)
            ended = await server.ended(END_S)
            assert [await client.until_closed() for client in clients] == [1012] * 30
    assert (ended.status, ended.stdout) == (0, server.first_line)
    assert_the_log_is_clean(ended, may_log_tracebacks=False)
    assert events(ended) == ["starting", "warming_up", "ready", "draining", "ended"]


async def test_clients_that_never_read_keep_nobody_from_ending() -> None:
    with server_process("--log-format", "json", "--max-frames-in-flight", "100") as server:
        async with AsyncExitStack() as stack:
            for _ in range(5):
                deaf = await stack.enter_async_context(RawClient(server.address))
                await deaf.send("ADD_POINTS", points=XOR_ROWS)
                await deaf.send("START_TRAINING")
            client = await stack.enter_async_context(Client(server.address))
            await begin_training(client)
            # By now the deaf ones have been sent more than their side takes.
            await client.until_frames(40)
            server.process.send_signal(signal.SIGTERM)
            ended = await server.ended(END_S)
            assert await client.until_closed() == 1012
    assert ended.status == 0
    assert_the_log_is_clean(ended, may_log_tracebacks=False)
    assert events(ended)[-2:] == ["draining", "ended"]


async def test_a_step_that_hangs_is_left_behind_and_meanwhile_who_comes_is_sent_on() -> None:
    with server_process("--log-format", "json", module="tests.support.faulty_server") as server:
        async with Client(server.address) as neighbour, Client(server.address) as hanging:
            await begin_training(neighbour)
            await hanging.request("CONFIGURE", l2=HANGS)
            await hanging.request("ADD_POINTS", points=XOR_ROWS)
            await hanging.request("STEP_TRAINING", count=10_000, unit="step")
            await hangs(server.address)
            server.process.send_signal(signal.SIGTERM)
            assert await neighbour.until_closed() == 1012
            ready = await fetch(server.address, "readyz")
            assert (ready.code, json.loads(ready.body)["reason"]) == (503, "draining")
            assert (await fetch(server.address, "healthz")).code == 200
            async with Client(server.address) as late:
                assert await late.until_closed() == 1012
            ended = await server.ended(END_S)
            assert await hanging.until_closed() == 1012
    assert ended.status == 0
    assert_the_log_is_clean(ended, may_log_tracebacks=False)
    assert events(ended)[-1] == "left_behind"


async def hangs(address: str) -> None:
    """Wait until nobody trains on a server, although somebody is to.

    Raises:
        TimeoutError: it goes on and on.
    """
    told: list[bytes] = []
    async with asyncio.timeout(DEADLINE_S):
        while len(told) < _SCRAPES or len(set(told[-_SCRAPES:])) > 1:
            lines = (await fetch(address, "metrics")).body.splitlines()
            told += [line for line in lines if line.startswith(b"boundary_lab_steps_total ")]


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        *((signal.SIGTERM, moment) for moment in ("at once", "Loading", "Warming", "ready")),
        *((signal.SIGINT, moment) for moment in ("Loading", "Warming")),
    ],
    ids=lambda value: value.name if isinstance(value, signal.Signals) else value,
)
async def test_a_server_that_is_still_starting_ends_without_a_traceback(number: signal.Signals, moment: str) -> None:
    process = subprocess.Popen(  # noqa: ASYNC220 - only its pipes are waited for
        [sys.executable, "-m", "backend", "--no-open", "--port", "0"],
        cwd=ROOT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        assert process.stdout is not None
        said_by = process.stdout if moment == "ready" else process.stderr
        said = "at once" if moment == "at once" else ""
        while moment not in said:
            line = await asyncio.wait_for(asyncio.to_thread(said_by.readline), DEADLINE_S)
            assert line, "it ended before"
            said += line
        process.send_signal(number)
        out, err = await asyncio.to_thread(process.communicate, timeout=END_S)
    assert out == ""
    assert "Traceback" not in err
    assert process.returncode in {0, -number, 128 + number}
