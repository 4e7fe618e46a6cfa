"""Messages that are wrong: each gets an error that says what and where, and nothing else happens to anybody."""

import json
from contextlib import suppress
from typing import Any

import pytest
from tornado.websocket import WebSocketClosedError

from backend.settings import Settings
from tests.support.client import Client, RefusedByServerError
from tests.support.runs import begin_training, train_on
from tests.support.server import LocalServer, local_server

POINT = {"type": "ADD_POINT", "x": 0, "y": 0, "label": 0}


UNKNOWN_TYPE: list[dict[str, Any]] = [
    {},
    {"x": 0, "y": 0, "label": 0},
    {"type": None},
    {"type": 5},
    {"type": ""},
    {"type": "add_point"},
    {"type": "SESSION"},
    {"type": "OK"},
]

WRONG_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"type": "ADD_POINT"}, "x"),
    ({"type": "ADD_POINT", "x": 0, "y": 0}, "label"),
    ({**POINT, "colour": "red"}, "colour"),
    ({**POINT, "x": "0"}, "x"),
    ({**POINT, "x": None}, "x"),
    ({**POINT, "x": True}, "x"),
    ({**POINT, "x": [0]}, "x"),
    ({**POINT, "x": 6.001}, "x"),
    ({**POINT, "y": -6.001}, "y"),
    ({**POINT, "y": -1e308}, "y"),
    ({**POINT, "label": -1}, "label"),
    ({**POINT, "label": 8}, "label"),
    ({**POINT, "label": 2}, "label"),
    ({**POINT, "label": 0.5}, "label"),
    ({**POINT, "label": 10**30}, "label"),
    ({"type": "ADD_POINTS", "points": []}, "points"),
    ({"type": "ADD_POINTS", "points": [[0, 0, 0], [0, 0]]}, "points[1]"),
    ({"type": "ADD_POINTS", "points": [[0, 0, 0], [0, 0, 0, 0, 0]]}, "points[1]"),
    ({"type": "ADD_POINTS", "points": [[0, 0, 0], [0, 7, 0]]}, "points[1][1]"),
    ({"type": "ADD_POINTS", "points": [[0, 0, 0], [0, 0, 2]]}, "points[1][2]"),
    ({"type": "ADD_POINTS", "points": {"0": [0, 0, 0]}}, "points"),
    ({**POINT, "value": 1.01}, "value"),
    ({**POINT, "value": "0"}, "value"),
    ({"type": "ADD_POINTS", "points": [[0, 0, 0], [0, 0, 0, -2]]}, "points[1][3]"),
    ({"type": "CHANGE_POINTS", "points": []}, "points"),
    ({"type": "CHANGE_POINTS", "points": [[1, 0, 0]]}, "points[0]"),
    ({"type": "CHANGE_POINTS", "points": [[1, 0, 0, 0], [2, 0, 7, 0]]}, "points[1][2]"),
    ({"type": "CHANGE_POINTS", "points": [[1, 0, 0, 2]]}, "points[0][3]"),
    ({"type": "CHANGE_POINTS", "points": [[1, 0, 0, 0], [1, 1, 1, 1]]}, "points[1][0]"),
    ({"type": "REMOVE_POINTS", "ids": []}, "ids"),
    ({"type": "REMOVE_POINTS", "ids": [1, "2"]}, "ids[1]"),
    ({"type": "REMOVE_POINTS", "ids": [0]}, "ids[0]"),
    ({"type": "CLEAR_POINTS", "ids": [1]}, "ids"),
    ({"type": "LOAD_DATASET"}, "dataset"),
    ({"type": "LOAD_DATASET", "dataset": "plane"}, "dataset"),
    ({"type": "LOAD_DATASET", "dataset": "torus"}, "dataset"),
    ({"type": "LOAD_DATASET", "dataset": "xor", "count": 1}, "count"),
    ({"type": "LOAD_DATASET", "dataset": "xor", "count": 5001}, "count"),
    ({"type": "LOAD_DATASET", "dataset": "xor", "noise": 0.51}, "noise"),
    ({"type": "LOAD_DATASET", "dataset": "xor", "noise": -0.01}, "noise"),
    ({"type": "LOAD_DATASET", "dataset": "xor", "classes": 3}, "classes"),
    ({"type": "LOAD_DATASET", "dataset": "xor", "seed": 2**32}, "seed"),
    ({"type": "CONFIGURE", "problem": "clustering"}, "problem"),
    ({"type": "CONFIGURE", "classes": 1}, "classes"),
    ({"type": "CONFIGURE", "classes": 9}, "classes"),
    ({"type": "CONFIGURE", "features": []}, "features"),
    ({"type": "CONFIGURE", "features": ["x1", "x3"]}, "features[1]"),
    ({"type": "CONFIGURE", "features": ["x1", "x1"]}, "features"),
    ({"type": "CONFIGURE", "hidden_layers": [1] * 11}, "hidden_layers"),
    ({"type": "CONFIGURE", "hidden_layers": [8, 101]}, "hidden_layers[1]"),
    ({"type": "CONFIGURE", "hidden_layers": [8, 0]}, "hidden_layers[1]"),
    ({"type": "CONFIGURE", "hidden_layers": 8}, "hidden_layers"),
    ({"type": "CONFIGURE", "activation": "step"}, "activation"),
    ({"type": "CONFIGURE", "optimizer": "magic"}, "optimizer"),
    ({"type": "CONFIGURE", "learning_rate": 0}, "learning_rate"),
    ({"type": "CONFIGURE", "learning_rate": -1}, "learning_rate"),
    ({"type": "CONFIGURE", "learning_rate": 1_000_001}, "learning_rate"),
    ({"type": "CONFIGURE", "batch_size": 0}, "batch_size"),
    ({"type": "CONFIGURE", "batch_size": 5001}, "batch_size"),
    ({"type": "CONFIGURE", "batch_size": 2.5}, "batch_size"),
    ({"type": "CONFIGURE", "l1": 10.1}, "l1"),
    ({"type": "CONFIGURE", "l2": -0.1}, "l2"),
    ({"type": "CONFIGURE", "dropout": 0.91}, "dropout"),
    ({"type": "CONFIGURE", "train_fraction": 0.09}, "train_fraction"),
    ({"type": "CONFIGURE", "train_fraction": 1.01}, "train_fraction"),
    ({"type": "CONFIGURE", "seed": -1}, "seed"),
    ({"type": "CONFIGURE", "momentum": 0.9}, "momentum"),
    ({"type": "START_TRAINING", "now": True}, "now"),
    ({"type": "STEP_TRAINING", "count": 0}, "count"),
    ({"type": "STEP_TRAINING", "count": 10_001}, "count"),
    ({"type": "STEP_TRAINING", "unit": "day"}, "unit"),
    ({"type": "RESET_MODEL", "seed": 2**32}, "seed"),
    ({"type": "VIEW", "frames_per_second": 0}, "frames_per_second"),
    ({"type": "VIEW", "frames_per_second": 61}, "frames_per_second"),
    ({"type": "VIEW", "width": 7}, "width"),
    ({"type": "VIEW", "height": 201}, "height"),
    ({"type": "VIEW", "visible": 1}, "visible"),
    ({"type": "ACK"}, "seq"),
    ({"type": "ACK", "seq": 0}, "seq"),
    ({"type": "ACK", "seq": 2**32}, "seq"),
    ({"type": "RESTORE", "points": []}, "config"),
    ({"type": "RESTORE", "config": {}}, "points"),
    ({"type": "RESTORE", "config": {"seed": -1}, "points": []}, "config.seed"),
    ({"type": "RESTORE", "config": {"sed": 1}, "points": []}, "config.sed"),
    ({"type": "RESTORE", "config": {"features": ["x1", "x1"]}, "points": []}, "config"),
    ({"type": "PROBE", "x": 0}, "y"),
    ({"type": "PROBE", "x": 0, "y": 6.5}, "y"),
    ({**POINT, "id": -1}, "id"),
    ({**POINT, "id": 2**53}, "id"),
    ({**POINT, "id": "1"}, "id"),
    ({**POINT, "id": 1.5}, "id"),
]


