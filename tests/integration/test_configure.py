"""CONFIGURE over the wire: live changes, changes that build a new model, and what follows the answer."""

from typing import Any

import pytest

from tests.support.client import Client, RefusedByServerError
from tests.support.runs import (
    XOR_ROWS,
    begin_training,
    frame_after,
    resting_frame,
    status_after,
    stop_training,
    train_on,
    until_loss_below,
)

LIVE: list[dict[str, Any]] = [
    {"learning_rate": 0.003},
    {"batch_size": 5000},
    {"l1": 0.001},
    {"l2": 0.01},
    {"dropout": 0.3},
    {"optimizer": "rmsprop"},
    {"optimizer": "nesterov"},
    {"optimizer": "adagrad"},
    {"loss": "squared_error"},
    {"schedule": "cosine"},
    {"schedule_epochs": 3, "schedule": "step"},
    {"schedule_factor": 0.9, "schedule": "exponential"},
    {"weight_decay": 0.1},
    {"gradient_clip": 0.5},
    {"speed": 100},
    {"speed_unit": "step"},
    {"stop_epochs": 1_000_000_000},
    {"stop_loss": 1e-30},
    {"train_fraction": 0.5},
    {"classes": 3},
]
REBUILDING: list[dict[str, Any]] = [
    {"features": ["x1", "x2", "x1_x2"]},
    {"hidden_layers": [4]},
    {"activation": "relu"},
    {"activation": "selu"},
    {"layer_activations": ["sine", None]},
    {"layer_norm": True},
    {"initialisation": "he"},
    {"problem": "regression"},
    {"seed": 8},
]


async def config_after(client: Client, **changes: Any) -> dict[str, Any]:
    """CONFIGURE, and the CONFIG message that follows its answer."""
    told = len(client.of_type("CONFIG"))
    answer = await client.request("CONFIGURE", **changes)
    await client.until(lambda: len(client.of_type("CONFIG")) > told)
    message = client.of_type("CONFIG")[told]
    assert client.messages.index(answer) < client.messages.index(message)
    return message


@pytest.mark.parametrize("changes", LIVE, ids=lambda changes: next(iter(changes)))
async def test_what_is_live_changes_while_training_goes_on(client: Client, changes: dict[str, Any]) -> None:
    # So slow that the loss stays above each of the conditions.
    await begin_training(client, speed=300)
    before = client.frames[-1]
    told = await config_after(client, **changes)
    assert told["config_version"] == before.config_version + 1
    assert told["config"] == {**client.session["state"]["config"], "speed": 300, **changes}
    await client.until(lambda: client.frames[-1].config_version == told["config_version"])
    await train_on(client)
    assert client.frames[-1].step > before.step


@pytest.mark.parametrize("changes", REBUILDING, ids=lambda changes: next(iter(changes)))
async def test_what_builds_a_new_model_is_refused_while_training(client: Client, changes: dict[str, Any]) -> None:
    await begin_training(client)
    with pytest.raises(RefusedByServerError, match=f"Stop training before you change {next(iter(changes))}") as refused:
        await client.request("CONFIGURE", learning_rate=0.5, **changes)
    assert (refused.value.code, refused.value.path) == ("illegal_transition", next(iter(changes)))
    await train_on(client)
    assert client.of_type("CONFIG") == []


@pytest.mark.parametrize("changes", REBUILDING, ids=lambda changes: next(iter(changes)))
async def test_a_new_model_begins_at_step_0_with_its_map(client: Client, changes: dict[str, Any]) -> None:
    await begin_training(client)
    trained = await stop_training(client)
    assert trained["step"] > 0
    told = await config_after(client, **changes)
    status = await client.until_state("IDLE")
    assert (status["step"], status["epoch"]) == (0, 0)
    frame = await resting_frame(client)
    assert (frame.step, frame.config_version) == (0, told["config_version"])
    await client.request("START_TRAINING")
    await train_on(client)


