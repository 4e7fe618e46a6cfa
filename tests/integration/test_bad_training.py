"""Runs that go wrong: nothing to train on, a loss that is no number, an exception in the training thread."""

import logging
import math
from typing import Any

import pytest

from backend.logic.training import Learner
from tests.support.client import Client, RefusedByServerError
from tests.support.runs import (
    XOR_ROWS,
    begin_training,
    frame_after,
    status_after,
    stop_training,
    train_on,
    until_loss_below,
)
from tests.support.server import LocalServer

FAR_TOO_HIGH: dict[str, Any] = {"optimizer": "sgd", "activation": "relu", "learning_rate": 1_000_000}


@pytest.mark.parametrize("move", ["START_TRAINING", "STEP_TRAINING"])
@pytest.mark.parametrize(
    ("points", "says"),
    [
        ([], "at least two classes"),
        ([[0, 0, 1], [1, 1, 1]], "of class 1"),
    ],
    ids=["no points", "one class"],
)
async def test_what_cannot_be_trained_says_what_to_add(
    client: Client, move: str, points: list[list[int]], says: str
) -> None:
    if points:
        await client.request("ADD_POINTS", points=points)
    with pytest.raises(RefusedByServerError, match=says) as refused:
        await client.request(move)
    assert (refused.value.code, refused.value.path) == ("not_trainable", None)
    await client.request("PROBE", x=0, y=0)
    assert client.of_type("TRAINING_STATUS") == []
    await begin_training(client)


async def test_two_classes_of_which_one_is_only_tested_cannot_be_trained(client: Client) -> None:
    await client.request("CONFIGURE", train_fraction=0.1)
    splits = (await client.request("ADD_POINTS", points=[[0, 0, 0]] * 20))["splits"]
    await client.request("REMOVE_POINTS", ids=[i + 1 for i, split in enumerate(splits) if split == "train"])
    await client.request("CONFIGURE", classes=2)
    with pytest.raises(RefusedByServerError) as refused:
        await client.request("START_TRAINING")
    assert refused.value.code == "not_trainable"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("CLEAR_POINTS", {}),
        ("REMOVE_POINTS", {"ids": [row + 1 for row, (_, _, label) in enumerate(XOR_ROWS) if label == 1]}),
        ("REMOVE_POINTS", {"ids": list(range(1, 17))}),
    ],
    ids=["cleared", "cut to one class", "all removed"],
)
async def test_points_taken_away_stop_training_with_a_sentence_and_it_goes_on_later(
    client: Client, kind: str, fields: dict[str, Any]
) -> None:
    await begin_training(client, learning_rate=0.03)
    await until_loss_below(client, 0.01)
    step = client.frames[-1].step
    status = await status_after(client, kind, **fields)
    assert status["run_state"] == "PAUSED"
    assert status["reason"].startswith("Training stopped. Add points")
    assert status["step"] >= step
    # The map is still that of the trained network.
    frame = await frame_after(client, "VIEW", width=99)
    assert frame.step == status["step"]
    assert sum(cell & 31 > 24 for cell in frame.cells) > len(frame.cells) / 2

    await client.request("ADD_POINTS", points=XOR_ROWS)
    seen = len(client.frames)
    await client.request("START_TRAINING")
    await client.until(lambda: len(client.frames) > seen + 1)
    again = client.frames[seen + 1]
    assert again.step >= status["step"]
    assert again.train_loss is not None
    assert again.train_loss < 0.3
    assert client.last("TRAINING_STATUS")["reason"] is None


async def test_a_split_that_leaves_one_class_stops_training_with_a_sentence(client: Client) -> None:
    await client.request("ADD_POINTS", points=[[x / 10, 0, 0] for x in range(40)])
    await client.request("ADD_POINT", x=5, y=5, label=1)
    await client.request("START_TRAINING")
    await client.until_frames(1)
    seen = len(client.of_type("TRAINING_STATUS"))
    # The 41st point goes to the test split of some small fraction; which, the server tells.
    for percent in range(90, 9, -10):
        await client.request("CONFIGURE", train_fraction=percent / 100)
        await client.until(lambda: bool(client.of_type("POINTS")))
        if client.last("POINTS")["points"][-1][4] == "test":
            break
    await client.until(lambda: any(s["run_state"] == "PAUSED" for s in client.of_type("TRAINING_STATUS")[seen:]))
    assert "Add points of a second class" in client.last("TRAINING_STATUS")["reason"]


