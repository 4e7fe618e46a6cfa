"""Saving a run over the wire: what is told, what is kept, what can be downloaded, and what is refused."""

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, AsyncExitStack
from pathlib import Path
from threading import Event
from typing import Any, get_args

import onnx
import pytest
import pytest_asyncio

from backend.logic.run_record import RunRecord
from backend.metrics import REGISTRY, OpenOutcome, SaveOutcome
from backend.settings import Settings
from tests.support.client import Client, Message, RefusedByServerError
from tests.support.http import fetch
from tests.support.kept_runs import bring, check_nothing, outcome_of, save, unzipped, why
from tests.support.runs import begin_training, eventually, status_after, stop_training, train_on
from tests.support.server import LocalServer, local_server


class Held:
    """A check of `train.py` that goes on until it is let go or broken off."""

    def __init__(self) -> None:
        self.goes_on = Event()

    def __call__(
        self,
        record: RunRecord,
        folder: Path,
        give_way: Callable[[], None],
        *,
        timeout_s: float,
        waiting: Callable[[], AbstractContextManager[None]],
    ) -> None:
        with waiting():
            while not self.goes_on.wait(0.002):
                give_way()
        check_nothing(record, folder, give_way, timeout_s=timeout_s, waiting=waiting)


@pytest_asyncio.fixture
async def saving(tmp_path: Path) -> AsyncIterator[LocalServer]:
    """A server that keeps runs in a directory of the test's."""
    async with local_server(Settings(runs_dir=tmp_path / "runs")) as server:
        yield server


@pytest_asyncio.fixture
async def trained(saving: LocalServer) -> AsyncIterator[Client]:
    """A client that has trained and stopped."""
    async with Client(saving.address) as client:
        await begin_training(client)
        await stop_training(client)
        yield client


def phases(client: Client, message_id: int) -> list[tuple[str, int]]:
    return [(m["phase"], m["ahead"]) for m in client.of_type("RUN_SAVING") if m["id"] == message_id]


def left_in(directory: Path) -> list[str]:
    """What lies in the directory of all runs beside the index."""
    return sorted(path.name for path in directory.iterdir() if path.name != "index.jsonl") if directory.exists() else []


async def run_file(server: LocalServer, client: Client, saved: Message, name: str) -> bytes:
    response = await fetch(server.address, f"runs/{client.session_id}/{saved['checkpoint_id']}{name}")
    assert response.code == 200, response.body
    return response.body


async def test_a_save_tells_its_phases_and_what_came_out_while_the_run_trains_on(
    saving: LocalServer, tmp_path: Path
) -> None:
    async with Client(saving.address) as client:
        await begin_training(client)
        answer = await client.request("SAVE_RUN")
        saved = await outcome_of(client, answer["id"])
        assert answer["type"] == "OK"
        assert phases(client, answer["id"]) == [("waiting", 0), ("writing", 0), ("checking", 0)]
        assert saved["type"] == "RUN_SAVED"
        directory = tmp_path / "runs" / saved["run_id"] / saved["config_hash"] / saved["checkpoint_id"]
        assert saved["directory"] == str(directory)
        assert saved["step"] > 0
        assert (saved["kept"], saved["replayable"], saved["changed"]) == (True, True, False)
        assert (saved["verified_steps"], saved["why_not_verified"]) == (None, "Nobody has tried it out.")
        listed = {file["name"]: file["bytes"] for file in saved["files"]}
        assert listed == {path.name: path.stat().st_size for path in directory.iterdir() if path.is_file()}
        assert {"config.json", "points.csv", "model.safetensors", "state.safetensors", "manifest.json"} <= listed.keys()
        scores, linear = (json.loads((directory / name).read_text()) for name in ("metrics.json", "baseline.json"))
        for figure in ("loss", "accuracy"):
            assert saved[f"train_{figure}"] == scores["train"][figure]
            assert saved[f"linear_train_{figure}"] == linear["metrics"]["train"][figure]
            assert (saved[f"test_{figure}"], saved[f"linear_test_{figure}"]) == (None, None)
        assert left_in(tmp_path / "runs") == [saved["run_id"]]
        # Nobody may have been shown the very step that was saved.
        newest = (directory / "history.csv").read_text().splitlines()[-1]
        assert newest.split(",")[0] == str(saved["step"])
        await train_on(client)


async def test_saving_again_tells_what_is_there_and_after_more_steps_it_is_another_of_the_same_run(
    trained: Client,
) -> None:
    first, again = await save(trained), await save(trained)
    assert again | {"id": 0} == first | {"id": 0}
    await status_after(trained, "STEP_TRAINING", count=5, unit="step")
    later = await save(trained)
    assert later["run_id"] == first["run_id"]
    assert later["checkpoint_id"] != first["checkpoint_id"]
    assert later["step"] == first["step"] + 5
    await trained.request("RESET_MODEL")
    assert (await save(trained))["run_id"] != first["run_id"]


