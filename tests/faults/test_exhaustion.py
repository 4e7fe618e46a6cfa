"""One person who uses all that there is, and resets again and again: the others train on, and nothing piles up."""

from typing import Any

import psutil

from tests.faults.standing import standing
from tests.support.client import Client
from tests.support.runs import status_after, tell_figure, train_on

ALL_AT_ONCE: dict[str, Any] = {
    "classes": 8,
    "features": ["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"],
    "hidden_layers": [100] * 10,
    "activation": "mish",
    "layer_norm": True,
    "batch_size": 5000,
    "dropout": 0.3,
    "l1": 0.001,
    "l2": 0.001,
    "gradient_clip": 1,
}
RESETS = 1000
MOST_GROWTH_BYTES = 30_000_000


async def test_all_limits_at_once_train_and_are_shown_and_nobody_notices() -> None:
    async with standing() as scene, Client(scene.address) as client:
        await client.request("LOAD_DATASET", dataset="gauss", count=5000, classes=2)
        await client.request("CONFIGURE", **ALL_AT_ONCE)
        await client.request("VIEW", width=200, height=200, neurons=True, tile_size=50, metrics=True)
        await client.request("START_TRAINING")
        await train_on(client)
        await scene.undisturbed()
        # Each change makes something of the largest size anew.
        for changes in ({"batch_size": 4999}, {"optimizer": "sgd"}, {"train_fraction": 0.9}, {"classes": 7}):
            await client.request("CONFIGURE", **changes)
            await train_on(client)
        await client.request("CHANGE_POINTS", points=[[1, 0, 0, 0]])
        await scene.undisturbed()
        await status_after(client, "STOP_TRAINING")
        await client.until(lambda: bool(client.neuron_frames))


async def test_a_thousand_resets_in_a_row_leave_nothing_behind() -> None:
    async with standing() as scene, Client(scene.address) as client:
        process = psutil.Process(scene.server.process.pid)
        await client.request("LOAD_DATASET", dataset="xor", count=1000)
        await client.request("CONFIGURE", hidden_layers=[100, 100])
        used: list[int] = []
        for count in range(1, RESETS + 1):
            await client.request("START_TRAINING")
            await client.request("RESET_MODEL")
            if count % (RESETS // 4) == 0:
                used.append(process.memory_info().rss)
                await scene.undisturbed()
        tell_figure(f"memory after each 250 resets: {[round(each / 1e6) for each in used]} MB")
        assert used[-1] - used[0] < MOST_GROWTH_BYTES
        await client.request("START_TRAINING")
        await train_on(client)