async def refused(client: Client, text: str) -> dict[str, Any]:
    """Send a text to a session that trains, and return its ERROR; nothing else has changed, and training goes on."""
    await begin_training(client)
    before = len(client.messages)
    await client.send_raw(text)
    await client.until(lambda: bool(client.of_type("ERROR")))
    error = client.last("ERROR")
    await train_on(client)
    caused = {m["type"] for m in client.messages[before:]} - {"ERROR", "TRAINING_STATUS"}
    assert caused == set()
    assert error["message"].endswith(".")
    assert error["message"][0].isupper()
    assert "\n" not in error["message"]
    # Had the message added, removed or changed anything, the next id or version would tell.
    assert (await client.request("ADD_POINT", x=1, y=1, label=0))["point_ids"] == [17]
    await client.request("CONFIGURE", l2=0.001)
    await client.until(lambda: bool(client.of_type("CONFIG")))
    assert client.last("CONFIG")["config"] == {**client.session["state"]["config"], "l2": 0.001}
    return error


@pytest.mark.parametrize("message", UNKNOWN_TYPE, ids=str)
async def test_a_type_that_does_not_exist_is_unknown(client: Client, message: dict[str, Any]) -> None:
    error = await refused(client, json.dumps({**message, "id": 99}))
    assert (error["code"], error["id"], error["path"]) == ("unknown_type", 99, "type")


@pytest.mark.parametrize(("message", "path"), WRONG_FIELDS, ids=lambda value: json.dumps(value)[:60])
async def test_a_wrong_field_is_named(client: Client, message: dict[str, Any], path: str) -> None:
    error = await refused(client, json.dumps({"id": 99, **message}))
    assert (error["code"], error["path"]) == ("invalid_field", path)
    assert error["id"] == (None if path == "id" else 99)
    name, *_ = path.split("[")
    assert name in error["message"].lower() or "class" in error["message"]


async def test_a_flood_of_bad_messages_is_answered_up_to_the_limit_then_sent_away_and_a_neighbour_trains_on(
    server: LocalServer, client: Client
) -> None:
    async with Client(server.address) as neighbour:
        await begin_training(neighbour)
        await client.request("ADD_POINT", x=0, y=0, label=0)
        with suppress(WebSocketClosedError):
            for _ in range(1000):
                await client.send_raw("{")
        assert await client.until_closed() == 1008
        codes = [error["code"] for error in client.of_type("ERROR")]
        assert codes[-1] == "too_many_bad_messages"
        # The limit, and two more for each second that it took.
        assert 120 <= codes.count("malformed") == len(codes) - 1 < 1000
        await train_on(neighbour)
        assert neighbour.of_type("ERROR") == []
    async with Client(server.address, client.session_id) as again:
        assert len(again.session["state"]["points"]) == 1


async def test_what_is_well_said_but_cannot_be_done_is_no_bad_message() -> None:
    settings = Settings(bad_messages_per_minute=2)
    async with local_server(settings) as server, Client(server.address) as client:
        for _ in range(20):
            with pytest.raises(RefusedByServerError):
                await client.request("REMOVE_POINTS", ids=[7])
        assert client.close_code is None
