"""Points over the wire: adding, removing and clearing them."""

import pytest

from tests.support.client import Client, RefusedByServerError
from tests.support.runs import begin_training, state_on_the_server, train_on


async def test_a_point_gets_an_id_and_a_split(client: Client) -> None:
    answer = await client.request("ADD_POINT", x=1.5, y=-2, label=1)
    assert answer["type"] == "OK"
    assert answer["point_ids"] == [1]
    assert answer["splits"] == ["train"]
    state = await state_on_the_server(client)
    assert state["points"] == [[1, 1.5, -2.0, 1, "train"]]
    assert state["revision"] == 1


async def test_many_points_get_ids_in_their_order(client: Client) -> None:
    await client.request("ADD_POINT", x=0, y=0, label=0)
    answer = await client.request("ADD_POINTS", points=[[-6, -6, 0], [6, 6, 1], [0.25, 0.5, 1]])
    assert answer["point_ids"] == [2, 3, 4]
    state = await state_on_the_server(client)
    assert [row[:4] for row in state["points"][1:]] == [[2, -6.0, -6.0, 0], [3, 6.0, 6.0, 1], [4, 0.25, 0.5, 1]]


async def test_the_answer_tells_the_same_splits_as_the_points(client: Client) -> None:
    await client.request("CONFIGURE", train_fraction=0.5)
    answer = await client.request("ADD_POINTS", points=[[0, 0, 0]] * 20)
    state = await state_on_the_server(client)
    assert answer["splits"] == [row[4] for row in state["points"]]
    assert answer["splits"].count("train") == 10


async def test_removed_points_are_gone_and_their_ids_do_not_come_back(client: Client) -> None:
    await client.request("ADD_POINTS", points=[[0, 0, 0], [1, 1, 1], [2, 2, 0]])
    await client.request("REMOVE_POINTS", ids=[3, 1])
    answer = await client.request("ADD_POINT", x=3, y=3, label=1)
    assert answer["point_ids"] == [4]
    assert [row[0] for row in (await state_on_the_server(client))["points"]] == [2, 4]


async def test_an_unknown_id_removes_nothing(client: Client) -> None:
    await client.request("ADD_POINTS", points=[[0, 0, 0], [1, 1, 1]])
    with pytest.raises(RefusedByServerError, match="no point 7") as refused:
        await client.request("REMOVE_POINTS", ids=[1, 7])
    assert (refused.value.code, refused.value.path) == ("unknown_point", "ids[1]")
    state = await state_on_the_server(client)
    assert [row[0] for row in state["points"]] == [1, 2]
    assert state["revision"] == 1


async def test_clearing_removes_all_points_and_tells_so_after_the_answer(client: Client) -> None:
    await client.request("ADD_POINTS", points=[[0, 0, 0], [1, 1, 1]])
    answer = await client.request("CLEAR_POINTS")
    await client.until(lambda: bool(client.of_type("POINTS")))
    told = client.last("POINTS")
    assert told == {"type": "POINTS", "revision": 2, "points": []}
    assert client.messages.index(answer) < client.messages.index(told)


async def test_points_can_be_edited_while_training_goes_on(client: Client) -> None:
    await begin_training(client)
    added = (await client.request("ADD_POINTS", points=[[0, 5, 0], [5, 0, 1]]))["point_ids"]
    await train_on(client)
    await client.request("REMOVE_POINTS", ids=added)
    await train_on(client)
    await client.request("LOAD_DATASET", dataset="circle")
    await train_on(client)
    assert client.last("TRAINING_STATUS")["run_state"] == "TRAINING"


async def test_a_label_that_is_no_class_is_named_where_it_stands(client: Client) -> None:
    for kind, fields, path in (
        ("ADD_POINT", {"x": 0, "y": 0, "label": 5}, "label"),
        ("ADD_POINTS", {"points": [[0, 0, 5]]}, "points[0][2]"),
        ("ADD_POINTS", {"points": [[0, 0, 1], [0, 0, 5]]}, "points[1][2]"),
        ("RESTORE", {"config": {}, "points": [[0, 0, 5]]}, "points[0][2]"),
    ):
        with pytest.raises(RefusedByServerError) as refused:
            await client.request(kind, **fields)
        assert (refused.value.code, refused.value.path) == ("invalid_field", path)
