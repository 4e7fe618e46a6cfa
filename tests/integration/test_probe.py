"""PROBE: the class probabilities at one place of the plane."""

import math
from itertools import pairwise

import pytest

from tests.support.client import Client, RefusedByServerError
from tests.support.runs import XOR_ROWS, begin_training, resting_frame, status_after, train_on


async def test_before_there_is_a_model_nothing_is_known(client: Client) -> None:
    answer = await client.request("PROBE", x=1.5, y=-6)
    assert answer == {
        "type": "PROBABILITIES",
        "id": answer["id"],
        "x": 1.5,
        "y": -6.0,
        "step": None,
        "probabilities": [],
    }


@pytest.mark.parametrize("classes", [2, 3, 8])
async def test_probabilities_are_one_for_each_class_and_sum_to_1(client: Client, classes: int) -> None:
    await client.request("CONFIGURE", classes=classes)
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await status_after(client, "STEP_TRAINING", count=20)
    answer = await client.request("PROBE", x=-2.5, y=3)
    assert answer["step"] == 40
    assert len(answer["probabilities"]) == classes
    assert all(0 <= p <= 1 for p in answer["probabilities"])
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)


async def test_a_probe_agrees_with_the_cell_of_the_map_at_its_place(client: Client) -> None:
    await client.request("CONFIGURE", classes=3)
    await client.request("ADD_POINTS", points=[*XOR_ROWS, [0, 0, 2], [0.5, 0, 2]])
    await status_after(client, "STEP_TRAINING", count=100)
    frame = await resting_frame(client)
    for row, column in [(0, 0), (0, 99), (99, 0), (50, 50), (20, 70), (73, 12)]:
        x = -6 + 12 * (column + 0.5) / frame.width
        y = 6 - 12 * (row + 0.5) / frame.height
        probabilities = (await client.request("PROBE", x=x, y=y))["probabilities"]
        highest = max(probabilities)
        cell = frame.cells[row * frame.width + column]
        assert cell >> 5 == probabilities.index(highest)
        # The map and the probe are computed in batches of different sizes, so the last bits of p may differ.
        assert cell & 31 == pytest.approx(31 * (highest - 1 / 3) / (2 / 3), abs=0.5001)


async def test_a_probe_while_training_is_answered_and_training_goes_on(client: Client) -> None:
    await begin_training(client)
    answers = [await client.request("PROBE", x=1, y=1) for _ in range(5)]
    steps = [answer["step"] for answer in answers]
    assert steps == sorted(steps)
    await train_on(client)


async def test_a_reset_model_has_probabilities_of_its_first_weights(client: Client) -> None:
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await status_after(client, "STEP_TRAINING", count=500)
    trained = (await client.request("PROBE", x=3, y=3))["probabilities"]
    await status_after(client, "RESET_MODEL")
    answer = await client.request("PROBE", x=3, y=3)
    assert answer["step"] == 0
    assert max(answer["probabilities"]) < max(trained)


async def test_a_place_off_the_plane_is_refused(client: Client) -> None:
    with pytest.raises(RefusedByServerError, match="can be 6") as refused:
        await client.request("PROBE", x=0, y=6.01)
    assert (refused.value.code, refused.value.path) == ("invalid_field", "y")


@pytest.mark.parametrize(
    ("problem", "outputs", "told"),
    [("classification", 2, {"probabilities": [None, None]}), ("regression", 1, {"probabilities": [], "value": None})],
)
async def test_a_network_whose_outputs_are_out_of_range_is_looked_at_without_numbers_that_are_none(
    client: Client, problem: str, outputs: int, told: dict[str, object]
) -> None:
    await client.request("CONFIGURE", problem=problem, hidden_layers=[3] * 10, activation="relu")
    await client.request("ADD_POINTS", points=XOR_ROWS)
    sizes = [2, *[3] * 10, outputs]
    weights = [
        [layer, unit, before, 1000]
        for layer, (inputs, units) in enumerate(pairwise(sizes), start=1)
        for unit in range(units)
        for before in range(inputs)
    ]
    await client.request("SET_PARAMETERS", parameters=weights)
    await client.request("VIEW", neurons=True, metrics=True)
    await client.until(
        lambda: bool(client.of_type("METRICS")) and client.last("METRICS")["gradient_norms"] == [None] * 11
    )
    answer = await client.request("PROBE", x=5, y=5)
    assert {key: answer[key] for key in told} == told
    await client.until(lambda: bool(client.neuron_frames) and client.neuron_frames[-1].maps.weights[0][0][0] == 1000)
    assert all(math.isfinite(tile.scale) for tiles in client.neuron_frames[-1].maps.tiles for tile in tiles)
    await client.until(lambda: client.last("TRAINING_STATUS")["train_loss"] is None)