async def test_the_zip_and_each_file_can_be_downloaded_by_who_has_the_session(
    saving: LocalServer, trained: Client
) -> None:
    saved = await save(trained)
    address = f"runs/{trained.session_id}/{saved['checkpoint_id']}"
    whole = await fetch(saving.address, f"{address}.zip")
    assert (whole.code, whole.headers["Content-Type"], whole.headers["Cache-Control"]) == (
        200,
        "application/zip",
        "no-store",
    )
    name = f"run-{saved['checkpoint_id'][:8]}.zip"
    assert whole.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    files = unzipped(whole.body)
    for file in saved["files"]:
        assert files[file["name"]] == await run_file(saving, trained, saved, f"/{file['name']}")
    environment = json.loads(files["env.json"])
    assert environment["checkpoint_id"] == saved["checkpoint_id"]


async def test_a_regression_tells_its_losses_and_those_of_the_linear_model(saving: LocalServer) -> None:
    async with Client(saving.address) as client:
        await client.request("CONFIGURE", problem="regression", train_fraction=0.5)
        await begin_training(client)
        saved = await save(client)
        losses = [saved[f"{whose}{split}_loss"] for whose in ("", "linear_") for split in ("train", "test")]
        assert all(isinstance(loss, float) for loss in losses)
        assert (saved["train_accuracy"], saved["linear_test_accuracy"]) == (None, None)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("CONFIGURE", {"learning_rate": 0.003}),
        ("ADD_POINT", {"x": 1.0, "y": 1.0, "label": 0}),
        ("SET_PARAMETERS", {"parameters": [[1, 0, None, 0.5]]}),
    ],
)
async def test_who_changes_something_on_the_way_is_told_and_train_py_says_the_same(
    saving: LocalServer, trained: Client, kind: str, fields: dict[str, Any]
) -> None:
    for changed in (False, True):
        saved = await save(trained)
        assert saved["changed"] is changed
        assert (b"Something was changed" in await run_file(saving, trained, saved, "/train.py")) is changed
        await trained.request(kind, **fields)


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
async def test_what_is_no_file_of_the_run_is_not_found(saving: LocalServer, trained: Client, name: str) -> None:
    saved = await save(trained)
    response = await fetch(saving.address, f"runs/{trained.session_id}/{saved['checkpoint_id']}{name}")
    assert response.code == 404
    assert b"run_id" not in response.body


async def test_a_file_that_somebody_put_beside_those_of_a_run_is_not_told(
    saving: LocalServer, trained: Client, tmp_path: Path
) -> None:
    saved = await save(trained)
    for folder in (tmp_path / "runs").glob("*/*/*"):
        (folder / "notes.txt").write_text("of nobody's concern")
    response = await fetch(saving.address, f"runs/{trained.session_id}/{saved['checkpoint_id']}/notes.txt")
    assert why(response) == (404, "This run has no file of that name.", "notes.txt")
    assert "notes.txt" not in unzipped(await run_file(saving, trained, saved, ".zip"))


async def test_nobody_else_gets_at_a_saved_run(saving: LocalServer, trained: Client) -> None:
    saved = await save(trained)
    async with Client(saving.address) as stranger:
        for session_id in (stranger.session_id, secrets.token_hex(16)):
            response = await fetch(saving.address, f"runs/{session_id}/{saved['checkpoint_id']}.zip")
            assert why(response) == (404, "This run is not there any more. Save it again, then download it.", None)


async def test_a_run_that_was_removed_from_the_disk_is_not_there_any_more(
    saving: LocalServer, trained: Client, tmp_path: Path
) -> None:
    saved = await save(trained)
    for path in (tmp_path / "runs").rglob("*.*"):
        if path.is_file():
            path.unlink()
    for name in (".zip", "/config.json"):
        response = await fetch(saving.address, f"runs/{trained.session_id}/{saved['checkpoint_id']}{name}")
        assert why(response)[0] == 404


async def test_a_session_has_one_save_under_way_and_a_line_is_told_who_comes_first(tmp_path: Path) -> None:
    held = Held()
    settings = Settings(runs_dir=tmp_path, max_waiting_saves=3)
    async with local_server(settings, check_script=held) as server, AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(Client(server.address)) for _ in range(4)]
        for client in clients:
            await begin_training(client)
        first, second, third, fourth = clients
        one = (await first.request("SAVE_RUN"))["id"]
        await first.until(lambda: ("checking", 0) in phases(first, one))
        with pytest.raises(RefusedByServerError, match="is being saved already") as busy:
            await first.request("SAVE_RUN")
        assert busy.value.code == "save_failed"
        two = (await second.request("SAVE_RUN"))["id"]
        await second.until(lambda: phases(second, two) == [("waiting", 1)])
        three = (await third.request("SAVE_RUN"))["id"]
        await third.until(lambda: phases(third, three) == [("waiting", 2)])
        with pytest.raises(RefusedByServerError, match="Too many runs"):
            await fourth.request("SAVE_RUN")
        for client in clients:
            await train_on(client)
        held.goes_on.set()
        for client, message_id in ((first, one), (second, two), (third, three)):
            assert (await outcome_of(client, message_id))["type"] == "RUN_SAVED"
        assert phases(third, three) == [("waiting", 2), ("waiting", 1), ("writing", 0), ("checking", 0)]
        assert (await save(fourth))["type"] == "RUN_SAVED"