async def test_a_change_of_the_split_is_followed_by_the_points(client: Client) -> None:
    await client.request("ADD_POINTS", points=[[0, 0, 0]] * 10)
    told = await config_after(client, train_fraction=0.5)
    await client.until(lambda: bool(client.of_type("POINTS")))
    points = client.last("POINTS")
    assert client.messages.index(told) < client.messages.index(points)
    assert points["revision"] == 2
    assert [row[4] for row in points["points"]].count("test") == 5


async def test_a_config_that_is_already_there_changes_nothing(client: Client) -> None:
    await client.request("CONFIGURE", classes=2, learning_rate=0.01)
    # PROBE's answer comes behind everything that CONFIGURE could have caused.
    await client.request("PROBE", x=0, y=0)
    assert client.of_type("CONFIG") == []


async def test_a_refused_field_keeps_the_others_from_changing(client: Client) -> None:
    with pytest.raises(RefusedByServerError):
        await client.request("CONFIGURE", learning_rate=0.5, dropout=0.95)
    told = await config_after(client, l1=0.5)
    assert told["config"] == {**client.session["state"]["config"], "l1": 0.5}
    assert told["config_version"] == 2


async def test_a_class_that_has_points_cannot_be_taken_away(client: Client) -> None:
    await client.request("CONFIGURE", classes=4)
    await client.request("ADD_POINT", x=0, y=0, label=3)
    with pytest.raises(RefusedByServerError, match="Remove the points of class 3") as refused:
        await client.request("CONFIGURE", classes=3)
    assert (refused.value.code, refused.value.path) == ("invalid_field", "classes")
    await client.request("ADD_POINT", x=0, y=0, label=3)


async def test_a_class_added_while_training_is_learned_and_hidden_weights_stay(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    # No further than that: what has been trained for long is slow to learn anew.
    await begin_training(client, learning_rate=0.03, speed=100)
    await until_loss_below(client, 0.1)
    step = client.frames[-1].step
    await config_after(client, classes=3)
    await client.until(lambda: client.frames[-1].classes == 3)
    # The two classes that were learned are still told apart: their share of the map has not been thrown away.
    assert client.frames[-1].step > step
    await client.request("ADD_POINTS", points=[[x / 10, y / 10, 2] for x in range(-5, 6, 5) for y in range(-5, 6, 5)])
    await client.request("CONFIGURE", speed=0)

    def centre_class() -> int:
        frame = client.frames[-1]
        return frame.cells[frame.height // 2 * frame.width + frame.width // 2] >> 5

    await client.until(lambda: centre_class() == 2 and client.last("TRAINING_STATUS")["train_accuracy"] == 1)
    assert client.last("TRAINING_STATUS")["run_state"] == "TRAINING"
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_class_taken_away_while_training_leaves_the_others_trained(client: Client) -> None:
    await begin_training(client, classes=3, learning_rate=0.03)
    await until_loss_below(client, 0.1)
    await client.request("CONFIGURE", classes=2)
    await client.until(lambda: client.frames[-1].classes == 2)
    first = next(frame for frame in client.frames if frame.classes == 2)
    assert first.train_loss is not None
    assert first.train_loss < 0.3
    await train_on(client)


async def test_a_changed_optimizer_goes_on_from_the_same_weights(client: Client) -> None:
    await begin_training(client, learning_rate=0.03)
    await until_loss_below(client, 0.1)
    stopped = await stop_training(client)
    frame = await frame_after(client, "CONFIGURE", optimizer="sgd")
    assert frame.step == stopped["step"]
    assert frame.train_loss == pytest.approx(stopped["train_loss"], rel=1e-5)


async def test_a_change_of_the_class_count_keeps_every_weight_that_both_networks_have(client: Client) -> None:
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await status_after(client, "STEP_TRAINING", count=200)
    for classes in (5, 2):
        before = (await client.request("PROBE", x=0.3, y=-0.2))["probabilities"]
        frame = await frame_after(client, "CONFIGURE", classes=classes)
        after = (await client.request("PROBE", x=0.3, y=-0.2))["probabilities"]
        assert (frame.classes, len(after)) == (classes, classes)
        # Softmax: how two classes compare depends on their own outputs alone, and those on weights that have stayed.
        assert after[0] / after[1] == pytest.approx(before[0] / before[1], rel=1e-3)
