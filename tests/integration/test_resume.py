"""Coming back: to a session that is still there, to one that has ended, and with the resume document."""

import asyncio
from typing import Any

import pytest

from backend.settings import Settings
from tests.support.client import Client, RefusedByServerError
from tests.support.fake_connection import FakeConnection
from tests.support.runs import XOR_ROWS, begin_training, eventually, status_after, stop_training, train_on
from tests.support.server import LocalServer, local_server

DOCUMENT: dict[str, Any] = {
    "config": {"seed": 99, "hidden_layers": [5], "classes": 3, "train_fraction": 0.5},
    "points": [*XOR_ROWS, [0, 0, 2]],
}


async def test_within_the_window_the_session_is_found_still_training(server: LocalServer, client: Client) -> None:
    await begin_training(client, hidden_layers=[6], seed=3)
    step = client.frames[-1].step
    await client.close()
    async with Client(server.address, client.session_id) as again:
        session = again.session
        assert session["resumed"] is True
        state = session["state"]
        assert state["run_state"] == "TRAINING"
        assert state["step"] >= step
        assert (state["config"]["hidden_layers"], state["config"]["seed"]) == ([6], 3)
        assert [row[1:4] for row in state["points"]] == [[x, y, label] for x, y, label in XOR_ROWS]
        await again.until(lambda: bool(again.frames) and again.frames[-1].step > step)
        assert again.frames[0].seq == 1


async def test_a_session_without_a_connection_goes_on_learning(server: LocalServer, client: Client) -> None:
    await begin_training(client)
    nobody = FakeConnection()
    session, resumed = server.app.services.registry.attach(client.session_id, nobody)
    assert resumed
    assert await client.until_closed() == 4409
    left_at = session.step
    await eventually(lambda: session.step > left_at + 100)
    assert not nobody.was_taken_over


async def test_a_resting_run_is_shown_to_whoever_comes_back(server: LocalServer, client: Client) -> None:
    await begin_training(client)
    status = await stop_training(client)
    last = client.frames[-1]
    await client.close()
    async with Client(server.address, client.session_id) as again:
        state = again.session["state"]
        assert (state["run_state"], state["step"]) == ("PAUSED", status["step"])
        await again.until_frames(1)
        assert (again.frames[0].step, again.frames[0].cells) == (last.step, last.cells)
        await again.request("START_TRAINING")
        await train_on(again)


async def test_a_view_belongs_to_the_connection_and_not_to_the_session(server: LocalServer, client: Client) -> None:
    await client.request("VIEW", width=20, height=20, visible=False)
    await client.close()
    async with Client(server.address, client.session_id) as again:
        await begin_training(again)
        assert (again.frames[0].width, again.frames[0].height) == (100, 100)


async def test_many_short_connections_leave_the_session_training(server: LocalServer, client: Client) -> None:
    await begin_training(client)
    await client.close()
    step = 0
    for _ in range(10):
        async with Client(server.address, client.session_id) as again:
            await again.until_frames(1)
            assert again.session["state"]["run_state"] == "TRAINING"
            assert again.frames[0].step >= step
            step = again.frames[0].step


class TestAfterTheWindow:
    """What is there when the resume window has passed."""

    async def test_the_session_is_gone_and_the_document_brings_it_back(self) -> None:
        async with local_server(Settings(resume_window_s=0.2)) as server:
            async with Client(server.address) as client:
                await begin_training(client)
            await eventually(lambda: len(server.app.services.registry) == 0)
            async with Client(server.address, client.session_id) as again:
                assert again.session["resumed"] is False
                assert again.session["state"]["points"] == []
                await again.request("RESTORE", **DOCUMENT)
                await again.request("START_TRAINING")
                await train_on(again)

    async def test_coming_back_in_time_keeps_the_session_beyond_the_first_window(self) -> None:
        async with local_server(Settings(resume_window_s=0.3)) as server:
            async with Client(server.address) as client:
                await begin_training(client)
            async with Client(server.address, client.session_id) as again:
                passed = asyncio.Event()
                asyncio.get_running_loop().call_later(0.5, passed.set)
                await passed.wait()
                await train_on(again)
                assert len(server.app.services.registry) == 1


async def test_a_restored_session_has_the_config_and_the_points_and_tells_them(client: Client) -> None:
    answer = await client.request("RESTORE", **DOCUMENT)
    await client.until(lambda: bool(client.of_type("POINTS")))
    assert [m["type"] for m in client.messages] == ["SESSION", "OK", "CONFIG", "POINTS"]
    assert client.last("CONFIG")["config"] == {**client.session["state"]["config"], **DOCUMENT["config"]}
    rows = client.last("POINTS")["points"]
    assert [row[1:4] for row in rows] == DOCUMENT["points"]
    assert ([row[0] for row in rows], [row[4] for row in rows]) == (answer["point_ids"], answer["splits"])
    assert client.of_type("TRAINING_STATUS") == []


async def test_a_restored_run_gives_the_same_map_as_the_first(server: LocalServer, client: Client) -> None:
    await client.request("CONFIGURE", **DOCUMENT["config"])
    await client.request("ADD_POINTS", points=DOCUMENT["points"])
    await status_after(client, "STEP_TRAINING", count=30)
    async with Client(server.address) as other:
        await other.request("RESTORE", **DOCUMENT)
        await status_after(other, "STEP_TRAINING", count=30)
        await other.until(lambda: bool(other.frames) and other.frames[-1].step == client.frames[-1].step)
        assert other.frames[-1].cells == client.frames[-1].cells


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("ADD_POINT", {"x": 0, "y": 0, "label": 0}),
        ("CONFIGURE", {"seed": 1}),
        ("LOAD_DATASET", {"dataset": "xor"}),
        ("RESET_MODEL", {}),
        ("RESTORE", {"config": {}, "points": []}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_session_that_has_been_used_is_not_restored(client: Client, kind: str, fields: dict[str, Any]) -> None:
    await client.request(kind, **fields)
    seen = len(client.of_type("CONFIG"))
    with pytest.raises(RefusedByServerError, match="only a new one") as refused:
        await client.request("RESTORE", **DOCUMENT)
    assert refused.value.code == "illegal_transition"
    await client.request("PROBE", x=0, y=0)
    assert len(client.of_type("CONFIG")) == seen


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({**DOCUMENT, "points": [[0, 0, 0], [0, 0, 3]]}, "points[1][2]"),
        ({"config": {"classes": 9}, "points": []}, "config.classes"),
        ({"config": {}, "points": [[0, 0, 0], [0, 9, 0]]}, "points[1][1]"),
    ],
)
async def test_a_wrong_document_changes_nothing_and_a_right_one_can_follow(
    client: Client, document: dict[str, Any], path: str
) -> None:
    await client.request("VIEW", width=50)
    with pytest.raises(RefusedByServerError) as refused:
        await client.request("RESTORE", **document)
    assert (refused.value.code, refused.value.path) == ("invalid_field", path)
    assert client.of_type("CONFIG") == []
    await client.request("RESTORE", **DOCUMENT)


async def test_an_empty_document_is_restored(client: Client) -> None:
    answer = await client.request("RESTORE", config={}, points=[])
    assert (answer["point_ids"], answer["splits"]) == ([], [])
