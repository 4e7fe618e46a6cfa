"""SET_PARAMETERS and FREEZE_PARAMETERS over the wire."""

from typing import Any

import pytest

from tests.support.client import Client, RefusedByServerError
from tests.support.runs import XOR_ROWS, begin_training, frame_after, status_after, stop_training, train_on
from tests.support.server import LocalServer


async def answer_at(client: Client, x: float, y: float) -> list[float]:
    probabilities: list[float] = (await client.request("PROBE", x=x, y=y))["probabilities"]
    return probabilities


async def frozen_after(client: Client, kind: str, **fields: Any) -> list[list[int | None]]:
    """Send a message and return what the FROZEN after its answer tells."""
    told = len(client.of_type("FROZEN"))
    answer = await client.request(kind, **fields)
    await client.until(lambda: len(client.of_type("FROZEN")) > told)
    message = client.of_type("FROZEN")[told]
    assert client.messages.index(answer) < client.messages.index(message)
    parameters: list[list[int | None]] = message["parameters"]
    return parameters


async def test_values_are_set_before_the_first_start_and_the_map_follows(client: Client) -> None:
    await client.request("CONFIGURE", hidden_layers=[])
    zeros = [[1, unit, before, 0] for unit in (0, 1) for before in (None, 0, 1)]
    frame = await frame_after(client, "SET_PARAMETERS", parameters=zeros)
    assert frame.step == 0
    assert await answer_at(client, 3, 3) == [0.5, 0.5]
    await frame_after(client, "SET_PARAMETERS", parameters=[[1, 1, 0, 1000]])
    assert await answer_at(client, 3, 3) == [0.0, 1.0]
    assert await answer_at(client, -3, 3) == [1.0, 0.0]


async def test_training_goes_on_from_what_is_set(client: Client) -> None:
    # So slow that it cannot have learned anything else before it is asked.
    await begin_training(client, speed=10)
    step = client.frames[-1].step
    await client.request("SET_PARAMETERS", parameters=[[3, 0, None, 50]])
    await train_on(client)
    status = await stop_training(client)
    assert status["step"] > step
    assert (await answer_at(client, 0, 0))[0] > 0.9


async def test_frozen_parameters_stay_and_are_told(client: Client) -> None:
    await client.request("CONFIGURE", hidden_layers=[], optimizer="momentum", l2=1)
    await client.request("ADD_POINTS", points=XOR_ROWS)
    everything = [[1, unit, before] for unit in (0, 1) for before in (None, 0, 1)]
    assert await frozen_after(client, "FREEZE_PARAMETERS", parameters=everything[::-1], frozen=True) == everything
    await client.until(lambda: bool(client.frames))
    before = await answer_at(client, 2, 1)
    await status_after(client, "STEP_TRAINING", count=20)
    assert await answer_at(client, 2, 1) == before
    assert await frozen_after(client, "FREEZE_PARAMETERS", parameters=everything[1:], frozen=False) == [[1, 0, None]]
    await status_after(client, "STEP_TRAINING", count=20)
    assert await answer_at(client, 2, 1) != before


async def test_a_new_connection_is_told_what_is_frozen(client: Client, server: LocalServer) -> None:
    assert client.session["state"]["frozen"] == []
    await client.request("FREEZE_PARAMETERS", parameters=[[1, 0, None]], frozen=True)
    async with Client(server.address, session_id=client.session_id) as again:
        assert again.session["state"]["frozen"] == [[1, 0, None]]


async def test_a_class_less_frees_its_own_parameters_and_a_new_model_all(client: Client) -> None:
    await client.request("CONFIGURE", classes=3)
    await frozen_after(client, "FREEZE_PARAMETERS", parameters=[[1, 0, 0], [3, 2, 0], [3, 1, None]], frozen=True)
    assert await frozen_after(client, "CONFIGURE", classes=2) == [[1, 0, 0], [3, 1, None]]
    assert await frozen_after(client, "RESET_MODEL") == []
    await client.request("RESET_MODEL")
    await client.request("PROBE", x=0, y=0)
    assert len(client.of_type("FROZEN")) == 3


@pytest.mark.parametrize(
    ("row", "sentence", "place"),
    [
        ([4, 0, None], "There is no layer 4", 0),
        ([1, 8, None], "Layer 1 has no unit 8: its units are 0 to 7", 1),
        ([3, 2, None], "Layer 3 has no unit 2: its units are 0 to 1", 1),
        ([1, 0, 2], "Layer 1 has no input 2: its inputs are 0 to 1", 2),
        ([0, 0, None], "must be 1 at least", 0),
        ([1, -1, None], "must be 0 at least", 1),
        ([1, 0, 100], "can be 99 at most", 2),
        ([1, 0.5, None], "must be a whole number", 1),
    ],
)
async def test_a_parameter_that_is_not_there_is_refused_with_all_the_others(
    client: Client, row: list[Any], sentence: str, place: int
) -> None:
    before = await client.request("PROBE", x=1, y=1)
    for kind, rows, more in (
        ("SET_PARAMETERS", [[1, 0, None, 9], [*row, 1]], {}),
        ("FREEZE_PARAMETERS", [[1, 0, None], row], {"frozen": True}),
    ):
        with pytest.raises(RefusedByServerError, match=rf"{sentence}.*\.$") as refused:
            await client.request(kind, parameters=rows, **more)
        assert (refused.value.code, refused.value.path) == ("invalid_field", f"parameters[1][{place}]")
    assert (await client.request("PROBE", x=1, y=1))["probabilities"] == before["probabilities"] == []
    assert client.of_type("FROZEN") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"parameters": []},
        {"parameters": [[1, 0, None]]},
        {"parameters": [[1, 0, None, 1001]]},
        {"parameters": [[1, 0, None, None]]},
        {"parameters": [[1, 0, None, "1"]]},
        {"parameters": [[1, 0, None, 0]] * 1001},
        {"parameters": 3},
        {},
    ],
)
async def test_bad_values_are_refused_with_a_sentence(client: Client, fields: dict[str, Any]) -> None:
    with pytest.raises(RefusedByServerError, match=r"[A-Z].*\.$") as refused:
        await client.request("SET_PARAMETERS", **fields)
    assert refused.value.code == "invalid_field"
    assert (refused.value.path or "").startswith("parameters")


async def test_five_thousand_frozen_parameters_are_the_most(client: Client) -> None:
    await client.request("CONFIGURE", hidden_layers=[100, 100])
    rows = [[2, unit, before] for unit in range(51) for before in range(100)]
    for first in range(0, 5000, 1000):
        await client.request("FREEZE_PARAMETERS", parameters=rows[first : first + 1000], frozen=True)
    with pytest.raises(RefusedByServerError, match="5,000 frozen parameters at most") as refused:
        await client.request("FREEZE_PARAMETERS", parameters=rows[5000:5001], frozen=True)
    assert refused.value.code == "limit_exceeded"
    await client.until(lambda: len(client.of_type("FROZEN")) == 5)
    assert len(client.last("FROZEN")["parameters"]) == 5000


async def test_a_run_that_has_diverged_takes_no_values(client: Client) -> None:
    await begin_training(client, optimizer="sgd", activation="relu", learning_rate=1e6)
    await client.until_state("DIVERGED")
    for kind, fields in (
        ("SET_PARAMETERS", {"parameters": [[1, 0, None, 0]]}),
        ("FREEZE_PARAMETERS", {"parameters": [[1, 0, None]], "frozen": True}),
    ):
        with pytest.raises(RefusedByServerError, match="diverged; reset the model first") as refused:
            await client.request(kind, **fields)
        assert refused.value.code == "illegal_transition"
