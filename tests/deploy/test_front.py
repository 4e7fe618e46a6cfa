"""What nginx, as it is shipped, lets through and what it does not: a sub-path, TLS, forged headers, figures."""

import asyncio
import json
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.httputil import HTTPHeaders
from tornado.websocket import websocket_connect

from backend.runs.layout import new_run_id
from backend.runs.writing import save_run
from tests.support.client import DEADLINE_S, Client
from tests.support.http import answer_to_bytes, fetch
from tests.support.kept_runs import bring, save, unzipped
from tests.support.nginx import Nginx, nginx
from tests.support.run_records import record_of
from tests.support.runs import begin_training, stop_training
from tests.support.server import ServerProcess, server_process
from tests.support.tools import find_server

TOKEN = "a-token-of-this-test"  # noqa: S105 - no secret
COOKIE = {"Cookie": f"boundary_lab_token={TOKEN}"}
NAME = "lab.example.org"
MOST = 3
"""Connections from one address."""

FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;proto=https",
}


@pytest.fixture(scope="module")
def process() -> Iterator[ServerProcess]:
    with server_process(
        "--trusted-proxy",
        "127.0.0.1",
        "--allowed-hosts",
        NAME,
        "--max-connections-per-address",
        str(MOST),
        environment={"BOUNDARY_LAB_TOKEN": TOKEN},
    ) as running:
        yield running


