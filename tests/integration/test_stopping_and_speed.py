"""Stop conditions and the speed limit over the wire."""

import re
import time
from typing import Any

import pytest

from tests.support.client import Client, RefusedByServerError
from tests.support.runs import XOR_ROWS, begin_training, status_after, stop_training, tell_figure


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"stop_epochs": 30}, r"Training stopped: 30 epochs are reached\."),
        ({"stop_loss": 0.3}, r"Training stopped: the train loss is 0\.\d+, below 0\.3\."),
        ({"stop_accuracy": 0.9}, r"Training stopped: the train accuracy is \d+\.\d %, at least 90 %\."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_a_run_comes_to_rest_by_itself_and_says_why(
    client: Client, condition: dict[str, Any], reason: str
) -> None:
    await client.request("CONFIGURE", learning_rate=0.03, **condition)
    await client.request("ADD_POINTS", points=XOR_ROWS)
    first = await status_after(client, "START_TRAINING")
    assert first["run_state"] == "PAUSED"
    assert pytest.approx(round(first["epoch"])) == first["epoch"]
    assert re.fullmatch(reason, first["reason"])
    await client.request("RESET_MODEL")
    await client.until_state("IDLE")
    await client.request("START_TRAINING")
    again = await client.until_state("PAUSED")
    for figure in ("step", "train_loss", "reason"):
        assert again[figure] == first[figure]


async def test_a_start_behind_the_last_epoch_is_refused_and_steps_are_not(client: Client) -> None:
    await client.request("CONFIGURE", stop_epochs=5)
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await status_after(client, "START_TRAINING")
    with pytest.raises(RefusedByServerError, match=r"stop at epoch 5, which is reached\. Raise") as refused:
        await client.request("START_TRAINING")
    assert (refused.value.code, refused.value.path) == ("illegal_transition", "stop_epochs")
    status = await status_after(client, "STEP_TRAINING", count=2, unit="epoch")
    assert (status["epoch"], status["reason"]) == (7, None)


async def test_a_slow_run_stops_at_once_and_can_be_made_fast(client: Client) -> None:
    await begin_training(client, speed=0.01, speed_unit="step")
    began_s = time.perf_counter()
    status = await stop_training(client)
    tell_figure(f"stopped within {time.perf_counter() - began_s:.3f} s, between two steps a hundred seconds apart")
    assert status["step"] == 1
    await client.request("START_TRAINING")
    await client.request("CONFIGURE", speed=0)
    await client.until(lambda: client.frames[-1].step > 50)


async def test_a_run_that_was_restored_for_another_problem_names_the_wrong_field(client: Client) -> None:
    with pytest.raises(RefusedByServerError, match="no loss huber") as refused:
        await client.request("RESTORE", config={"loss": "huber"}, points=[])
    assert (refused.value.code, refused.value.path) == ("invalid_field", "config")
