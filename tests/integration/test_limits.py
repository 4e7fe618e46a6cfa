"""Limits: points, message sizes and kinds of websocket messages."""

import json
from typing import Any

import pytest

from tests.support.client import Client, RefusedByServerError
from tests.support.runs import begin_training, train_on
from tests.support.server import LocalServer

SMALL, BULK = 64 * 1024, 512 * 1024
ROW = [1.2345, -5.4321, 1]


def padded(message: dict[str, Any], length: int) -> str:
    """The message in exactly so many bytes: JSON allows spaces at the end."""
    return json.dumps(message).ljust(length)


async def test_5000_points_are_taken_and_not_one_more(client: Client) -> None:
    answer = await client.request("ADD_POINTS", points=[ROW] * 4999)
    assert len(answer["point_ids"]) == 4999
    with pytest.raises(RefusedByServerError, match="5,000 points at most") as refused:
        await client.request("ADD_POINTS", points=[ROW, ROW])
    assert (refused.value.code, refused.value.path) == ("limit_exceeded", "points")
    assert (await client.request("ADD_POINT", x=0, y=0, label=0))["point_ids"] == [5000]
    with pytest.raises(RefusedByServerError, match="5,000") as refused:
        await client.request("ADD_POINT", x=0, y=0, label=0)
    assert refused.value.code == "limit_exceeded"


@pytest.mark.parametrize("fields", [{"points": [ROW] * 5001}, {"points": [[0, 0, 0]] * 20_000}])
async def test_more_than_5000_rows_at_once_are_refused_whole(client: Client, fields: dict[str, Any]) -> None:
    await begin_training(client)
    with pytest.raises(RefusedByServerError, match="5,000") as refused:
        await client.request("ADD_POINTS", **fields)
    assert refused.value.code == "limit_exceeded"
    await train_on(client)
    assert (await client.request("ADD_POINT", x=0, y=0, label=0))["point_ids"] == [17]


async def test_a_restore_of_more_than_5000_points_is_refused_and_can_be_tried_again(client: Client) -> None:
    with pytest.raises(RefusedByServerError, match="5,000") as refused:
        await client.request("RESTORE", config={"seed": 5}, points=[[0, 0, 0]] * 5001)
    assert refused.value.code == "limit_exceeded"
    answer = await client.request("RESTORE", config={"seed": 5}, points=[[0, 0, 0]] * 5000)
    assert len(answer["point_ids"]) == 5000


async def test_a_batch_above_the_points_means_all_points(client: Client) -> None:
    await client.request("CONFIGURE", batch_size=5000)
    await begin_training(client)
    await client.until_frames(3)
    assert all(frame.epoch == frame.step for frame in client.frames)


@pytest.mark.parametrize(
    ("message", "length"),
    [
        ({"type": "ADD_POINT", "x": 0, "y": 0, "label": 0}, SMALL),
        ({"type": "ADD_POINTS", "points": [ROW]}, BULK),
        ({"type": "RESTORE", "config": {}, "points": [ROW]}, BULK),
        ({"type": "CHANGE_POINTS", "points": [[1, *ROW]]}, BULK),
    ],
    ids=["ADD_POINT", "ADD_POINTS", "RESTORE", "CHANGE_POINTS"],
)
class TestMessageSizes:
    """A message of just the size that its type may have, and of one byte more."""

    async def test_a_message_at_its_limit_is_accepted(
        self, client: Client, message: dict[str, Any], length: int
    ) -> None:
        await client.send_raw(padded(message, length))
        await client.until(lambda: len(client.messages) > 1)
        # What it says may still be wrong: there is no point to change.
        assert client.messages[1].get("code") in {None, "unknown_point"}

    async def test_a_message_over_its_limit_closes_with_1009(
        self, server: LocalServer, client: Client, message: dict[str, Any], length: int
    ) -> None:
        async with Client(server.address) as neighbour:
            await begin_training(neighbour)
            await client.send_raw(padded(message, length + 1))
            assert await client.until_closed() == 1009
            await train_on(neighbour)
        async with Client(server.address, client.session_id) as again:
            assert again.session["resumed"] is True
            assert again.session["state"]["points"] == []


@pytest.mark.parametrize(
    "text",
    ["x" * (SMALL + 1), padded({"type": "NO_SUCH"}, SMALL + 1), '{"type": "ADD_POINTS", "points": ' + "[" * BULK],
    ids=["no JSON", "no type", "cut off"],
)
async def test_what_is_too_big_closes_with_1009_whatever_else_is_wrong(client: Client, text: str) -> None:
    await client.send_raw(text)
    assert await client.until_closed() == 1009


async def test_one_wrong_row_of_thousands_is_named_and_the_connection_stays(client: Client) -> None:
    rows: list[list[float]] = [ROW] * 4500
    rows[4321] = [7, 0, 0]
    assert len(json.dumps(rows)) > SMALL
    with pytest.raises(RefusedByServerError) as refused:
        await client.request("ADD_POINTS", points=rows)
    assert (refused.value.code, refused.value.path) == ("invalid_field", "points[4321][0]")
    assert (await client.request("ADD_POINT", x=0, y=0, label=0))["point_ids"] == [1]


async def test_nothing_is_carried_out_after_the_server_has_closed(server: LocalServer, client: Client) -> None:
    await client.send_raw(b"binary")
    await client.send_raw('{"type": "ADD_POINT", "x": 0, "y": 0, "label": 0}')
    assert await client.until_closed() == 1003
    async with Client(server.address, client.session_id) as again:
        assert again.session["state"]["points"] == []
