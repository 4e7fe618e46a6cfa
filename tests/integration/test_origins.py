"""Foreign pages and foreign names: who may talk to the server, and who gets 403."""

import pytest
from tornado.httpclient import HTTPClientError

from backend.guarded import SECURITY_HEADERS
from backend.http_handlers import OPEN_FILES
from backend.settings import Settings
from tests.support.client import Client
from tests.support.http import fetch
from tests.support.runs import begin_training, train_on
from tests.support.server import LocalServer, local_server

RUN = f"runs/{'0' * 32}/{'0' * 64}.zip"
FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:8888",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "10.0.0.1",
    "[::2]",
]
BROKEN_HOSTS = [
    "[::1",
    "a b",
    "[",
    "][",
    "evil.example@127.0.0.1",
    "127.0.0.1@evil.example",
    "evil.example\\@127.0.0.1",
]


@pytest.mark.parametrize(
    "path", ["", "main.js", "datasets.json", "healthz", "metrics", "nothing", "ws/" + "0" * 32, RUN]
)
@pytest.mark.parametrize("host", FOREIGN_HOSTS)
async def test_a_foreign_host_is_refused_everywhere(server: LocalServer, path: str, host: str) -> None:
    response = await fetch(server.address, path, headers={"Host": host})
    assert response.code == 403
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["", "index.html", "class", "no/such/page", "?token=wrong", "healthz", RUN])
@pytest.mark.parametrize("host", ["lab.example", "lab.example:8888", "l'&b.example"])
async def test_a_person_who_calls_by_a_foreign_name_gets_a_friendly_page_that_repeats_nothing_of_theirs(
    path: str, host: str
) -> None:
    async with local_server(Settings(token="a-token-of-ours")) as server:  # noqa: S106 - for a test
        response = await fetch(server.address, path, headers={"Host": host, "Accept": "text/html,*/*;q=0.8"})
    assert (response.code, response.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
    root = b"../" * path.count("/") or b"./"
    assert b'src="' + root + b'foreign_name.js"' in response.body
    assert host.encode() not in response.body
    assert {name: response.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert response.headers["Cache-Control"] == "no-store"
    assert {"Set-Cookie", "Server", "Etag"}.isdisjoint(response.headers)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html"])
async def test_who_calls_by_a_foreign_name_and_wants_no_page_gets_none(
    server: LocalServer, method: str, accept: str
) -> None:
    response = await fetch(server.address, "healthz", method=method, headers={"Host": "x.example", "Accept": accept})
    assert response.code == 403
    assert (b"foreign_name.js" in (response.body or b"")) is ((method, accept) == ("GET", "text/html"))


@pytest.mark.parametrize("path", sorted(OPEN_FILES))
async def test_by_a_foreign_name_there_are_the_files_of_the_door(server: LocalServer, path: str) -> None:
    assert (await fetch(server.address, path, headers={"Host": "lab.example"})).code == 200


@pytest.mark.parametrize("host", BROKEN_HOSTS)
async def test_a_broken_host_is_refused_and_is_no_error_of_the_server(
    server: LocalServer, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = await fetch(server.address, "healthz", headers={"Host": host})
    assert response.code in {400, 403}
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "LOCALHOST", "127.0.0.1", "[::1]:8888", "[::1]"])
async def test_the_names_of_this_machine_are_welcome(server: LocalServer, host: str) -> None:
    assert (await fetch(server.address, "healthz", headers={"Host": host})).code == 200


async def test_a_name_that_was_allowed_is_welcome_and_others_are_not() -> None:
    async with local_server(Settings(allowed_hosts=("lab.school.example",))) as server:
        for host, status in [("lab.school.example", 200), ("Lab.School.example:80", 200), ("school.example", 403)]:
            assert (await fetch(server.address, "healthz", headers={"Host": host})).code == status


async def test_on_all_addresses_any_address_is_welcome_but_no_foreign_name() -> None:
    async with local_server(Settings(host="0.0.0.0")) as server:  # noqa: S104 - it listens on the loopback address
        for host, status in [("192.168.1.7:8888", 200), ("[fe80::1]", 200), ("evil.example", 403)]:
            assert (await fetch(server.address, "healthz", headers={"Host": host})).code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://[::1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1"},
        {"Host": "evil.example"},
        # A name that was rebound to our address: page and socket agree, and neither is ours.
        {"Host": "evil.example:8888", "Origin": "http://evil.example:8888"},
    ],
    ids=str,
)
async def test_a_foreign_page_gets_no_connection_and_no_session(
    server: LocalServer, client: Client, headers: dict[str, str]
) -> None:
    await begin_training(client)
    with pytest.raises(HTTPClientError) as refused:
        await Client(server.address, headers=headers).connect()
    assert refused.value.code == 403
    assert len(server.app.services.registry) == 1
    await train_on(client)


async def test_a_foreign_page_does_not_take_a_session_over(server: LocalServer, client: Client) -> None:
    with pytest.raises(HTTPClientError):
        await Client(server.address, client.session_id, headers={"Origin": "http://evil.example"}).connect()
    await client.request("PROBE", x=0, y=0)
    assert client.close_code is None


async def test_our_own_page_gets_a_connection(server: LocalServer) -> None:
    async with Client(server.address, headers={"Origin": server.address.rstrip("/")}) as client:
        assert client.session["resumed"] is False


@pytest.mark.parametrize("session_id", ["0123", "g" * 32, "A" * 32, "0" * 31, "0" * 33, "0" * 32 + "/x", "%30" * 32])
async def test_a_bad_session_id_is_not_found(server: LocalServer, session_id: str) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await Client(server.address, session_id).connect()
    assert refused.value.code == 404
    assert len(server.app.services.registry) == 0
