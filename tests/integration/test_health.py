"""Alive and ready: what whoever watches over a server is told."""

import asyncio
import json

from backend.metrics import REGISTRY
from backend.settings import Settings
from tests.support.client import DEADLINE_S, Client
from tests.support.http import fetch
from tests.support.raw import RawClient
from tests.support.runs import eventually
from tests.support.server import LocalServer, local_server


async def readiness(server: LocalServer) -> tuple[int, dict[str, str]]:
    """Status and body of /readyz."""
    response = await fetch(server.address, "readyz")
    assert response.headers["Content-Type"].startswith("application/json")
    return response.code, json.loads(response.body)


async def test_health_tells_how_many_sessions_there_are(server: LocalServer, client: Client) -> None:
    response = await fetch(server.address, "healthz")
    assert response.headers["Content-Type"].startswith("application/json")
    assert json.loads(response.body) == {"status": "ok", "sessions": 1}
    async with Client(server.address):
        assert json.loads((await fetch(server.address, "healthz")).body)["sessions"] == 2
    assert client.session["resumed"] is False


async def test_a_server_is_ready_until_it_is_full_and_again_when_a_place_is_free() -> None:
    async with local_server(Settings(max_sessions=1, resume_window_s=0.05)) as server:
        assert await readiness(server) == (200, {"status": "ready"})
        async with Client(server.address):
            assert await readiness(server) == (503, {"status": "not ready", "reason": "full"})
            assert (await fetch(server.address, "healthz")).code == 200
        await eventually(lambda: len(server.app.services.registry) == 0)
        assert await readiness(server) == (200, {"status": "ready"})


async def test_a_server_without_memory_left_is_not_ready_until_there_is_some() -> None:
    used = [0.99]
    async with local_server(read_memory=lambda: used[0]) as server:
        await eventually(lambda: server.app.services.admission.is_memory_scarce)
        assert await readiness(server) == (503, {"status": "not ready", "reason": "memory"})
        used[0] = 0.5
        await eventually(lambda: not server.app.services.admission.is_memory_scarce)
        assert await readiness(server) == (200, {"status": "ready"})


async def test_a_server_that_ends_is_alive_but_not_ready_and_sends_new_clients_on() -> None:
    async with local_server() as server, Client(server.address) as there:
        await server.app.services.registry.close()
        assert await readiness(server) == (503, {"status": "not ready", "reason": "draining"})
        assert (await fetch(server.address, "healthz")).code == 200
        assert await there.until_closed() == 1012
        async with Client(server.address) as late:
            assert await late.until_closed() == 1012
            assert late.messages == []
        assert len(server.app.services.registry) == 0


def told_to_come_back() -> float:
    """How many connections have been closed by both sides because the server ends."""
    return REGISTRY.get_sample_value("boundary_lab_closes_total", {"code": "1012"}) or 0.0


async def test_who_is_told_that_the_server_ends_has_heard_it_when_it_has_ended() -> None:
    async with local_server() as server, Client(server.address), Client(server.address):
        before = told_to_come_back()
        await server.app.services.registry.close()
        assert told_to_come_back() == before + 2


async def test_who_does_not_answer_that_the_server_ends_is_not_waited_for_long() -> None:
    async with local_server() as server, RawClient(server.address):
        before = told_to_come_back()
        await asyncio.wait_for(server.app.services.registry.close(), DEADLINE_S)
        # Its connection is not cut before it has had its five seconds.
        assert told_to_come_back() == before
