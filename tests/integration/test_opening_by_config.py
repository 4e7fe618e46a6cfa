"""A config.json that is brought alone: on a personal server it opens the newest run of it, on every other nothing."""

import json
import threading
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from backend import run_files
from backend.access import COOKIE
from backend.logic.config import RunConfig
from backend.logic.stretches import GiveWay
from backend.runs.kept import KeptRun, newest_of
from backend.runs.layout import config_bytes, new_run_id
from backend.runs.writing import SavedRun, save_run
from backend.settings import Settings
from tests.support.client import Client, Message
from tests.support.kept_runs import bring, save, why
from tests.support.run_records import record_of
from tests.support.runs import XOR_ROWS, begin_training, status_after, stop_training, train_on
from tests.support.server import LocalServer, local_server

TOKEN = "a-token-of-a-class"  # noqa: S105 - nobody else has it
MORE = 500
"""Steps that are made after a run was saved."""
CONFIG = RunConfig(hidden_layers=(5,), seed=3)
CONFIG_ALONE = {"config.json": config_bytes(CONFIG)}


def kept_in(runs_dir: Path, seed: int = 0) -> SavedRun:
    """A run of that config, as another start of the server has kept it."""
    return save_run(record_of(CONFIG, seed), runs_dir, new_run_id())


@pytest_asyncio.fixture
async def client(keeping: LocalServer) -> AsyncIterator[Client]:
    """Somebody with points on the page of their own server."""
    async with Client(keeping.address) as connected:
        await connected.request("ADD_POINTS", points=XOR_ROWS)
        yield connected


async def brought(address: str, client: Client, parts: dict[str, bytes] = CONFIG_ALONE) -> Any:
    """What is answered to a config.json that is brought, and taken."""
    response = await bring(address, client.session_id, parts)
    assert response.code == 200, response.body
    return json.loads(response.body)


async def opened(client: Client) -> Message:
    """The RUN_OPENED that comes."""
    await client.until(lambda: bool(client.of_type("RUN_OPENED")))
    return client.last("RUN_OPENED")


async def expect_settings_alone(address: str, client: Client, headers: dict[str, str] | None = None) -> None:
    """Bring the config alone, and see that settings and seed come of it, and nothing of any run."""
    response = await bring(address, client.session_id, CONFIG_ALONE, headers)
    assert (response.code, json.loads(response.body)) == (200, {"run_id": None})
    # Whatever the opening tells comes before this.
    await client.request("PROBE", x=0, y=0)
    config = client.last("CONFIG")["config"]
    assert (config["hidden_layers"], config["seed"]) == ([5], 3)
    assert [point[1:4] for point in client.last("POINTS")["points"]] == XOR_ROWS
    assert client.of_type("RUN_OPENED") == []


async def test_on_a_personal_server_the_run_comes_back_whole_and_goes_on_bit_for_bit(keeping: LocalServer) -> None:
    async with Client(keeping.address) as first, Client(keeping.address) as second:
        await begin_training(first, optimizer="adam", dropout=0.2, batch_size=7, train_fraction=0.7, seed=11)
        await stop_training(first)
        saved = await save(first)
        config = (Path(saved["directory"]) / "config.json").read_bytes()
        answer = await brought(keeping.address, second, {"config.json": config})
        message = await opened(second)
        assert answer == {"run_id": saved["run_id"]}
        assert (message["run_id"], message["notes"]) == (saved["run_id"], [])
        path = f"{saved['run_id']}/{saved['config_hash']}/{saved['checkpoint_id']}"
        assert message["found"] == {"path": path, "others": 0}
        assert (message["state"]["run_state"], message["state"]["step"]) == ("PAUSED", saved["step"])
        assert [point[1:4] for point in message["state"]["points"]] == XOR_ROWS
        assert message["history"][-1][0] == saved["step"]
        ends = []
        for client in (first, second):
            await status_after(client, "STEP_TRAINING", count=MORE, unit="step")
            ends.append(await save(client))
    assert ends[0]["step"] == ends[1]["step"] == saved["step"] + MORE
    assert ends[0]["checkpoint_id"] == ends[1]["checkpoint_id"]
    environment = json.loads((Path(ends[1]["directory"]) / "env.json").read_bytes())
    assert environment["parent"] == {"run_id": saved["run_id"], "checkpoint_id": saved["checkpoint_id"]}


async def test_of_several_runs_of_a_config_the_newest_is_opened_and_the_others_are_counted(
    keeping: LocalServer, client: Client, tmp_path: Path
) -> None:
    *_, newest = (kept_in(tmp_path / "runs", seed) for seed in range(3))
    assert client.session["finds_runs"] is True
    await brought(keeping.address, client)
    message = await opened(client)
    assert message["found"] == {"path": newest.path.relative_to(tmp_path / "runs").as_posix(), "others": 2}
    assert message["state"]["step"] == record_of(CONFIG).checkpoint.step