async def test_a_learning_rate_far_too_high_diverges_with_advice_and_a_reset_goes_on(
    server: LocalServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async with Client(server.address) as neighbour:
        await begin_training(neighbour)
        await begin_training(client, **FAR_TOO_HIGH)
        status = await client.until_state("DIVERGED")
        assert f"step {status['step']:,}" in status["reason"]
        assert "lower learning rate" in status["reason"]
        assert (status["train_loss"], status["train_accuracy"]) == (None, None)
        # The map that was last finite stays, and can be asked for again.
        frame = await frame_after(client, "VIEW", width=90)
        assert frame.train_loss is None or math.isfinite(frame.train_loss)
        answer = await client.request("PROBE", x=1, y=1)
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)

        for move in ("START_TRAINING", "STEP_TRAINING", "STOP_TRAINING"):
            with pytest.raises(RefusedByServerError, match="reset the model") as refused:
                await client.request(move)
            assert refused.value.code == "illegal_transition"

        await client.request("CONFIGURE", learning_rate=0.01)
        reset = await status_after(client, "RESET_MODEL")
        assert (reset["run_state"], reset["step"], reset["reason"]) == ("IDLE", 0, None)
        await client.request("START_TRAINING")
        await train_on(client)
        await train_on(neighbour)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_step_that_diverges_is_told_as_diverged(client: Client) -> None:
    await client.request("CONFIGURE", **FAR_TOO_HIGH)
    await client.request("ADD_POINTS", points=XOR_ROWS)
    status = await status_after(client, "STEP_TRAINING", count=10_000, unit="step")
    assert status["run_state"] == "DIVERGED"
    assert status["step"] < 10_000


async def test_a_diverged_run_is_told_to_whoever_comes_back(server: LocalServer, client: Client) -> None:
    await begin_training(client, **FAR_TOO_HIGH)
    status = await client.until_state("DIVERGED")
    await client.close()
    async with Client(server.address, client.session_id) as again:
        state = again.session["state"]
        assert (state["run_state"], state["step"], state["reason"]) == ("DIVERGED", status["step"], status["reason"])


@pytest.fixture
def broken_wide_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network with a first hidden layer of 13 units fails at its 50th step."""
    step = Learner.step

    def fail_at_50(learner: Learner) -> None:
        if learner.config.hidden_layers[:1] == (13,) and learner.step_count == 50:
            raise RuntimeError("this step is broken")
        step(learner)

    monkeypatch.setattr(Learner, "step", fail_at_50)


@pytest.mark.usefixtures("broken_wide_networks")
async def test_an_exception_while_training_is_told_and_logged_once_and_a_reset_goes_on(
    server: LocalServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async with Client(server.address) as neighbour:
        await begin_training(neighbour)
        await client.request("CONFIGURE", hidden_layers=[13])
        await client.request("ADD_POINTS", points=XOR_ROWS)
        await client.request("START_TRAINING")
        status = await client.until_state("FAILED")
        assert "Reset the model" in status["reason"]
        await client.until(lambda: bool(client.of_type("ERROR")))
        error = client.last("ERROR")
        assert (error["id"], error["code"]) == (None, "training_failed")
        assert error["message"] == status["reason"]
        (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
        assert record.exc_info is not None
        assert "this step is broken" in str(record.exc_info[1])

        for move in ("START_TRAINING", "STEP_TRAINING", "STOP_TRAINING"):
            with pytest.raises(RefusedByServerError, match="reset the model"):
                await client.request(move)
        # Editing is still possible, and what was refused or edited is not told as another failure.
        await client.request("ADD_POINT", x=0, y=5, label=1)
        await client.request("CONFIGURE", learning_rate=0.02)
        await client.request("CONFIGURE", classes=3)

        assert (await status_after(client, "RESET_MODEL"))["run_state"] == "IDLE"
        stepped = await status_after(client, "STEP_TRAINING", unit="step", count=49)
        assert (stepped["run_state"], stepped["step"]) == ("PAUSED", 49)
        await client.request("CONFIGURE", hidden_layers=[12])
        await client.until_state("IDLE")
        await client.request("START_TRAINING")
        await train_on(client)
        await train_on(neighbour)
        assert neighbour.of_type("ERROR") == []
        assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1
        assert len([e for e in client.of_type("ERROR") if e["code"] == "training_failed"]) == 1
        await stop_training(client)
