"""Five hundred clients come and go, politely or not: no run, thread, session or file descriptor stays."""

import gc
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from backend import metrics
from backend.logic.session import TrainingSession
from backend.settings import Settings
from tests.support.client import Client
from tests.support.kept_runs import check_nothing, downloaded, save
from tests.support.raw import RawClient
from tests.support.runs import XOR_ROWS, begin_training, eventually
from tests.support.server import LocalServer, local_server
from tests.support.threads import training_threads

Visit = Callable[[LocalServer], Awaitable[None]]

FILE_DESCRIPTORS = next(path for path in (Path("/proc/self/fd"), Path("/dev/fd")) if path.exists())


def open_files() -> int:
    """How many file descriptors this process, the server in it, has open."""
    return len(os.listdir(FILE_DESCRIPTORS))  # noqa: PTH208 - iterdir would hold one more open


async def look(server: LocalServer) -> None:
    async with Client(server.address):
        pass


async def look_at_the_network(server: LocalServer) -> None:
    async with Client(server.address) as client:
        await client.request("VIEW", neurons=True, metrics=True, unit=[1, 0])
        await client.until(lambda: bool(client.neuron_frames))


async def train(server: LocalServer) -> None:
    async with Client(server.address) as client:
        await client.request("ADD_POINTS", points=XOR_ROWS)
        await client.request("START_TRAINING")
        await client.until_frames(1)


async def train_and_vanish(server: LocalServer) -> None:
    async with RawClient(server.address) as client:
        await client.send("ADD_POINTS", points=XOR_ROWS)
        await client.send("START_TRAINING")
        client.vanish()


async def vanish_in_the_handshake(server: LocalServer) -> None:
    client = RawClient(server.address)
    await client.send_handshake()
    client.vanish()


async def come_back(server: LocalServer) -> None:
    async with Client(server.address) as client:
        await client.request("ADD_POINTS", points=XOR_ROWS)
        await client.request("STEP_TRAINING")
        async with Client(server.address, client.session_id) as second:
            await second.until_frames(1)


async def save_and_download(server: LocalServer) -> None:
    async with Client(server.address) as client:
        await begin_training(client)
        await downloaded(server.address, client, await save(client))


def sessions_in_memory() -> int:
    gc.collect()
    return sum(type(known) is TrainingSession for known in gc.get_objects())


async def assert_nothing_stays(server: LocalServer, visit: Visit, count: int) -> None:
    registry, training = server.app.services.registry, server.app.training
    for _ in range(3):
        await visit(server)
    await eventually(lambda: len(registry) == 0 and training.run_count == 0 and registry.connected_count == 0)
    sessions_before, before = sessions_in_memory(), open_files()
    for _ in range(count):
        await visit(server)
    await eventually(lambda: len(registry) == 0)
    await eventually(lambda: training.run_count == 0)
    assert len(training_threads()) == 1
    await eventually(lambda: registry.connected_count == 0)
    await eventually(lambda: open_files() <= before)
    # The training thread holds the run that was its last until it has another.
    await eventually(lambda: sessions_in_memory() <= sessions_before + 1)
    assert metrics.REGISTRY.get_sample_value("boundary_lab_sessions") == 0
    assert metrics.REGISTRY.get_sample_value("boundary_lab_connections") == 0


@pytest.mark.parametrize(
    "visit", [look, look_at_the_network, train, train_and_vanish, vanish_in_the_handshake, come_back]
)
async def test_nothing_stays_of_500_visits(visit: Visit) -> None:
    async with local_server(Settings(resume_window_s=0.05)) as server:
        await assert_nothing_stays(server, visit, 500)
    assert not training_threads()


async def test_nothing_stays_in_memory_of_50_saves(tmp_path: Path) -> None:
    async with local_server(Settings(resume_window_s=0.05, runs_dir=tmp_path), check_script=check_nothing) as server:
        await assert_nothing_stays(server, save_and_download, 50)
