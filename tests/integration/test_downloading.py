"""Saved runs are downloaded by who has the session, and by nobody else."""

import asyncio
import json
import secrets
import socket
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import onnx
import pytest

from backend.settings import Settings
from tests.support.client import Client
from tests.support.http import fetch
from tests.support.kept_runs import downloaded, left_in, save, unzipped, why
from tests.support.runs import begin_training, eventually, status_after, stop_training
from tests.support.server import LocalServer, local_server

LARGE_BYTES: Final = 40_000_000


async def ask_and_read_nothing(address: str, path: str, stack: AsyncExitStack) -> None:
    """Ask for a file on a connection of which nobody takes what comes, as long as the stack is there."""
    target = urlsplit(address)
    connection = stack.enter_context(socket.socket())
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)  # noqa: FBT003 - positional-only
    loop = asyncio.get_running_loop()
    await loop.sock_connect(connection, (target.hostname, target.port))
    await loop.sock_sendall(connection, f"GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


async def test_the_zip_and_each_file_can_be_downloaded_by_who_has_the_session(
    keeping: LocalServer, trained: Client
) -> None:
    saved = await save(trained)
    address = f"runs/{trained.session_id}/{saved['checkpoint_id']}"
    whole = await fetch(keeping.address, f"{address}.zip")
    assert (whole.code, whole.headers["Content-Type"], whole.headers["Cache-Control"]) == (
        200,
        "application/zip",
        "no-store",
    )
    name = f"run-{saved['checkpoint_id'][:8]}.zip"
    assert whole.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    files = unzipped(whole.body)
    for file in saved["files"]:
        assert files[file["name"]] == await downloaded(keeping.address, trained, saved, f"/{file['name']}")
    environment = json.loads(files["env.json"])
    assert environment["checkpoint_id"] == saved["checkpoint_id"]


@pytest.mark.parametrize(
    "name",
    [
        "/../../index.jsonl",
        "/..%2f..%2findex.jsonl",
        "/%2e%2e/%2e%2e/index.jsonl",
        "/index.jsonl",
        "/etc/passwd",
        "/nothing.json",
        "/config.json%00.txt",
        "/tb/x.json",
        "",
        ".tar",
    ],
)
async def test_what_is_no_file_of_the_run_is_not_found(keeping: LocalServer, trained: Client, name: str) -> None:
    saved = await save(trained)
    response = await fetch(keeping.address, f"runs/{trained.session_id}/{saved['checkpoint_id']}{name}")
    assert response.code == 404
    assert b"run_id" not in response.body


async def test_a_file_that_somebody_put_beside_those_of_a_run_is_not_told(
    keeping: LocalServer, trained: Client, tmp_path: Path
) -> None:
    saved = await save(trained)
    for folder in (tmp_path / "runs").glob("*/*/*"):
        (folder / "notes.txt").write_text("of nobody's concern")
    response = await fetch(keeping.address, f"runs/{trained.session_id}/{saved['checkpoint_id']}/notes.txt")
    assert why(response) == (404, "This run has no file of that name.", "notes.txt")
    assert "notes.txt" not in unzipped(await downloaded(keeping.address, trained, saved, ".zip"))


async def test_nobody_else_gets_at_a_saved_run(keeping: LocalServer, trained: Client) -> None:
    saved = await save(trained)
    async with Client(keeping.address) as stranger:
        for session_id in (stranger.session_id, secrets.token_hex(16)):
            response = await fetch(keeping.address, f"runs/{session_id}/{saved['checkpoint_id']}.zip")
            assert why(response) == (404, "This run is not there any more. Save it again, then download it.", None)


async def test_a_run_that_was_removed_from_the_disk_is_not_there_any_more(
    keeping: LocalServer, trained: Client, tmp_path: Path
) -> None:
    saved = await save(trained)
    for path in (tmp_path / "runs").rglob("*.*"):
        if path.is_file():
            path.unlink()
    for name in (".zip", "/config.json"):
        response = await fetch(keeping.address, f"runs/{trained.session_id}/{saved['checkpoint_id']}{name}")
        assert why(response)[0] == 404


async def test_without_keeping_a_run_can_be_downloaded_and_goes_with_its_session(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path, saving=False, resume_window_s=0.01)
    async with local_server(settings) as server:
        async with Client(server.address) as client:
            await begin_training(client)
            saved = await save(client)
            assert (saved["kept"], saved["directory"]) == (False, None)
            assert left_in(tmp_path) == []
            temporary = server.app.services.shelf.directory()
            assert unzipped(await downloaded(server.address, client, saved, ".zip")).keys() >= {
                "config.json",
                "state.json",
            }
        # Not even an index that grows with each.
        await eventually(lambda: list(temporary.iterdir()) == [])
    assert not temporary.exists()


async def test_without_keeping_what_takes_the_place_of_the_same_weights_removes_them(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path, saving=False)
    async with local_server(settings) as server, Client(server.address) as client:
        await begin_training(client)
        await stop_training(client)
        saved = []
        for rate in (0.1, 0.2):
            await client.request("CONFIGURE", learning_rate=rate)
            saved.append(await save(client))
        assert saved[0]["checkpoint_id"] == saved[1]["checkpoint_id"]
        there = server.app.services.shelf.directory() / saved[1]["run_id"]
        await eventually(lambda: left_in(there) == [saved[1]["config_hash"]])
        assert await downloaded(server.address, client, saved[1], "/config.json")


async def test_without_keeping_the_oldest_go_when_there_are_too_many_of_a_session_or_of_all(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path, saving=False, max_saves_per_session=2)
    async with local_server(settings) as server, Client(server.address) as client, Client(server.address) as other:
        saves = []
        await begin_training(other)
        others = await save(other)
        await begin_training(client)
        await stop_training(client)
        for _ in range(3):
            saves.append(await save(client))
            await status_after(client, "STEP_TRAINING", count=1, unit="step")
        there = [server.app.services.shelf.find(client.session_id, each["checkpoint_id"]) for each in saves]
        assert [each is not None for each in there] == [False, True, True]
        assert server.app.services.shelf.find(other.session_id, others["checkpoint_id"]) is not None
    settings = Settings(runs_dir=tmp_path, saving=False, max_temporary_bytes=1024)
    async with local_server(settings) as server, Client(server.address) as client, Client(server.address) as other:
        ids: list[tuple[str, str]] = []
        for each in (client, other):
            await begin_training(each, seed=len(ids))
            ids.append((each.session_id, (await save(each))["checkpoint_id"]))
        assert [server.app.services.shelf.find(*each) is not None for each in ids] == [False, True]


async def test_whoever_reads_nothing_holds_two_places_and_not_for_long(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path, run_stall_s=0.5)
    async with local_server(settings) as server, AsyncExitStack() as stack:
        deaf, other = [await stack.enter_async_context(Client(server.address)) for _ in range(2)]
        downloads = server.app.services.downloads
        for client in (deaf, other):
            await begin_training(client)
        saved = await save(deaf)
        # More than the buffers of the network take.
        (Path(saved["directory"]) / "train.py").write_bytes(bytes(LARGE_BYTES))
        for _ in range(5):
            address = f"runs/{deaf.session_id}/{saved['checkpoint_id']}/train.py"
            await ask_and_read_nothing(server.address, address, stack)
        await eventually(lambda: (len(downloads), downloads.waiting_count) == (2, 3))
        assert await downloaded(server.address, other, await save(other))
        await eventually(lambda: (len(downloads), downloads.waiting_count) == (0, 0))


async def test_thirty_of_a_class_behind_one_router_all_get_what_they_ask_for_at_once(tmp_path: Path) -> None:
    async with local_server(Settings(runs_dir=tmp_path, max_run_downloads=4)) as server, AsyncExitStack() as stack:
        client = await stack.enter_async_context(Client(server.address))
        await begin_training(client)
        saved = await save(client)
        written = server.app.services.shelf.find(client.session_id, saved["checkpoint_id"])
        assert written is not None
        pupils = [await stack.enter_async_context(Client(server.address)) for _ in range(30)]
        for pupil in pupils:
            server.app.services.shelf.desk(pupil.session_id)
            server.app.services.shelf.keep(pupil.session_id, written)
        zips = await asyncio.gather(*(downloaded(server.address, pupil, saved) for pupil in pupils))
        assert len(zips) == 30


async def test_whoever_has_runs_packed_too_often_has_to_wait_but_can_have_their_files(tmp_path: Path) -> None:
    async with local_server(Settings(runs_dir=tmp_path, runs_per_minute=2)) as server, Client(server.address) as client:
        await begin_training(client)
        saved = await save(client)
        assert await downloaded(server.address, client, saved)
        for name in (".zip", "/model.onnx"):
            response = await fetch(server.address, f"runs/{client.session_id}/{saved['checkpoint_id']}{name}")
            status, message, _ = why(response)
            assert (status, "very often" in message) == (429, True)
        assert await downloaded(server.address, client, saved, "/train.py")


async def test_a_network_is_had_as_onnx_or_it_is_said_what_to_install(
    keeping: LocalServer, trained: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = await save(trained)
    address = f"runs/{trained.session_id}/{saved['checkpoint_id']}/model.onnx"
    model = await fetch(keeping.address, address)
    assert model.code == 200
    assert model.headers["Content-Disposition"] == 'attachment; filename="model.onnx"'
    onnx.checker.check_model(onnx.load_model_from_string(model.body))
    # Python's own way to say that something is not there.
    monkeypatch.setitem(sys.modules, "onnx", None)
    status, message, _ = why(await fetch(keeping.address, address))
    assert (status, "requirements-export.txt" in message) == (501, True)