async def test_whoever_saves_too_often_has_to_wait(tmp_path: Path) -> None:
    async with local_server(Settings(runs_dir=tmp_path, runs_per_minute=2)) as server, Client(server.address) as client:
        await begin_training(client)
        await stop_training(client)
        for _ in range(2):
            assert (await save(client))["type"] == "RUN_SAVED"
        with pytest.raises(RefusedByServerError, match="very often"):
            await client.request("SAVE_RUN")


async def test_a_save_that_takes_too_long_is_given_up_and_leaves_nothing(tmp_path: Path) -> None:
    async with (
        local_server(Settings(runs_dir=tmp_path, save_timeout_s=0.2), check_script=Held()) as server,
        Client(server.address) as client,
    ):
        await begin_training(client)
        refused = await save(client)
        assert (refused["code"], left_in(tmp_path)) == ("save_failed", [])
        assert "took too long" in refused["message"]
        await train_on(client)


async def test_where_runs_are_kept_a_save_goes_on_when_its_session_has_gone(tmp_path: Path) -> None:
    held = Held()
    settings = Settings(runs_dir=tmp_path, resume_window_s=0.01)
    async with local_server(settings, check_script=held) as server:
        async with Client(server.address) as client:
            await begin_training(client)
            message_id = (await client.request("SAVE_RUN"))["id"]
            await client.until(lambda: ("checking", 0) in phases(client, message_id))
        await eventually(lambda: len(server.app.services.registry) == 0)
        held.goes_on.set()
        await eventually(lambda: len(left_in(tmp_path)) == 1 and not left_in(tmp_path)[0].startswith("."))


async def test_who_has_the_session_by_then_is_told_of_a_save_and_numbers_are_those_of_who_asked(tmp_path: Path) -> None:
    held = Held()
    async with local_server(Settings(runs_dir=tmp_path), check_script=held) as server:
        async with Client(server.address) as client:
            await begin_training(client)
            message_id = (await client.request("SAVE_RUN"))["id"]
            await client.until(lambda: ("checking", 0) in phases(client, message_id))
        async with Client(server.address, client.session_id) as again:
            held.goes_on.set()
            await again.until(lambda: bool(again.of_type("RUN_SAVED")))
            saved = again.last("RUN_SAVED")
            assert (saved["id"], saved["directory"] is None) == (None, False)
            assert await run_file(server, again, saved, "/train.py")
            held.goes_on.clear()
            message_id = (await again.request("SAVE_RUN", tensorboard=True))["id"]
            await again.until(lambda: ("checking", 0) in phases(again, message_id))
            async with Client(server.address, client.session_id, headers={"X-Forwarded-For": "10.1.2.3"}) as far:
                held.goes_on.set()
                await far.until(lambda: bool(far.of_type("RUN_SAVED")))
                assert far.last("RUN_SAVED")["directory"] is None
                held.goes_on.clear()
                await far.request("SAVE_RUN", fiftyone=True)
                async with Client(server.address, client.session_id) as last:
                    server.app.services.saver.break_off()
                    await last.until(lambda: bool(last.of_type("ERROR")))
                    assert (last.last("ERROR")["id"], last.last("ERROR")["code"]) == (None, "save_failed")


async def test_without_keeping_a_run_can_be_downloaded_and_goes_with_its_session(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path, saving=False, resume_window_s=0.01)
    async with local_server(settings) as server:
        async with Client(server.address) as client:
            await begin_training(client)
            saved = await save(client)
            assert (saved["kept"], saved["directory"]) == (False, None)
            assert left_in(tmp_path) == []
            temporary = server.app.services.shelf.directory()
            assert unzipped(await run_file(server, client, saved, ".zip")).keys() >= {"config.json", "state.json"}
        await eventually(lambda: left_in(temporary) == [])
    assert not temporary.exists()


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


