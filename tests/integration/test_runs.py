"""Start, stop, step and reset over the wire: what goes on, what begins anew, and what is last shown."""

from typing import Any

import pytest

from backend.frames import MapFrame
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


async def test_a_start_is_told_at_once_and_then_training_moves(client: Client) -> None:
    await begin_training(client)
    assert client.of_type("TRAINING_STATUS")[0]["run_state"] == "TRAINING"
    await train_on(client)
    await client.until(lambda: client.last("TRAINING_STATUS")["steps_per_second"] is not None)
    status = client.last("TRAINING_STATUS")
    assert status["steps_per_second"] > 0
    assert status["epoch"] == pytest.approx(status["step"] / 2, abs=1)
    assert (status["test_loss"], status["test_accuracy"], status["reason"]) == (None, None, None)


async def test_the_last_frame_and_the_last_status_show_the_same_final_step(client: Client) -> None:
    await begin_training(client)
    for _ in range(5):
        status = await stop_training(client)
        frame = client.frames[-1]
        assert (status["run_state"], status["step"]) == ("PAUSED", frame.step)
        assert status["train_loss"] == pytest.approx(frame.train_loss, rel=1e-5)
        assert status["epoch"] == pytest.approx(frame.epoch, rel=1e-5)
        assert status["steps_per_second"] is None
        seen = len(client.frames)
        # Nothing was left over: after a view of another size the frame is still of that step.
        assert (await frame_after(client, "VIEW", width=50 + seen % 9)).step == status["step"]
        await client.request("START_TRAINING")
        await train_on(client)


async def test_a_start_after_a_stop_goes_on_from_the_same_step_and_loss(client: Client) -> None:
    await begin_training(client, learning_rate=0.03, speed=100)
    untrained = client.frames[0].train_loss
    await until_loss_below(client, 0.05)
    stopped = await stop_training(client)
    seen = len(client.frames)
    await client.request("START_TRAINING")
    await client.until(lambda: len(client.frames) > seen)
    again = client.frames[seen]
    assert again.step >= stopped["step"]
    assert again.train_loss is not None
    assert untrained is not None
    assert again.train_loss < untrained / 2


async def test_stopped_in_between_or_not_the_same_steps_give_the_same_map(client: Client) -> None:
    await client.request("CONFIGURE", dropout=0.2, optimizer="momentum")
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await status_after(client, "STEP_TRAINING", count=90, unit="step")
    whole = await resting_frame(client)
    await status_after(client, "RESET_MODEL")
    for count in (1, 40, 49):
        await status_after(client, "STEP_TRAINING", count=count, unit="step")
    parts = await resting_frame(client)
    assert (parts.step, parts.train_loss, parts.cells) == (whole.step, whole.train_loss, whole.cells)


@pytest.mark.parametrize(
    ("fields", "steps", "epochs"),
    [
        ({}, 2, 1),
        ({"unit": "epoch", "count": 3}, 6, 3),
        # 16 points are a batch of 10 and one of 6.
        ({"unit": "step"}, 1, 10 / 16),
        ({"unit": "step", "count": 7}, 7, 3 + 10 / 16),
        ({"unit": "step", "count": 10_000}, 10_000, 5_000),
    ],
)
async def test_a_step_trains_so_much_and_then_stops(
    client: Client, fields: dict[str, Any], steps: int, epochs: float
) -> None:
    await client.request("ADD_POINTS", points=XOR_ROWS)
    first = await status_after(client, "STEP_TRAINING", **fields)
    assert (first["run_state"], first["step"], first["epoch"]) == ("PAUSED", steps, epochs)
    second = await status_after(client, "STEP_TRAINING", unit="step", count=1)
    assert second["step"] == steps + 1
    assert (await resting_frame(client)).step == steps + 1


async def test_a_step_can_be_stopped_and_followed_by_a_start(client: Client) -> None:
    # Held back: it would take 50 seconds.
    await client.request("CONFIGURE", speed=200)
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await client.request("STEP_TRAINING", count=10_000)
    await client.until(lambda: bool(client.frames) and client.frames[-1].step > 0)
    stopped = await stop_training(client)
    assert 0 < stopped["step"] < 20_000
    await client.request("START_TRAINING")
    await train_on(client)
    assert client.last("TRAINING_STATUS")["run_state"] == "TRAINING"