async def test_where_no_run_of_a_config_is_kept_it_brings_settings_and_seed(
    keeping: LocalServer, client: Client, tmp_path: Path
) -> None:
    save_run(record_of(RunConfig(hidden_layers=(5,), seed=4)), tmp_path / "runs", new_run_id())
    await expect_settings_alone(keeping.address, client)


async def test_settings_alone_can_be_had_where_a_run_of_them_is_kept_too(
    keeping: LocalServer, client: Client, tmp_path: Path
) -> None:
    kept_in(tmp_path / "runs")
    assert await brought(keeping.address, client, {"settings": CONFIG_ALONE["config.json"]}) == {"run_id": None}
    await client.request("PROBE", x=0, y=0)
    assert client.last("CONFIG")["config"]["seed"] == 3
    assert client.of_type("RUN_OPENED") == []


@pytest.mark.parametrize("fault", ["checksum", "missing"])
async def test_a_kept_run_that_is_not_as_it_was_saved_is_told_and_nothing_changes(
    keeping: LocalServer, client: Client, tmp_path: Path, fault: str
) -> None:
    kept_in(tmp_path / "runs", 1)
    newest = kept_in(tmp_path / "runs", 2)
    file = newest.path / "state.safetensors"
    if fault == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    said = len(client.messages)
    status, sentence, named = why(await bring(keeping.address, client.session_id, CONFIG_ALONE))
    assert (status, named) == (409, "state.safetensors")
    assert sentence.startswith("The newest run with these settings cannot be opened: state.safetensors ")
    assert f"It lies in {newest.path.relative_to(tmp_path / 'runs').as_posix()}." in sentence
    await client.request("PROBE", x=0, y=0)
    assert [message["type"] for message in client.messages[said:]] == ["PROBABILITIES"]
    await client.request("START_TRAINING")
    await train_on(client)


async def test_a_kept_run_above_the_limits_of_the_server_is_not_opened(tmp_path: Path) -> None:
    kept_in(tmp_path)
    async with local_server(Settings(runs_dir=tmp_path, max_points=10)) as small, Client(small.address) as client:
        status, sentence, _ = why(await bring(small.address, client.session_id, CONFIG_ALONE))
        assert (status, "10 points at most" in sentence) == (409, True)


async def test_the_directory_is_looked_through_in_the_thread_that_takes_turns(
    keeping: LocalServer, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def look(runs_dir: Path, config: RunConfig, give_way: GiveWay) -> KeptRun | None:
        threads.append(threading.current_thread().name)
        return newest_of(runs_dir, config, give_way)

    monkeypatch.setattr(run_files, "newest_of", look)
    kept_in(tmp_path / "runs")
    await brought(keeping.address, client)
    await opened(client)
    assert len(threads) == 1
    assert threads[0].startswith("runs")


SHARED: dict[str, dict[str, Any]] = {
    "a class": {"classroom": True},
    "a class on this computer": {"classroom": True, "host": "127.0.0.1"},
    "a class with a token": {"classroom": True, "token": TOKEN},
    "a token": {"token": TOKEN},
    "all addresses": {"host": "0.0.0.0"},  # noqa: S104 - nothing is bound
    "all addresses of IPv6": {"host": "::"},
    "an address of the network": {"host": "192.168.1.7"},
    "nothing is kept": {"saving": False},
    "a proxy": {"trusted_proxies": (ip_network("127.0.0.1/32"),)},
    "another name": {"allowed_hosts": ("lab.school.example",)},
}


@pytest.mark.parametrize("shared", SHARED)
async def test_on_a_server_that_others_use_too_a_config_reaches_no_run(tmp_path: Path, shared: str) -> None:
    kept_in(tmp_path)
    key = {"Cookie": f"{COOKIE}={TOKEN}"}
    settings = Settings(runs_dir=tmp_path, **SHARED[shared])
    async with local_server(settings) as server, Client(server.address, headers=key) as client:
        assert client.session["finds_runs"] is False
        await client.request("ADD_POINTS", points=XOR_ROWS)
        await expect_settings_alone(server.address, client, key)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"])
async def test_what_a_proxy_passes_on_reaches_no_run_even_if_nobody_has_told_the_server_of_it(
    keeping: LocalServer, tmp_path: Path, header: str
) -> None:
    kept_in(tmp_path / "runs")
    told = {header: "10.1.2.3"}
    async with Client(keeping.address, headers=told) as client:
        assert client.session["finds_runs"] is False
        await client.request("ADD_POINTS", points=XOR_ROWS)
        await expect_settings_alone(keeping.address, client, told)


async def test_a_foreign_page_opens_no_kept_run(keeping: LocalServer, client: Client, tmp_path: Path) -> None:
    kept_in(tmp_path / "runs")
    response = await bring(keeping.address, client.session_id, CONFIG_ALONE, headers={"Origin": "http://evil.example"})
    assert response.code == 403
    await client.request("PROBE", x=0, y=0)
    assert client.of_type("RUN_OPENED") == []
