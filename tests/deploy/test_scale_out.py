"""Three processes behind nginx: each client keeps its own, and where one is ended, its clients go on elsewhere."""

import asyncio
import json
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.support.client import DEADLINE_S, Client
from tests.support.http import fetch
from tests.support.nginx import Nginx, nginx
from tests.support.runs import begin_training, eventually, tell_figure, train_on
from tests.support.server import ServerProcess, server_process

CLIENTS: Final = 300
TRAINING: Final = 12
AT_ONCE: Final = 25
PROCESSES: Final = 3


@pytest.fixture
def processes() -> Iterator[list[ServerProcess]]:
    """Three processes; all clients of this test have one address."""
    arguments = ("--trusted-proxy", "127.0.0.1", "--max-connections-per-address", str(CLIENTS), "--log-format", "json")
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        starting = [server_process(*arguments) for _ in range(PROCESSES)]
        yield list(pool.map(stack.enter_context, starting))


@pytest.fixture
def front(processes: list[ServerProcess], tmp_path: Path) -> Iterator[Nginx]:
    """The nginx in front of them."""
    with nginx(tmp_path, [process.port for process in processes]) as running:
        yield running


async def sessions_of(process: ServerProcess) -> int:
    count: int = json.loads((await fetch(process.address, "healthz")).body)["sessions"]
    return count


class Class:
    """Three hundred people, each with a point of their own, behind one nginx."""

    def __init__(self, front: Nginx, stack: AsyncExitStack) -> None:
        self._front = front
        self._stack = stack
        self._slots = asyncio.Semaphore(AT_ONCE)
        self.members: dict[str, Client] = {}

    async def come(self, session_ids: Sequence[str | None]) -> list[Client]:
        """Connect, as new ones or by ids that were there before, and return the connections."""
        return list(await asyncio.gather(*map(self._come, session_ids)))

    async def _come(self, session_id: str | None) -> Client:
        async with self._slots:
            client = await self._stack.enter_async_context(Client(self._front.address, session_id))
        self.members[client.session_id] = client
        return client

    def closed(self) -> list[Client]:
        """Those whose connection has ended."""
        return [client for client in self.members.values() if client.has_ended]

    def has_lost(self, count: int) -> bool:
        """Whether so many connections have ended."""
        return len(self.closed()) >= count

    def connected(self) -> list[Client]:
        """The others."""
        return [client for client in self.members.values() if not client.has_ended]


def own_point(client: Client) -> list[float]:
    """A point that no other has."""
    return [int(client.session_id[:8], 16) / 2**32 * 12 - 6, 0.5, 1]


def xs(client: Client) -> list[float]:
    """Where the points of a session are, as its connection was told."""
    told = client.of_type("POINTS")
    points = told[-1]["points"] if told else client.session["state"]["points"]
    return [point[1] for point in points]


async def restore(client: Client, config: dict[str, object]) -> None:
    """Bring the work back, as the page does out of its resume document."""
    await client.request("RESTORE", config=config, points=[own_point(client)])
    await client.until(lambda: xs(client) == [pytest.approx(own_point(client)[0], abs=1e-5)])


async def undisturbed(trainers: Sequence[Client], others: Sequence[Client]) -> None:
    """See that those who train go on, and that nobody was closed or got another session."""
    for trainer in trainers:
        await train_on(trainer)
    for client in others:
        assert not client.has_ended
        assert len(client.of_type("SESSION")) == 1
        assert client.of_type("ERROR") == []


async def test_three_hundred_clients_keep_their_process_and_are_restored_elsewhere_when_it_ends(
    processes: list[ServerProcess], front: Nginx
) -> None:
    async with AsyncExitStack() as stack:
        everybody = Class(front, stack)
        first = await everybody.come([None] * CLIENTS)
        assert not any(client.session["resumed"] for client in first)
        config = first[0].session["state"]["config"]
        await asyncio.gather(*(client.request("ADD_POINTS", points=[own_point(client)]) for client in first))
        spread = [await sessions_of(process) for process in processes]
        tell_figure(f"sessions of the processes: {spread}")
        assert sum(spread) == CLIENTS
        assert min(spread) > CLIENTS / 10

        # Each comes back to its own.
        for client in first:
            await client.close()
        again = await everybody.come([client.session_id for client in first])
        assert all(client.session["resumed"] for client in again)
        assert all(xs(client) == [pytest.approx(own_point(client)[0], abs=1e-5)] for client in again)
        assert [await sessions_of(process) for process in processes] == spread
        trainers = again[:TRAINING]
        for trainer in trainers:
            await begin_training(trainer)

        # A killed process says nothing; one that is told to end sends everybody to the next.
        for number, (end, said) in enumerate([(signal.SIGKILL, None), (signal.SIGTERM, 1012)]):
            lost = await sessions_of(processes[number])
            processes[number].process.send_signal(end)
            await processes[number].ended(DEADLINE_S)
            await eventually(partial(everybody.has_lost, lost))
            gone, others = everybody.closed(), everybody.connected()
            assert len(gone) == lost
            assert {client.close_code for client in gone} == {said}
            trainers = [trainer for trainer in trainers if not trainer.has_ended]
            back = await everybody.come([client.session_id for client in gone])
            assert not any(client.session["resumed"] for client in back)
            await asyncio.gather(*(restore(client, config) for client in back))
            await undisturbed(trainers, others)
            left = processes[number + 1 :]
            assert sum([await sessions_of(process) for process in left]) == CLIENTS

        for process in processes:
            assert "Traceback" not in process.log()
            assert not any(session_id in process.log() for session_id in everybody.members)
    assert not any(session_id in front.logs() for session_id in everybody.members)
