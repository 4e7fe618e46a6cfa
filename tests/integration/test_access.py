"""A server with a token: what is open, what is closed, the way from link to cookie, and the page for the projector."""

import json
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest
import pytest_asyncio

from backend.access import COOKIE
from backend.guarded import FRONTEND, SECURITY_HEADERS
from backend.http_handlers import OPEN_FILES
from backend.settings import Settings
from tests.support.client import Client
from tests.support.http import fetch
from tests.support.kept_runs import bring
from tests.support.runs import begin_training, eventually, train_on
from tests.support.server import LocalServer, local_server, server_process

TOKEN = "k7m4p-2xqpd-9hrtw"  # noqa: S105 - for a test
KEY = {"Cookie": f"{COOKIE}={TOKEN}"}


@pytest_asyncio.fixture
async def closed() -> AsyncIterator[LocalServer]:
    """A server that needs a token."""
    async with local_server(Settings(token=TOKEN, classroom=True, allowed_hosts=("lab.local",))) as running:
        yield running


@pytest.mark.parametrize(
    "path",
    [
        *("", "index.html", "main.js", "views/plane.js", "datasets.json", "class", "class.json", "class.svg", "no"),
        *("a/b/c", f"runs/{'0' * 32}/{'0' * 64}.zip", f"runs/{'0' * 32}/{'0' * 64}/train.py"),
    ],
)
@pytest.mark.parametrize("cookie", [None, "", "wrong", TOKEN.upper(), TOKEN + "x"])
async def test_without_the_token_there_is_only_the_friendly_page(
    closed: LocalServer, path: str, cookie: str | None
) -> None:
    response = await fetch(closed.address, path, headers={} if cookie is None else {"Cookie": f"{COOKIE}={cookie}"})
    assert response.code == 403
    assert b'src="' + (b"../" * path.count("/") or b"./") + b'door.js"' in response.body
    assert {name: response.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", ["healthz", "readyz", "metrics", *sorted(OPEN_FILES)])
async def test_what_watches_the_server_and_what_the_door_is_made_of_needs_none(closed: LocalServer, path: str) -> None:
    assert (await fetch(closed.address, path)).code == 200


async def test_figures_that_a_proxy_passes_on_need_the_token(closed: LocalServer) -> None:
    passed_on = {"X-Forwarded-For": "203.0.113.9"}
    assert (await fetch(closed.address, "metrics", headers=passed_on)).code == 403
    assert (await fetch(closed.address, "metrics", headers={**passed_on, **KEY})).code == 200


@pytest.mark.parametrize("path", ["", "class"])
async def test_a_link_sets_a_cookie_that_no_script_reads_and_shows_a_page_that_leaves(
    closed: LocalServer, path: str
) -> None:
    response = await fetch(closed.address, f"{path}?token={TOKEN}")
    assert response.code == 200
    assert b"enter.js" in response.body
    assert TOKEN.encode() not in response.body
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Set-Cookie"] == f"{COOKIE}={TOKEN}; HttpOnly; SameSite=Strict"
    for page in ["", "main.js", "datasets.json", "class", "class.json"]:
        assert (await fetch(closed.address, page, headers=KEY)).code == 200


async def test_behind_a_trusted_proxy_that_speaks_https_the_cookie_is_secure() -> None:
    async with local_server(Settings(token=TOKEN, trusted_proxies=(ip_network("127.0.0.0/8"),))) as server:
        told = {"X-Forwarded-Proto": "https"}
        response = await fetch(server.address, f"?token={TOKEN}", headers=told)
    assert "Secure" in response.headers["Set-Cookie"]


@pytest.mark.parametrize("given", ["", "wrong", TOKEN[:-1], f"{TOKEN}&token=wrong", "%ff%fe", "%00", "x" * 5000])
async def test_a_wrong_link_gets_the_friendly_page_and_no_cookie(closed: LocalServer, given: str) -> None:
    response = await fetch(closed.address, f"?token={given}")
    assert (response.code, response.headers.get("Set-Cookie")) == (403, None)
    assert b"door.js" in response.body


async def test_a_link_to_elsewhere_is_no_link(closed: LocalServer) -> None:
    for path in [f"/evil.example?token={TOKEN}", f"main.js?token={TOKEN}", f"views/?token={TOKEN}"]:
        assert "Set-Cookie" not in (await fetch(closed.address, path)).headers


@pytest.mark.parametrize(
    ("settings", "headers", "sentence"),
    [
        (Settings(token=TOKEN, classroom=True), {}, "This class needs its link."),
        (Settings(token=TOKEN, classroom=True), {"Cookie": f"{COOKIE}=wrong"}, "This class has a new code."),
        (Settings(token=TOKEN), {}, "This server needs its link."),
        (Settings(token=TOKEN), {"Cookie": f"{COOKIE}=wrong"}, "This server has a new link."),
    ],
)
async def test_a_websocket_without_the_token_is_told_why_and_closed(
    settings: Settings, headers: dict[str, str], sentence: str
) -> None:
    async with local_server(settings) as server:
        async with Client(server.address, headers=headers) as stranger:
            assert await stranger.until_closed() == 1008
        (told,) = stranger.messages
        assert (told["code"], told["message"].partition(" Open")[0]) == ("bad_token", sentence)
        assert len(server.app.services.registry) == 0


async def test_a_websocket_with_the_token_trains(closed: LocalServer) -> None:
    async with Client(closed.address, headers=KEY) as client:
        await begin_training(client)
        await train_on(client)


async def test_without_the_token_no_run_is_opened(closed: LocalServer) -> None:
    async with Client(closed.address, headers=KEY) as client:
        brought = {"config.json": b'{"seed": 5}'}
        assert (await bring(closed.address, client.session_id, brought)).code == 403
        await client.request("PROBE", x=0, y=0)
        assert client.of_type("CONFIG") == []
        assert (await bring(closed.address, client.session_id, brought, headers=KEY)).code == 200


async def test_the_projector_page_tells_link_and_code_of_the_address_it_was_called_by(closed: LocalServer) -> None:
    told = await fetch(closed.address, "class.json", headers={**KEY, "Host": "Lab.local:8888"})
    counts = {"present": 0, "away": 0}
    assert json.loads(told.body) == {"class": True, "address": "http://lab.local:8888/", "token": TOKEN, **counts}
    assert told.headers["Cache-Control"] == "no-store"


async def test_the_projector_page_is_told_who_is_there_and_who_has_just_gone_apart(closed: LocalServer) -> None:
    async def counted() -> tuple[int, int]:
        told = json.loads((await fetch(closed.address, "class.json", headers=KEY)).body)
        return told["present"], told["away"]

    registry = closed.app.services.registry
    async with Client(closed.address, headers=KEY):
        async with Client(closed.address, headers=KEY) as leaving:
            assert await counted() == (2, 0)
        await eventually(lambda: registry.connected_count == 1)
        assert await counted() == (1, 1)
        async with Client(closed.address, leaving.session_id, headers=KEY):
            assert await counted() == (2, 0)


async def test_without_class_there_is_nothing_for_the_projector_and_no_script_reads_the_token() -> None:
    async with local_server(Settings(token=TOKEN)) as server:
        told = await fetch(server.address, "class.json", headers=KEY)
        counts = {"present": 0, "away": 0}
        assert json.loads(told.body) == {"class": False, "address": None, "token": None, **counts}
        assert (await fetch(server.address, "class.svg", headers=KEY)).code == 404


async def test_no_link_in_the_folder_of_the_page_leads_out_of_it(server: LocalServer) -> None:
    way_out = FRONTEND / "test_way_out.js"
    way_out.symlink_to(Path(__file__))
    try:
        assert (await fetch(server.address, way_out.name)).code == 403
    finally:
        way_out.unlink()


async def test_a_class_prints_its_ready_line_alone_and_no_token_there() -> None:
    with server_process("--class", environment={"BOUNDARY_LAB_TOKEN": TOKEN}) as running:
        response = await fetch(running.address, "class.json", headers=KEY)
        assert (response.code, TOKEN in running.first_line) == (200, False)
        assert "For the projector: http://127.0.0.1" in running.log()