async def test_a_server_that_ends_breaks_saves_off_and_nothing_half_written_stays(tmp_path: Path) -> None:
    async with local_server(Settings(runs_dir=tmp_path), check_script=Held()) as server:
        clients = [Client(server.address) for _ in range(3)]
        for client in clients:
            await client.connect()
            await begin_training(client)
        first, *others = [(await client.request("SAVE_RUN"))["id"] for client in clients]
        await clients[0].until(lambda: ("checking", 0) in phases(clients[0], first))
        assert len(left_in(tmp_path)) == 1
    assert left_in(tmp_path) == []
    for client in clients:
        await client.close()
        assert client.of_type("RUN_SAVED") == []
    assert len(others) == 2


async def test_a_directory_that_is_not_one_is_named_and_training_goes_on(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    async with local_server(Settings(runs_dir=tmp_path / "runs")) as server, Client(server.address) as client:
        await begin_training(client)
        refused = await save(client)
        assert refused["code"] == "save_failed"
        assert refused["message"].startswith("The run was not saved: runs cannot be written:")
        await train_on(client)


async def test_a_disk_that_is_nearly_full_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path / "runs", least_free_bytes=2**50)
    async with local_server(settings) as server, Client(server.address) as client:
        await begin_training(client)
        assert "nearly full" in (await save(client))["message"]
        assert not (tmp_path / "runs").exists()


async def test_what_fails_by_our_fault_is_told_and_logged_once_and_the_next_is_saved(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faults = [ZeroDivisionError("asked for")]

    def fails_once(
        record: RunRecord,
        folder: Path,
        give_way: Callable[[], None],
        *,
        timeout_s: float,
        waiting: Callable[[], AbstractContextManager[None]],
    ) -> None:
        if faults:
            raise faults.pop()
        check_nothing(record, folder, give_way, timeout_s=timeout_s, waiting=waiting)

    async with (
        local_server(Settings(runs_dir=tmp_path), check_script=fails_once) as server,
        Client(server.address) as client,
    ):
        await begin_training(client)
        refused = await save(client)
        assert (refused["code"], refused["message"]) == ("save_failed", "The server failed to save this run.")
        assert left_in(tmp_path) == []
        assert (await save(client))["type"] == "RUN_SAVED"
    told = [record for record in caplog.records if getattr(record, "event", "") == "save_failed"]
    assert len(told) == 1


async def test_where_nothing_can_be_saved_a_sentence_says_why(saving: LocalServer, client: Client) -> None:
    del client
    async with Client(saving.address) as empty:
        with pytest.raises(RefusedByServerError) as refused:
            await empty.request("SAVE_RUN")
        assert str(refused.value).endswith(".")
    async with Client(saving.address) as wild:
        await begin_training(wild, learning_rate=1e6, optimizer="sgd")
        await wild.until_state("DIVERGED")
        end = await asyncio.gather(save(wild), return_exceptions=True)
        assert isinstance(end[0], dict | RefusedByServerError)
        await wild.request("RESET_MODEL")


async def test_only_a_page_on_this_computer_is_told_where_runs_are(saving: LocalServer) -> None:
    async with Client(saving.address, headers={"X-Forwarded-For": "10.1.2.3"}) as far:
        await begin_training(far)
        assert (await save(far))["directory"] is None


async def test_a_network_is_had_as_onnx_or_it_is_said_what_to_install(
    saving: LocalServer, trained: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = await save(trained)
    address = f"runs/{trained.session_id}/{saved['checkpoint_id']}/model.onnx"
    model = await fetch(saving.address, address)
    assert model.code == 200
    assert model.headers["Content-Disposition"] == 'attachment; filename="model.onnx"'
    onnx.checker.check_model(onnx.load_model_from_string(model.body))
    # Python's own way to say that something is not there.
    monkeypatch.setitem(sys.modules, "onnx", None)
    status, message, _ = why(await fetch(saving.address, address))
    assert (status, "requirements-export.txt" in message) == (501, True)


async def test_the_metrics_count_saves_and_openings(saving: LocalServer, trained: Client) -> None:
    def figures() -> dict[str, float]:
        return {
            f"{name} {outcome}": REGISTRY.get_sample_value(f"boundary_lab_{name}_total", {"outcome": outcome}) or 0
            for name, outcomes in (("saves", get_args(SaveOutcome)), ("opens", get_args(OpenOutcome)))
            for outcome in outcomes
        }

    before, seconds = figures(), REGISTRY.get_sample_value("boundary_lab_save_seconds_count") or 0
    saved = await save(trained)
    await save(trained)
    whole = await run_file(saving, trained, saved, ".zip")
    assert (await bring(saving.address, trained.session_id, {"zip": whole})).code == 200
    assert (await bring(saving.address, trained.session_id, {"zip": whole[:-9]})).code == 400
    grown = {name: count - before[name] for name, count in figures().items() if count != before[name]}
    assert grown == {"saves saved": 1, "saves found": 1, "opens opened": 1, "opens refused": 1}
    assert REGISTRY.get_sample_value("boundary_lab_save_seconds_count") == seconds + 2
