"""Saving and opening at its worst: a full disk, hostile zips, everybody at once, an end in the middle."""

import asyncio
import io
import re
import signal
import struct
import zipfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import psutil
import pytest

from tests.faults.standing import assert_the_log_is_clean, standing
from tests.support import scrape
from tests.support.client import DEADLINE_S, Client
from tests.support.kept_runs import bring, downloaded, left_in, outcomes_of, save, unzipped, why, zipped
from tests.support.memory import MEGABYTE, growth
from tests.support.runs import begin_training, eventually, stop_training, tell_figure, train_on
from tests.support.server import server_process

SAVERS: Final = 30
END_S: Final = 5
"""The server promises to end within so many seconds."""
UNTRIED: Final = ("--verify-timeout-s", "0.1")
"""Trying out a script takes seconds of a core: it is given up at once where it is not what is tested."""
BOMB_BYTES: Final = 300_000_000


@pytest.mark.parametrize(
    ("module", "below", "told"),
    [
        ("tests.support.full_disk_server", "runs", r"[a-z.]+ cannot be written: it is larger than the system allows\."),
        ("backend", "a file/runs", r"runs cannot be written: there is a file where a directory should be\."),
    ],
    ids=["full", "not writable"],
)
async def test_a_disk_that_takes_no_run_is_told_with_file_and_reason_and_nothing_half_written_stays(
    tmp_path: Path, module: str, below: str, told: str
) -> None:
    runs_dir = tmp_path / below
    async with standing("--runs-dir", str(runs_dir), *UNTRIED, module=module) as scene:
        # Not before: a server that could never keep a run does not start.
        (tmp_path / "a file").write_text("")
        async with Client(scene.address) as client:
            await begin_training(client)
            for _ in range(3):
                refused = await save(client)
                assert refused["code"] == "save_failed"
                assert re.fullmatch(f"The run was not saved: {told}", refused["message"]), refused["message"]
                await train_on(client)
        assert not runs_dir.exists() or left_in(runs_dir) == []
        assert scene.server.log().count("save_refused") == 1


async def test_thirty_sessions_that_save_at_once_are_all_saved_and_nobody_notices(tmp_path: Path) -> None:
    async with standing("--runs-dir", str(tmp_path), *UNTRIED) as scene, AsyncExitStack() as stack:
        savers = [await stack.enter_async_context(Client(scene.address)) for _ in range(SAVERS)]
        for seed, each in enumerate(savers):
            await begin_training(each, seed=seed)
            await stop_training(each)
        steps = [bystander.frames[-1].step for bystander in scene.bystanders]
        waiting = [(each, (await each.request("SAVE_RUN"))["id"]) for each in savers]
        for _ in range(3):
            await scene.undisturbed()
        saved = []
        for each, message_id in waiting:
            # The line is long, but it moves.
            async with asyncio.timeout(DEADLINE_S):
                while not outcomes_of(each, message_id):
                    await train_on(scene.bystanders[0])
            saved += outcomes_of(each, message_id)
        assert {message["type"] for message in saved} == {"RUN_SAVED"}
        assert len({message["run_id"] for message in saved}) == len(left_in(tmp_path)) == SAVERS
        seconds = await scrape.value(scene.address, "boundary_lab_save_seconds_sum")
        made = [bystander.frames[-1].step - step for bystander, step in zip(scene.bystanders, steps, strict=True)]
        tell_figure(f"{seconds / SAVERS:.1f} s from asking to having it, on average; bystanders made {made} steps")
        assert await scrape.value(scene.address, 'boundary_lab_saves_total{outcome="saved"}') == SAVERS


def honest_bomb() -> bytes:
    """300 MB of zeros that say so."""
    return zipped({"config.json": b"{}", "points.csv": bytes(BOMB_BYTES)})


def lying_bomb() -> bytes:
    """300 MB of zeros that say they are 1,000."""
    bomb = zipped({"config.json": bytes(BOMB_BYTES)})
    return bomb.replace(struct.pack("<I", BOMB_BYTES), struct.pack("<I", 1_000))


def many_names() -> bytes:
    """Twenty thousand files without anything in them."""
    return zipped({f"{number}.csv": b"" for number in range(20_000)})


def a_link() -> bytes:
    """A file that is a link out of the run."""
    entry = zipfile.ZipInfo("config.json")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return target.getvalue()


