"""What is logged, and what never is: no address of a client, no id of a session."""

import json
import logging
import re
from urllib.parse import quote

import pytest

from backend.logic.training import Learner
from tests.faults.standing import assert_the_log_is_clean
from tests.support.client import DEADLINE_S, Client, RefusedByServerError
from tests.support.http import answer_to_bytes, fetch
from tests.support.raw import RawClient
from tests.support.runs import XOR_ROWS, begin_training, status_after, train_on
from tests.support.server import LocalServer, server_process

SESSION_ID = re.compile(r"[0-9a-f]{32}")
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|::1|localhost")


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Everything that would be printed of the records of the server and of Tornado."""
    formatter = logging.Formatter("%(levelname)s %(name)s: %(message)s")
    return [formatter.format(record) for record in caplog.records if record.name != "asyncio"]


def leaks(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The records that hold an address or a session id."""
    return [line for line in told(caplog) if SESSION_ID.search(line) or ADDRESS.search(line)]


@pytest.fixture(autouse=True)
def _at_the_level_of_the_server(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


async def test_a_whole_run_logs_no_address_and_no_session_id(
    server: LocalServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    await begin_training(client)
    await client.send_raw("{")
    async with Client(server.address, client.session_id) as second:
        await client.until_closed()
        await status_after(second, "RESET_MODEL")
        await second.send_raw(b"binary")
        await second.until_closed()
    async with RawClient(server.address) as silent:
        await silent.send("ADD_POINTS", points=XOR_ROWS)
        await silent.send("START_TRAINING")
        silent.vanish()
    assert told(caplog) == []


@pytest.mark.parametrize(
    "path", ["../backend/app.py", "%00.html", "nothing", "ws/" + "0" * 32, "ws/" + "0" * 32 + "/x.html", "healthz"]
)
@pytest.mark.parametrize("headers", [{}, {"Host": "evil.example"}, {"Host": "[::1"}, {"X-Forwarded-For": "10.9.8.7"}])
async def test_a_request_is_not_logged_with_its_address(
    server: LocalServer, caplog: pytest.LogCaptureFixture, path: str, headers: dict[str, str]
) -> None:
    await fetch(server.address, path, headers=headers)
    assert leaks(caplog) == []


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"HELLO\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ],
    ids=["no HTTP", "bad header", "bad length", "endless line"],
)
async def test_what_is_no_http_is_not_logged_with_its_address(
    server: LocalServer, caplog: pytest.LogCaptureFixture, request_bytes: bytes
) -> None:
    await answer_to_bytes(server.address, request_bytes)
    assert leaks(caplog) == []


async def test_an_error_of_the_server_in_a_message_is_logged_without_address_and_told(
    server: LocalServer, client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(*_: object) -> None:
        raise RuntimeError("the probe is broken")

    async with Client(server.address) as neighbour:
        await begin_training(neighbour)
        await begin_training(client)
        monkeypatch.setattr(type(server.app.services.renderer), "answer", break_down)
        with pytest.raises(RefusedByServerError) as refused:
            await client.request("PROBE", x=0, y=0)
        assert refused.value.code == "internal"
        assert leaks(caplog) == []
        assert len([line for line in told(caplog) if "the probe is broken" in line]) == 1
        await train_on(client)
        await train_on(neighbour)


async def test_an_error_of_the_server_in_a_map_is_logged_once_and_told(
    server: LocalServer, client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("the renderer is broken")

    await begin_training(client)
    with monkeypatch.context() as broken:
        broken.setattr(type(server.app.services.renderer), "observe", break_down)
        assert await client.until_closed() == 1011
    assert leaks(caplog) == []
    assert len([line for line in told(caplog) if "the renderer is broken" in line]) == 1
    async with Client(server.address, client.session_id) as again:
        assert again.session["state"]["run_state"] == "TRAINING"
        await again.until_frames(2)


async def test_a_failed_training_is_logged_without_session_id(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_: Learner) -> None:
        raise RuntimeError("this step is broken")

    monkeypatch.setattr(Learner, "step", break_down)
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await client.request("START_TRAINING")
    await client.until_state("FAILED")
    assert leaks(caplog) == []
    (line,) = told(caplog)
    assert "this step is broken" in line


FORGED = 'forged\n{"event": "ready"}\r2026-01-01 INFO forged\u2028'


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_nothing_that_a_hostile_client_sends_gets_into_the_log(log_format: str) -> None:
    spelled = FORGED.encode("unicode_escape").decode()
    escaped = quote(FORGED)
    with server_process("--log-level", "DEBUG", "--log-format", log_format) as server:
        for path in (escaped, f"{escaped}.html", f"ws/{escaped}", f"?token={escaped}", "forged.js"):
            for headers in ({}, {"X-Forwarded-For": "198.51.100.7"}, {"Cookie": f"token={spelled}"}):
                await fetch(server.address, path, headers=headers)
        for method in ("FORGED", "POST"):
            await fetch(server.address, "forged", method=method, headers={"Host": "forged.example"})
        for request in (b"forged\n\n", b"GET /forged HTTP/1.1\r\nHost: forged\nforged: forged\r\n\r\n"):
            await answer_to_bytes(server.address, request)
        async with Client(server.address) as client:
            await client.send_raw(FORGED)
            await client.send_raw(json.dumps({"type": FORGED, "id": 1}))
            await client.send("ADD_POINT", x=FORGED)
            await client.send("CONFIGURE", **{FORGED: FORGED})
            await client.send("LOAD_DATASET", dataset=FORGED, count=10)
            await client.until(lambda: len(client.of_type("ERROR")) == 5)
            await client.send_raw(FORGED.encode())
            assert await client.until_closed() == 1003
        server.process.terminate()
        ended = await server.ended(DEADLINE_S)
    assert ended.status == 0
    assert_the_log_is_clean(ended, may_log_tracebacks=False)
    assert "forged" not in ended.stderr
    assert "198.51" not in ended.stderr
    lines = ended.stderr.splitlines()
    if log_format == "json":
        assert all(json.loads(line)["event"] != "library" or json.loads(line)["level"] == "DEBUG" for line in lines)
    else:
        assert all(line.isprintable() for line in lines)