async def test_a_reset_gives_the_first_weights_again_and_keeps_the_points(client: Client) -> None:
    await client.request("ADD_POINTS", points=XOR_ROWS)
    first = await status_after(client, "STEP_TRAINING", count=1, unit="step")
    after_one = await resting_frame(client)
    await status_after(client, "STEP_TRAINING", count=50)
    reset = await status_after(client, "RESET_MODEL")
    assert (reset["run_state"], reset["step"], reset["epoch"]) == ("IDLE", 0, 0)
    assert (await resting_frame(client)).step == 0
    again = await status_after(client, "STEP_TRAINING", count=1, unit="step")
    assert again["train_loss"] == first["train_loss"]
    assert (await resting_frame(client)).cells == after_one.cells


async def test_a_reset_with_another_seed_gives_other_weights_and_tells_the_config(client: Client) -> None:
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await status_after(client, "STEP_TRAINING", count=1, unit="step")
    seed_7 = (await resting_frame(client)).cells
    answer = await client.request("RESET_MODEL", seed=123)
    await client.until(lambda: bool(client.of_type("CONFIG")))
    config = client.last("CONFIG")
    assert config["config"]["seed"] == 123
    assert client.messages.index(answer) < client.messages.index(config)
    await status_after(client, "STEP_TRAINING", count=1, unit="step")
    frame = await resting_frame(client)
    assert frame.config_version == config["config_version"]
    assert frame.cells != seed_7


async def test_a_reset_while_training_comes_to_rest_at_step_0(client: Client) -> None:
    await begin_training(client)
    status = await status_after(client, "RESET_MODEL")
    assert (status["run_state"], status["step"]) == ("IDLE", 0)
    seen = len(client.frames)
    await client.request("START_TRAINING")
    await client.until(lambda: len(client.frames) > seen)

    def is_fresh(frame: MapFrame) -> bool:
        return frame.epoch == pytest.approx(frame.step / 2, abs=1)

    assert all(is_fresh(frame) for frame in client.frames)


IDLE, PAUSED, TRAINING = "IDLE", "PAUSED", "TRAINING"


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (IDLE, "STOP_TRAINING"),
        (PAUSED, "STOP_TRAINING"),
        (TRAINING, "START_TRAINING"),
        (TRAINING, "STEP_TRAINING"),
        (TRAINING, "RESTORE"),
        (PAUSED, "RESTORE"),
    ],
)
async def test_an_illegal_move_is_an_error_and_changes_nothing(client: Client, state: str, move: str) -> None:
    if state == IDLE:
        await client.request("ADD_POINTS", points=XOR_ROWS)
    else:
        await begin_training(client)
    if state == PAUSED:
        await stop_training(client)
    told = len(client.of_type("TRAINING_STATUS"))
    fields: dict[str, Any] = {"config": {}, "points": []} if move == "RESTORE" else {}
    with pytest.raises(RefusedByServerError, match=r"[A-Z].*\.$") as refused:
        await client.request(move, **fields)
    assert refused.value.code == "illegal_transition"
    if state == TRAINING:
        await train_on(client)
        await stop_training(client)
    else:
        # PROBE's answer comes behind whatever the move could have caused.
        await client.request("PROBE", x=0, y=0)
        assert len(client.of_type("TRAINING_STATUS")) == told
        await client.request("START_TRAINING")
        await train_on(client)


async def test_a_run_that_rests_sends_nothing_more(client: Client) -> None:
    await begin_training(client)
    await stop_training(client)
    await client.request("PROBE", x=0, y=0)
    count = (len(client.frames), len(client.messages))
    # Each answer takes a whole way through the server; a run that were still moving would be seen.
    for _ in range(20):
        await client.request("PROBE", x=0, y=0)
    assert (len(client.frames), len(client.messages)) == (count[0], count[1] + 20)