HOSTILE: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "a bomb": (honest_bomb, "when unpacked"),
    "a bomb that lies": (lying_bomb, "config.json is damaged"),
    "20,000 files": (many_names, "too many files"),
    "a way out": (lambda: zipped({"../../config.json": b"{}"}), "leads out of it"),
    "a link": (a_link, "is a link"),
    "half a zip": (lambda: zipped({"config.json": b"{}"})[:-9], "not a whole zip"),
    "no zip": (lambda: b"\x80\x04K\x01." * 100, "not a whole zip"),
    "a newer version": (lambda: zipped({"config.json": b'{"format": 2}'}), "newer version"),
    "too deep": (lambda: zipped({"config.json": b"[" * 60_000}), "config.json"),
}


async def test_hostile_zips_are_refused_with_a_sentence_and_take_no_memory(tmp_path: Path) -> None:
    zips = {name: make() for name, (make, _) in HOSTILE.items()}
    async with (
        standing("--runs-dir", str(tmp_path)) as scene,
        Client(scene.address) as client,
        growth(scene.server.process.pid) as grown,
    ):
        await begin_training(client)
        for name, (_, sentence) in HOSTILE.items():
            status, message, _ = why(await bring(scene.address, client.session_id, {"zip": zips[name]}))
            assert (name, status, sentence in message) == (name, 400, True), message
            await train_on(client)
        tell_figure(f"memory grew by {grown.peak_bytes / MEGABYTE:.1f} MB")
        assert grown.peak_bytes < 60 * MEGABYTE
        assert left_in(tmp_path) == []


async def test_uploads_that_never_end_hold_nobody_up_and_are_cut_off(tmp_path: Path) -> None:
    arguments = ("--runs-dir", str(tmp_path), "--run-stall-s", "3", *UNTRIED)
    async with standing(*arguments) as scene, AsyncExitStack() as stack:
        client, other = [await stack.enter_async_context(Client(scene.address)) for _ in range(2)]
        await begin_training(client)
        await stop_training(client)
        saved = await save(client)
        files = unzipped(await downloaded(scene.address, client, saved))
        endless = []
        for _ in range(4):
            reader, writer = await asyncio.open_connection("127.0.0.1", scene.server.port)
            stack.callback(writer.close)
            writer.write(f"POST /runs/{client.session_id} HTTP/1.1\r\nHost: localhost\r\n".encode())
            writer.write(b"Content-Length: 1000000\r\n\r\n" + b"x" * 1000)
            endless.append(reader)
        await scene.undisturbed()
        assert (await bring(scene.address, other.session_id, files)).code == 200
        for reader in endless:
            assert await asyncio.wait_for(reader.read(), DEADLINE_S) == b""
        assert (await bring(scene.address, client.session_id, files)).code == 200


@pytest.mark.parametrize("keeping", ["--saving", "--no-saving"])
async def test_a_server_told_to_end_in_the_middle_of_saves_leaves_nothing_half_written(
    tmp_path: Path, keeping: str
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    arguments = ("--runs-dir", str(tmp_path / "runs"), "--log-format", "json", keeping)
    with server_process(*arguments, environment={"TMPDIR": str(temporary)}) as server:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(Client(server.address)) for _ in range(3)]
            for client in clients:
                await begin_training(client)
                await client.request("SAVE_RUN")
            await clients[0].until(lambda: clients[0].last("RUN_SAVING")["phase"] == "checking")
            process = psutil.Process(server.process.pid)
            await eventually(lambda: bool(process.children()))
            trying = process.children()
            server.process.send_signal(signal.SIGTERM)
            ended = await server.ended(END_S)
            assert [await client.until_closed() for client in clients] == [1012] * 3
    assert ended.status == 0
    assert_the_log_is_clean(ended, may_log_tracebacks=False)
    assert "left_behind" not in ended.stderr
    assert left_in(tmp_path / "runs") == []
    assert left_in(temporary) == []
    assert not any(child.is_running() for child in trying)


async def test_whoever_leaves_in_the_middle_of_a_save_harms_nobody(tmp_path: Path) -> None:
    async with standing("--runs-dir", str(tmp_path), "--resume-window-s", "0.1", *UNTRIED) as scene:
        for _ in range(5):
            async with Client(scene.address) as client:
                await begin_training(client)
                await client.send("SAVE_RUN")
        async with Client(scene.address) as last:
            await begin_training(last)
            assert (await save(last))["type"] == "RUN_SAVED"
        assert not any(name.startswith(".") for name in left_in(tmp_path))