@pytest.fixture
def front(process: ServerProcess, tmp_path: Path) -> Iterator[Nginx]:
    with nginx(tmp_path, [process.port] * 3) as running:
        yield running


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine, signed by itself, and its key."""
    openssl = find_server("openssl")
    assert openssl is not None
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    places = ["-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run([openssl, "req", *kind, *names, *places], check=True, capture_output=True)
    return paths


@asynccontextmanager
async def recorder() -> AsyncIterator[tuple[int, list[HTTPHeaders]]]:
    """In place of a process: its port, and the headers of each request that came to it."""
    seen: list[HTTPHeaders] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(HTTPHeaders.parse(head.decode().partition("\r\n")[2]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], seen


async def fetch_safely(address: str, path: str, certificate: Path, headers: dict[str, str]) -> HTTPResponse:
    """A response over TLS."""
    return await AsyncHTTPClient().fetch(
        HTTPRequest(
            address + path,
            headers=HTTPHeaders(headers),
            ca_certs=str(certificate),
            follow_redirects=False,
            request_timeout=DEADLINE_S,
        ),
        raise_error=False,
    )


async def test_the_page_works_below_another_path_and_by_a_public_name(front: Nginx) -> None:
    here = {"Host": NAME, **COOKIE}
    page = await fetch(front.address, headers=here)
    assert page.code == 200
    assert b"<title>" in page.body
    for path, kind in [("main.js", "javascript"), ("style.css", "css"), ("datasets.json", "json")]:
        part = await fetch(front.address, path, headers=here)
        assert part.code == 200, path
        assert kind in part.headers["Content-Type"]
        assert part.headers["X-Content-Type-Options"] == "nosniff"
    assert (await fetch(front.address, headers={"Host": "evil.example", **COOKIE})).code == 403


async def test_the_path_without_its_slash_leads_there_and_keeps_the_token(front: Nginx) -> None:
    turned = await fetch(front.address.removesuffix("/"), f"?token={TOKEN}")
    assert (turned.code, turned.headers["Location"]) == (301, f"/lab/?token={TOKEN}")


async def test_the_cookie_of_a_link_is_for_the_sub_path_and_is_secure_only_with_tls(
    front: Nginx, process: ServerProcess, certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    plain = await fetch(front.address, f"?token={TOKEN}", headers={"X-Forwarded-Proto": "https"})
    (morsel,) = SimpleCookie(plain.headers["Set-Cookie"]).values()
    assert (morsel.value, morsel["path"], morsel["secure"]) == (TOKEN, "", "")
    assert "Strict-Transport-Security" not in plain.headers
    folder = tmp_path / "tls"
    folder.mkdir()
    with nginx(folder, [process.port] * 3, certificate) as safe:
        linked = await fetch_safely(safe.address, f"?token={TOKEN}", certificate[0], {"Host": NAME})
        (morsel,) = SimpleCookie(linked.headers["Set-Cookie"]).values()
        assert (morsel["path"], morsel["secure"], morsel["httponly"]) == ("", True, True)
        for path, status in [("", 200), ("nothing", 404), ("metrics", 404)]:
            answer = await fetch_safely(safe.address, path, certificate[0], {"Host": NAME, **COOKIE})
            assert answer.code == status
            assert answer.headers.get_list("Strict-Transport-Security") == ["max-age=15768000"]
        trusting = ssl.create_default_context(cafile=str(certificate[0]))
        origin = safe.address.removesuffix("/lab/")
        socket = await websocket_connect(
            HTTPRequest(
                safe.address.replace("https", "wss") + "ws/" + "5" * 32,
                headers={**COOKIE, "Origin": origin},
                ssl_options=trusting,
            )
        )
        assert "SESSION" in str(await socket.read_message())
        socket.close()
        assert await socket.read_message() is None


async def test_the_figures_are_not_for_everybody(front: Nginx, process: ServerProcess) -> None:
    port = urlsplit(front.address).port
    for path in ["metrics", "%6Detrics", "./metrics", "/metrics", "metrics?x=1", "x/../metrics"]:
        request = f"GET /lab/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        request += f"Cookie: {COOKIE['Cookie']}\r\n\r\n"
        assert (await answer_to_bytes(front.address, request.encode())).startswith(b"HTTP/1.1 404"), path
    assert (await fetch(process.address, "metrics")).code == 200


async def test_what_a_client_writes_of_its_address_never_arrives(tmp_path: Path) -> None:
    async with recorder() as (port, seen):
        with nginx(tmp_path, [port] * 3) as front:
            for path in ["", "main.js", "ws/" + "0" * 32]:
                assert (await fetch(front.address, path, headers=FORGED)).code == 200
            request = "GET /lab/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            request += "X-Forwarded-For: 203.0.113.1\r\nX-Forwarded-For: 203.0.113.2, 127.0.0.1\r\n\r\n"
            assert (await answer_to_bytes(front.address, request.encode())).startswith(b"HTTP/1.1 200")
    assert len(seen) == 4
    for headers in seen:
        assert headers.get_list("X-Forwarded-For") == ["127.0.0.1"]
        assert headers.get_list("X-Forwarded-Proto") == ["http"]
        assert "Forwarded" not in headers
        assert "X-Real-IP" not in headers


async def test_forged_addresses_give_nobody_more_connections(front: Nginx) -> None:
    async with AsyncExitStack() as stack:

        async def come(number: int) -> Client:
            forged = {name: value.replace("113.9", f"113.{number}") for name, value in FORGED.items()}
            return await stack.enter_async_context(Client(front.address, headers={**forged, **COOKIE}))

        clients = [await come(number) for number in range(MOST)]
        one_more = await come(MOST)
        assert await one_more.until_closed() == 1008
        assert [error["code"] for error in one_more.of_type("ERROR")] == ["too_many_connections"]
        for client in clients:
            await client.request("PROBE", x=0, y=0)


async def test_too_many_headers_do_not_make_nginx_take_the_process_for_dead(front: Nginx) -> None:
    async with Client(front.address, headers=COOKIE) as client:
        port = urlsplit(front.address).port
        for lines in (3, 4, 5, 6, 10):
            padding = "".join(f"X-{number}: {'a' * 3900}\r\n" for number in range(lines))
            request = f"GET /lab/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{padding}\r\n"
            for _ in range(5):
                answer = await answer_to_bytes(front.address, request.encode())
                # 403: the process has read it, and finds no token; 400: nginx has not passed it on.
                assert answer[:12] in {b"HTTP/1.1 403", b"HTTP/1.1 400"}, (lines, answer[:80])
        await client.request("PROBE", x=0, y=0)
        assert (await fetch(front.address, headers=COOKIE)).code == 200


def has_opened(client: Client) -> bool:
    return bool(client.of_type("RUN_OPENED"))


async def test_a_run_is_saved_downloaded_and_opened_through_the_front_and_its_files_come_from_its_process(
    tmp_path: Path,
) -> None:
    kept = ("--runs-dir", str(tmp_path / "runs"), "--verify-timeout-s", "0.1", "--trusted-proxy", "127.0.0.1")
    (tmp_path / "nginx").mkdir()
    with (
        server_process(*kept) as one,
        server_process(*kept) as other,
        nginx(tmp_path / "nginx", [one.port, other.port, other.port]) as front,
    ):
        for _ in range(4):
            async with Client(front.address) as client:
                await begin_training(client)
                await stop_training(client)
                saved = await save(client)
                whole = await fetch(front.address, f"runs/{client.session_id}/{saved['checkpoint_id']}.zip")
                assert (whole.code, saved["directory"]) == (200, None)
                # Larger than nginx takes of anything else.
                files = {**unzipped(whole.body), "unread.bin": bytes(100_000)}
                assert (await bring(front.address, client.session_id, files)).code == 200
                await client.until(partial(has_opened, client))


async def test_through_the_front_a_config_alone_reaches_no_run_even_if_the_process_was_not_told_of_it(
    tmp_path: Path,
) -> None:
    saved = save_run(record_of(), tmp_path / "runs", new_run_id())
    config = {"config.json": (saved.path / "config.json").read_bytes()}
    (tmp_path / "nginx").mkdir()
    with (
        server_process("--runs-dir", str(tmp_path / "runs")) as own,
        nginx(tmp_path / "nginx", [own.port] * 3) as front,
    ):
        async with Client(front.address) as client:
            assert client.session["finds_runs"] is False
            response = await bring(front.address, client.session_id, config)
            assert (response.code, json.loads(response.body)) == (200, {"run_id": None})
            await client.request("PROBE", x=0, y=0)
            assert not has_opened(client)
        async with Client(own.address) as client:
            assert json.loads((await bring(own.address, client.session_id, config)).body) == {"run_id": saved.run_id}
            await client.until(partial(has_opened, client))
