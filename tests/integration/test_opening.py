"""Opening a saved run over the wire: it goes on bit for bit, and what is no run changes nothing and says why."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.metrics import REGISTRY
from backend.settings import Settings
from tests.support.client import DEADLINE_S, Client, Message
from tests.support.http import answer_to_bytes
from tests.support.kept_runs import bring, downloaded, form, save, unzipped, why, zipped
from tests.support.runs import XOR_ROWS, begin_training, eventually, status_after, stop_training, train_on
from tests.support.server import LocalServer, local_server, server_process

MORE = 500
"""Steps that are made after a run was saved."""


async def opened(client: Client) -> Message:
    """The RUN_OPENED that comes."""
    await client.until(lambda: bool(client.of_type("RUN_OPENED")))
    return client.last("RUN_OPENED")


async def a_saved_run(server: LocalServer, **config: Any) -> tuple[Message, dict[str, bytes]]:
    """A run that has been trained and saved, and its files."""
    async with Client(server.address) as client:
        await begin_training(client, **config)
        await stop_training(client)
        saved = await save(client)
        return saved, unzipped(await downloaded(server.address, client, saved))


async def test_a_run_saved_on_one_start_of_the_server_goes_on_bit_for_bit_on_the_next(tmp_path: Path) -> None:
    config = {"optimizer": "adam", "dropout": 0.2, "layer_norm": True, "batch_size": 7, "train_fraction": 0.7}
    runs_dir = ("--runs-dir", str(tmp_path))
    with server_process(*runs_dir) as first:
        async with Client(first.address) as client:
            await begin_training(client, **config)
            await status_after(client, "STOP_TRAINING")
            await status_after(client, "STEP_TRAINING", count=65, unit="step")
            saved = await save(client)
            zip_file = await downloaded(first.address, client, saved)
            await status_after(client, "STEP_TRAINING", count=MORE, unit="step")
            uninterrupted = await save(client)
    assert saved["why_not_verified"] is None
    assert saved["verified_steps"] == min(200, saved["step"])
    assert saved["largest_difference"] < 1e-4
    assert Path(saved["directory"]).parent.parent.parent == tmp_path
    with server_process(*runs_dir, "--verify-timeout-s", "0.1") as second:
        async with Client(second.address) as client:
            response = await bring(second.address, client.session_id, {"zip": zip_file})
            assert (response.code, json.loads(response.body)) == (200, {"run_id": saved["run_id"]})
            state = (await opened(client))["state"]
            assert (state["run_state"], state["step"]) == ("PAUSED", saved["step"])
            await status_after(client, "STEP_TRAINING", count=MORE, unit="step")
            went_on = await save(client)
            kept = json.loads(unzipped(await downloaded(second.address, client, went_on))["env.json"])
    assert went_on["step"] == uninterrupted["step"] == saved["step"] + MORE
    assert went_on["checkpoint_id"] == uninterrupted["checkpoint_id"]
    assert went_on["run_id"] not in {saved["run_id"], uninterrupted["run_id"]}
    assert kept["parent"] == {"run_id": saved["run_id"], "checkpoint_id": saved["checkpoint_id"]}


async def test_what_was_there_comes_back_with_its_ids_splits_frozen_weights_and_history(keeping: LocalServer) -> None:
    async with Client(keeping.address) as client:
        await begin_training(client, train_fraction=0.6, seed=11)
        await stop_training(client)
        await client.request("REMOVE_POINTS", ids=[2, 5])
        await client.request("FREEZE_PARAMETERS", parameters=[[1, 0, None]], frozen=True)
        await status_after(client, "STEP_TRAINING", count=20, unit="step")
        saved = await save(client)
        files = unzipped(await downloaded(keeping.address, client, saved))
        shown = {frame.step for frame in client.frames}
        async with Client(keeping.address, client.session_id) as again:
            before = again.session["state"]
    async with Client(keeping.address) as other:
        assert (await bring(keeping.address, other.session_id, files)).code == 200
        message = await opened(other)
        assert message["run_id"] == saved["run_id"]
        assert message["notes"] == []
        told = {name: message["state"][name] for name in ("run_state", "config", "points", "step", "epoch", "frozen")}
        assert told == {name: before[name] for name in told}
        steps = [row[0] for row in message["history"]]
        assert steps == sorted(steps)
        assert steps[-1] == saved["step"]
        assert shown <= set(steps)
        place = other.messages.index(message)
        await other.until(lambda: any(m["type"] == "TRAINING_STATUS" for m in other.messages[place:]))
        await other.until(lambda: bool(other.frames))
        assert other.frames[-1].step == saved["step"]
        answer = await other.request("ADD_POINT", x=0, y=0, label=0)
        assert answer["point_ids"] == [len(XOR_ROWS) + 1]


def flipped(data: bytes) -> bytes:
    """The same with another last byte."""
    return data[:-1] + bytes([data[-1] ^ 1])


def newer(data: bytes) -> bytes:
    """A config of a format that is to come."""
    return json.dumps({**json.loads(data), "format": 2}).encode()


def wider(data: bytes) -> bytes:
    """A config of another network."""
    return json.dumps({**json.loads(data), "hidden_layers": [100] * 10}).encode()


BROKEN = {
    "wrong checksum": ("points.csv", flipped),
    "truncated weights": ("model.safetensors", lambda data: data[:-4]),
    "newer version": ("config.json", newer),
    "other shapes": ("config.json", wider),
    "no JSON": ("state.json", lambda _: b"\x80\x04N."),
    "too large": ("config.json", lambda data: data + b" " * 70_000),
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("has_manifest", [True, False], ids=["manifest", "bare"])
async def test_a_file_that_is_not_right_is_named_and_nothing_changes(
    keeping: LocalServer, fault: str, *, has_manifest: bool
) -> None:
    file, spoil = BROKEN[fault]
    if fault == "wrong checksum" and not has_manifest:
        file, spoil = "model.safetensors", flipped
    _, files = await a_saved_run(keeping)
    files[file] = spoil(files[file])
    if not has_manifest:
        del files["manifest.json"]
    async with Client(keeping.address) as client:
        await begin_training(client)
        await stop_training(client)
        said = len(client.messages)
        status, message, named = why(await bring(keeping.address, client.session_id, {"zip": zipped(files)}))
        assert status == 400
        assert named is not None
        assert named in message
        assert message.endswith(".")
        await client.request("PROBE", x=0, y=0)
        assert [m["type"] for m in client.messages[said:]] == ["PROBABILITIES"]
        await client.request("START_TRAINING")
        await train_on(client)


@pytest.mark.parametrize("name", ["../config.json", "/etc/passwd", "a/../../config.json", "C:\\config.json"])
async def test_a_zip_whose_names_lead_out_of_it_is_refused(keeping: LocalServer, name: str) -> None:
    async with Client(keeping.address) as client:
        response = await bring(keeping.address, client.session_id, {"zip": zipped({name: b"{}"})})
        status, message, _ = why(response)
        assert status == 400
        assert message.startswith("The zip ")


async def test_a_run_is_not_opened_while_another_is_trained(keeping: LocalServer) -> None:
    _, files = await a_saved_run(keeping)
    async with Client(keeping.address) as client:
        await begin_training(client)
        status, message, _ = why(await bring(keeping.address, client.session_id, files))
        assert (status, message.endswith(".")) == (409, True)
        await train_on(client)


async def test_a_run_above_the_limits_of_the_server_is_not_opened(keeping: LocalServer) -> None:
    _, files = await a_saved_run(keeping)
    async with local_server(Settings(max_points=10)) as small, Client(small.address) as client:
        status, message, _ = why(await bring(small.address, client.session_id, files))
        assert (status, "10 points at most" in message) == (409, True)


async def test_nothing_is_opened_where_nobody_is_connected(keeping: LocalServer) -> None:
    status, message, _ = why(await bring(keeping.address, "0" * 32, {"config.json": b"{}"}))
    assert (status, message) == (404, "This page is not connected, so the run cannot be opened. Please try again.")
    assert len(keeping.app.services.registry) == 0


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "[", "http://[::1"])
async def test_a_foreign_page_opens_nothing(keeping: LocalServer, origin: str) -> None:
    async with Client(keeping.address) as victim:
        response = await bring(
            keeping.address, victim.session_id, {"config.json": b'{"seed": 5}'}, headers={"Origin": origin}
        )
        assert response.code == 403
        await victim.request("PROBE", x=0, y=0)
        assert victim.of_type("CONFIG") == []
        own = {"Origin": keeping.address.rstrip("/")}
        assert (
            await bring(keeping.address, victim.session_id, {"config.json": b'{"seed": 5}'}, headers=own)
        ).code == 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kind, body: (kind, body[:-20]),
        lambda _, body: ("application/zip", body),
        lambda kind, body: (kind + "x", body),
        lambda kind, _: (kind, b""),
    ],
    ids=["cut off", "another type", "another boundary", "empty"],
)
async def test_what_is_no_form_is_refused_with_a_sentence(keeping: LocalServer, spoil: Any) -> None:
    async with Client(keeping.address) as client:
        kind, body = spoil(*form({"config.json": b"{}"}))
        head = f"POST /runs/{client.session_id} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        told, _, answer = (await answer_to_bytes(keeping.address, head.encode() + body)).partition(b"\r\n\r\n")
        assert told.startswith(b"HTTP/1.1 400 ")
        assert json.loads(answer)["message"] == "The files did not arrive whole. Please try again."


async def test_what_is_larger_than_a_run_can_be_is_cut_off(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path, max_run_bytes=1024)
    async with local_server(settings) as server, Client(server.address) as client:
        await begin_training(client)
        kind, body = form({"zip": bytes(200_000)})
        head = f"POST /runs/{client.session_id} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        # It does not wait for what it would not take; what it leaves unread when it closes could cost the answer.
        told, _, answer = (await answer_to_bytes(server.address, head.encode())).partition(b"\r\n\r\n")
        assert told.startswith(b"HTTP/1.1 413 ")
        assert json.loads(answer)["message"] == "This is too large for a run: it can have 1,024 bytes."
        await train_on(client)


@pytest.mark.parametrize("limit", ["run_upload_timeout_s", "run_stall_s"])
async def test_an_upload_that_never_ends_is_cut_off_and_its_place_is_free_again(tmp_path: Path, limit: str) -> None:
    settings = replace(Settings(runs_dir=tmp_path), **{limit: 0.3})  # type: ignore[arg-type]
    async with local_server(settings) as server, Client(server.address) as client:
        await begin_training(client)
        for _ in range(6):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(server.address.rstrip("/").split(":")[-1]))
            head = f"POST /runs/{client.session_id} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
            writer.write(head.encode() + b"x")
            assert await asyncio.wait_for(reader.read(), DEADLINE_S) == b""
            writer.close()
        await stop_training(client)
        assert (await bring(server.address, client.session_id, {"config.json": b"{}"})).code == 200


async def test_a_run_has_more_time_to_come_in_than_any_other_request(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path, request_timeout_s=0.3)
    async with local_server(settings) as server, Client(server.address) as client:
        port = int(server.address.rstrip("/").split(":")[-1])
        kind, body = form({"config.json": b"{}"})
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /runs/{client.session_id} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body[:20])
        await writer.drain()
        # Another that has come later is cut off by now.
        silent, other = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(silent.read(), DEADLINE_S) == b""
        other.close()
        writer.write(body[20:])
        assert (await asyncio.wait_for(reader.read(), DEADLINE_S)).startswith(b"HTTP/1.1 200 ")
        writer.close()


async def test_a_run_is_packed_and_opened_in_turns_with_who_trains(keeping: LocalServer) -> None:
    def turns() -> float:
        return REGISTRY.get_sample_value("boundary_lab_gate_wait_seconds_count", {"contender": "files"}) or 0

    before = turns()
    _, files = await a_saved_run(keeping)
    assert turns() > before
    before = turns()
    async with Client(keeping.address) as client:
        assert (await bring(keeping.address, client.session_id, files)).code == 200
    assert turns() > before


async def test_whoever_opens_too_often_has_to_wait(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path, runs_per_minute=1)
    async with local_server(settings) as server, Client(server.address) as client:
        assert (await bring(server.address, client.session_id, {"config.json": b"{}"})).code == 200
        assert why(await bring(server.address, client.session_id, {"config.json": b"{}"}))[0] == 429


async def test_a_run_goes_to_who_has_the_session_when_it_is_open(keeping: LocalServer) -> None:
    _, files = await a_saved_run(keeping)
    async with Client(keeping.address) as first, Client(keeping.address, first.session_id) as second:
        await eventually(lambda: first.has_ended)
        assert (await bring(keeping.address, second.session_id, files)).code == 200
        await opened(second)
        assert first.of_type("RUN_OPENED") == []
