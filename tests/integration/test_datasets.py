"""Ready data sets over the wire: what is loaded, what is refused, and that a refusal changes nothing."""

from typing import Any

import pytest

from backend.logic.generators import CATALOGUE, DatasetName
from tests.support.client import Client, RefusedByServerError
from tests.support.runs import message_after, resting_frame, state_on_the_server, stop_training, train_on

CLASSIFICATION = [name for name, kind in CATALOGUE.items() if kind.problem == "classification"]
REGRESSION = [name for name, kind in CATALOGUE.items() if kind.problem == "regression"]


async def loaded(client: Client, dataset: str, **fields: Any) -> list[Any]:
    """The rows of the POINTS that follows LOAD_DATASET."""
    message = await message_after(client, "POINTS", "LOAD_DATASET", dataset=dataset, **fields)
    rows: list[Any] = message["points"]
    return rows


@pytest.mark.parametrize("dataset", CLASSIFICATION)
async def test_a_dataset_replaces_the_points_and_has_200_of_two_classes(client: Client, dataset: DatasetName) -> None:
    await client.request("ADD_POINT", x=0, y=0, label=0)
    rows = await loaded(client, dataset, noise=0.1)
    assert [row[0] for row in rows] == list(range(2, 202))
    assert {row[3] for row in rows} == {0, 1}
    assert all(len(row) == 5 for row in rows)
    assert all(-6 <= row[1] <= 6 and -6 <= row[2] <= 6 for row in rows)


@pytest.mark.parametrize("dataset", REGRESSION)
async def test_a_dataset_of_a_regression_comes_with_values_and_can_be_trained_on(
    client: Client, dataset: DatasetName
) -> None:
    await client.request("CONFIGURE", problem="regression")
    rows = await loaded(client, dataset)
    assert len(rows) == 200
    assert all(len(row) == 6 and -1 <= row[5] <= 1 and row[3] == (row[5] >= 0) for row in rows)
    assert (await state_on_the_server(client))["points"] == rows
    await client.request("START_TRAINING")
    await train_on(client)
    assert (await stop_training(client))["train_loss"] < 1


@pytest.mark.parametrize("dataset", ["spiral", "rings", "blobs", "anisotropic"])
async def test_a_dataset_has_the_classes_of_the_run_or_those_that_are_asked_for(client: Client, dataset: str) -> None:
    await client.request("CONFIGURE", classes=8)
    assert {row[3] for row in await loaded(client, dataset)} == set(range(8))
    assert {row[3] for row in await loaded(client, dataset, classes=None)} == set(range(8))
    assert {row[3] for row in await loaded(client, dataset, classes=5)} == set(range(5))
    assert [row[3] for row in await loaded(client, dataset, classes=8, count=2)] == [0, 1]
    assert {row[3] for row in await loaded(client, "moons")} == {0, 1}


async def test_5000_points_of_a_dataset_come_whole(client: Client) -> None:
    await client.request("CONFIGURE", problem="regression")
    rows = await loaded(client, "multi_gauss", count=5000, noise=0.5)
    assert len(rows) == 5000
    # All digits written out, they can be given back in one message.
    await client.request("CHANGE_POINTS", points=[[*row[:4], row[5]] for row in rows])
    assert (await state_on_the_server(client))["points"] == rows


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"dataset": "plane"}, "dataset", "for regression, and the problem is classification"),
        ({"dataset": "blobs", "classes": 4}, "classes", "The run has 3 classes: a data set of 4"),
        ({"dataset": "moons", "classes": 3}, "classes", "moons has 2 classes, not 3"),
        ({"dataset": "torus"}, "dataset", "torus"),
        ({"dataset": "rings", "classes": 9}, "classes", "8 at most"),
        ({"dataset": "rings", "classes": 1}, "classes", "2 at least"),
        ({"dataset": "xor", "count": 1}, "count", "2 at least"),
        ({"dataset": "xor", "count": 5001}, "count", "5000 at most"),
        ({"dataset": "xor", "noise": 0.51}, "noise", "0.5 at most"),
        ({"dataset": "xor", "noise": -0.01}, "noise", "0.0 at least"),
        ({"dataset": "xor", "seed": -1}, "seed", "0 at least"),
        ({}, "dataset", "missing"),
    ],
)
async def test_a_dataset_that_does_not_fit_is_refused_with_a_sentence_and_changes_nothing(
    client: Client, fields: dict[str, Any], path: str, words: str
) -> None:
    await client.request("CONFIGURE", classes=3)
    await client.request("ADD_POINT", x=1, y=2, label=2)
    with pytest.raises(RefusedByServerError, match=words) as refused:
        await client.request("LOAD_DATASET", **fields)
    assert (refused.value.code, refused.value.path) == ("invalid_field", path)
    state = await state_on_the_server(client)
    assert (state["points"], state["revision"]) == ([[1, 1.0, 2.0, 2, "train"]], 1)


async def test_a_dataset_of_a_classification_is_refused_in_a_regression(client: Client) -> None:
    await client.request("CONFIGURE", problem="regression")
    with pytest.raises(
        RefusedByServerError, match="rings is for classification, and the problem is regression"
    ) as refused:
        await client.request("LOAD_DATASET", dataset="rings")
    assert (refused.value.code, refused.value.path) == ("invalid_field", "dataset")


async def test_the_same_seed_loads_the_same_points_and_another_seed_others(client: Client) -> None:
    seeds: tuple[dict[str, int], ...] = ({"seed": 3}, {"seed": 3}, {"seed": 4}, {}, {"seed": 7})
    sets = [[row[1:4] for row in await loaded(client, "gauss", count=10, **seed)] for seed in seeds]
    assert sets[0] == sets[1]
    assert sets[1] != sets[2]
    # Without a seed the run's own is taken, which is 7 to begin with.
    assert sets[3] == sets[4]


async def test_new_data_keeps_the_weights_there_are(client: Client) -> None:
    await loaded(client, "xor")
    await client.request("STEP_TRAINING", count=3)
    before = await resting_frame(client)
    await loaded(client, "circle", seed=2)
    after = await resting_frame(client)
    assert (after.step, after.cells) == (before.step, before.cells)
