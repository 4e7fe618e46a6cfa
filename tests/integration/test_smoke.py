"""One real run over a real websocket."""

import pytest

from tests.support.client import Client


@pytest.mark.smoke
async def test_a_run_over_a_websocket_learns_and_streams_its_map(client: Client) -> None:
    await client.request("LOAD_DATASET", dataset="gauss")
    await client.request("START_TRAINING")
    await client.until_frames(10)
    await client.request("STOP_TRAINING")
    status = await client.until_state("PAUSED")

    first, last = client.frames[0], client.frames[-1]
    assert first.train_loss is not None
    assert last.train_loss is not None
    assert last.train_loss < first.train_loss / 2
    assert (last.width, last.height, len(last.cells)) == (100, 100, 10_000)
    assert status["step"] == last.step
    assert status["train_accuracy"] > 0.95
