"""One real run over a real websocket."""

import pytest

from tests.support.client import Client
from tests.support.runs import until_loss_below


@pytest.mark.smoke
async def test_a_run_over_a_websocket_learns_and_streams_its_map(client: Client) -> None:
    await client.request("LOAD_DATASET", dataset="gauss")
    # So slow that the first frame shows a network that has hardly learned.
    await client.request("CONFIGURE", speed=30)
    await client.request("START_TRAINING")
    await client.until_frames(10)
    await client.until(lambda: (client.last("TRAINING_STATUS")["train_accuracy"] or 0) > 0.95)
    untrained = client.frames[0].train_loss
    assert untrained is not None
    await until_loss_below(client, untrained / 2)
    await client.request("STOP_TRAINING")
    status = await client.until_state("PAUSED")

    last = client.frames[-1]
    assert (last.width, last.height, len(last.cells)) == (100, 100, 10_000)
    assert status["step"] == last.step
    assert status["train_accuracy"] > 0.95
