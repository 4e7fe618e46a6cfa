"""CHANGE_POINTS and values over the wire: what moves, what stays, and what is refused."""

from typing import Any

import pytest

from tests.support.client import Client, RefusedByServerError
from tests.support.runs import (
    begin_training,
    message_after,
    resting_frame,
    state_on_the_server,
    stop_training,
    train_on,
)

ROWS = [[0, 0, 0], [1, 1, 1, 0.5], [2, 2, 0, None], [3, 3, 1, -1]]


async def test_points_move_and_change_class_and_keep_id_split_and_order(client: Client) -> None:
    await client.request("CONFIGURE", train_fraction=0.5)
    await client.request("ADD_POINTS", points=ROWS)
    before = await state_on_the_server(client)
    answer = await client.request("CHANGE_POINTS", points=[[4, -3, 6, 0], [2, 1.25, -1, 1]])
    assert answer == {"type": "OK", "id": answer["id"]}
    state = await state_on_the_server(client)
    assert state["revision"] == before["revision"] + 1
    changed = {4: [4, -3.0, 6.0, 0], 2: [2, 1.25, -1.0, 1]}
    assert state["points"] == [[*changed.get(row[0], row[:4]), row[4]] for row in before["points"]]


async def test_a_change_is_answered_without_telling_the_points(client: Client) -> None:
    await client.request("ADD_POINTS", points=ROWS)
    await client.request("CHANGE_POINTS", points=[[1, 1, 1, 1]])
    await client.request("PROBE", x=0, y=0)
    assert [m["type"] for m in client.messages] == ["SESSION", "OK", "OK", "PROBABILITIES"]


async def test_values_are_kept_and_told_in_a_regression_alone(client: Client) -> None:
    await client.request("ADD_POINTS", points=ROWS)
    await client.request("ADD_POINT", x=4, y=4, label=0, value=0.25)
    assert all(len(row) == 5 for row in (await state_on_the_server(client))["points"])
    told = await message_after(client, "POINTS", "CONFIGURE", problem="regression")
    assert [row[5] for row in told["points"]] == [None, 0.5, None, -1.0, 0.25]
    await client.request("CHANGE_POINTS", points=[[1, 0, 0, 0, -0.75], [2, 1, 1, 1], [4, 3, 3, 1, None]])
    assert [row[5] for row in (await state_on_the_server(client))["points"]] == [-0.75, None, None, None, 0.25]
    told = await message_after(client, "POINTS", "CONFIGURE", problem="classification")
    assert all(len(row) == 5 for row in told["points"])


async def test_a_restore_brings_values_back(client: Client) -> None:
    told = await message_after(
        client, "POINTS", "RESTORE", config={"problem": "regression", "loss": "huber"}, points=ROWS
    )
    assert [row[5] for row in told["points"]] == [None, 0.5, None, -1.0]


@pytest.mark.parametrize(
    ("rows", "code", "path", "words"),
    [
        ([[1, 5, 5, 1], [9, 0, 0, 0]], "unknown_point", "points[1][0]", "no point 9"),
        ([[1, 5, 5, 1], [2, 0, 0, 1], [1, 4, 4, 0]], "invalid_field", "points[2][0]", "more than once"),
        ([[1, 5, 5, 1], [2, 0, 0, 2]], "invalid_field", "points[1][3]", "no class 2"),
        ([[1, 5, 5, 2]], "invalid_field", "points[0][3]", "no class 2"),
        ([[1, 5, 5, 8]], "invalid_field", "points[0][3]", "7 at most"),
        ([[1, 6.5, 5, 1]], "invalid_field", "points[0][1]", "6.0 at most"),
        ([[1, 5, 5, 1, 1.5]], "invalid_field", "points[0][4]", "1.0 at most"),
        ([[1, 5, 5, 1, "0"]], "invalid_field", "points[0][4]", "must be a number"),
        ([[1, 5, 5]], "invalid_field", "points[0]", "4 to 5 entries"),
        ([[1.5, 5, 5, 1]], "invalid_field", "points[0][0]", "must be a whole number"),
        ([], "invalid_field", "points", "1 entries at least"),
        ([[1, 5, 5, 1]] * 5001, "invalid_field", "points", "5000 entries at most"),
    ],
)
async def test_a_wrong_row_is_named_and_nothing_changes(
    client: Client, rows: list[Any], code: str, path: str, words: str
) -> None:
    await client.request("ADD_POINTS", points=ROWS)
    before = await state_on_the_server(client)
    with pytest.raises(RefusedByServerError, match=words) as refused:
        await client.request("CHANGE_POINTS", points=rows)
    assert (refused.value.code, refused.value.path) == (code, path)
    assert await state_on_the_server(client) == before


async def test_a_value_out_of_bounds_is_refused_wherever_points_come_in(client: Client) -> None:
    for kind, fields, path in (
        ("ADD_POINT", {"x": 0, "y": 0, "label": 0, "value": -1.01}, "value"),
        ("ADD_POINTS", {"points": [[0, 0, 0], [0, 0, 0, 2]]}, "points[1][3]"),
        ("RESTORE", {"config": {}, "points": [[0, 0, 0, -2]]}, "points[0][3]"),
    ):
        with pytest.raises(RefusedByServerError) as refused:
            await client.request(kind, **fields)
        assert (refused.value.code, refused.value.path) == ("invalid_field", path)
    assert (await state_on_the_server(client))["points"] == []


async def test_points_that_move_while_training_goes_on_leave_weights_and_steps_as_they_are(client: Client) -> None:
    await begin_training(client)
    for place in range(6):
        before = client.frames[-1]
        await client.request("CHANGE_POINTS", points=[[1, place, -place, place % 2], [16, -place, place, 0]])
        await train_on(client)
        assert client.frames[-1].step > before.step
    stopped = await stop_training(client)
    assert stopped["step"] >= client.frames[-1].step
    # At rest it is the same map before and after: not a weight has moved.
    before = await resting_frame(client)
    await client.request("CHANGE_POINTS", points=[[2, 5, 5, 1]])
    await client.until(lambda: client.frames[-1].seq > before.seq)
    assert (client.frames[-1].step, client.frames[-1].cells) == (before.step, before.cells)


async def test_a_change_that_leaves_one_class_stops_the_run_and_another_mends_it(client: Client) -> None:
    await client.request("ADD_POINTS", points=[[0, 0, 0], [1, 1, 1]])
    await client.request("START_TRAINING")
    await client.until_state("TRAINING")
    await client.request("CHANGE_POINTS", points=[[2, 1, 1, 0]])
    stopped = await client.until_state("PAUSED")
    assert "all training points are of class 0" in stopped["reason"]
    await client.request("CHANGE_POINTS", points=[[1, 0, 0, 1]])
    await client.until(lambda: client.last("TRAINING_STATUS")["reason"] is None)
    await client.request("START_TRAINING")
    await client.until_state("TRAINING")


async def test_a_regression_trains_on_a_single_point_and_not_on_none(client: Client) -> None:
    await client.request("CONFIGURE", problem="regression")
    with pytest.raises(RefusedByServerError, match="Add a point to train on") as refused:
        await client.request("START_TRAINING")
    assert refused.value.code == "not_trainable"
    await client.request("ADD_POINT", x=1, y=1, label=0, value=0.5)
    await client.request("START_TRAINING")
    await train_on(client)
    await client.request("REMOVE_POINTS", ids=[1])
    assert "Add a point" in (await client.until_state("PAUSED"))["reason"]
