"""Sessions side by side: everyone's picture moves, and what is granted shrinks with their number."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.runs import XOR_ROWS, begin_training, eventually, frame_after, status_after, stop_training, train_on
from tests.support.server import LocalServer

EXPERIMENT: dict[str, Any] = {
    "hidden_layers": [7, 5],
    "dropout": 0.25,
    "optimizer": "rmsprop",
    "activation": "gelu",
    "seed": 11,
}


@asynccontextmanager
async def training_crowd(server: LocalServer, count: int) -> AsyncIterator[list[Client]]:
    """So many clients whose sessions train."""
    async with AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(Client(server.address)) for _ in range(count)]
        for seed, each in enumerate(crowd):
            await begin_training(each, seed=seed)
        yield crowd


async def test_ten_sessions_train_side_by_side_and_all_get_frames(server: LocalServer) -> None:
    async with training_crowd(server, 10) as crowd:
        for each in crowd:
            await train_on(each)
        steps = [each.frames[-1].step for each in crowd]
        for each, step in zip(crowd, steps, strict=True):
            await each.until(lambda each=each, step=step: each.frames[-1].step > step + 100)  # type: ignore[misc]
        assert server.app.services.registry.training_count == 10
        assert len({each.frames[-1].cells for each in crowd}) == 10


@pytest.mark.parametrize(
    ("sessions", "wished", "granted"),
    [
        (2, (200, 200), (200, 200)),
        (3, (200, 200), (80, 80)),
        (3, (50, 40), (50, 40)),
        (5, (200, 100), (64, 32)),
        (13, (100, 100), (50, 50)),
    ],
)
async def test_the_more_sessions_train_the_smaller_is_the_map(
    server: LocalServer, sessions: int, wished: tuple[int, int], granted: tuple[int, int]
) -> None:
    async with training_crowd(server, sessions) as crowd:
        client = crowd[-1]
        width, height = wished
        await client.request("VIEW", width=width, height=height)
        await client.until(lambda: (client.frames[-1].width, client.frames[-1].height) == granted)
        assert len(client.frames[-1].cells) == granted[0] * granted[1]


async def test_a_session_that_rests_takes_nothing_from_the_others(server: LocalServer) -> None:
    async with training_crowd(server, 3) as crowd:
        client = crowd[0]
        await client.until(lambda: client.frames[-1].width == 80)
        for each in crowd[1:]:
            await stop_training(each)
        await client.until(lambda: client.frames[-1].width == 100)


async def test_the_same_seed_points_and_commands_give_the_same_maps_alone_and_beside_ten_others(
    server: LocalServer,
) -> None:
    async def experiment() -> list[tuple[int, float | None, bytes]]:
        """Maps along a run with every kind of change, each at a known step."""
        async with Client(server.address) as client:
            await client.request("VIEW", width=40, height=40)
            await client.request("CONFIGURE", **EXPERIMENT)
            await client.request("ADD_POINTS", points=XOR_ROWS)
            maps: list[tuple[int, float | None, bytes]] = []
            changes: list[tuple[str, dict[str, Any]]] = [
                ("PROBE", {"x": 0, "y": 0}),
                ("CONFIGURE", {"learning_rate": 0.03, "l1": 0.001}),
                ("ADD_POINT", {"x": 0.5, "y": 4, "label": 1}),
                ("CONFIGURE", {"classes": 3}),
                ("ADD_POINT", {"x": 0, "y": 0, "label": 2}),
                ("LOAD_DATASET", {"dataset": "spiral", "noise": 0.2}),
                ("RESET_MODEL", {"seed": 5}),
            ]
            for kind, fields in changes:
                # A reset brings the run to rest: its status must not be taken for that of the steps that follow.
                await (
                    status_after(client, kind, **fields) if kind == "RESET_MODEL" else client.request(kind, **fields)
                )
                step = (await status_after(client, "STEP_TRAINING", count=37, unit="step"))["step"]
                frame = await frame_after(client, "VIEW", width=40 + len(maps) % 2 + 1)
                assert frame.step == step
                maps.append((frame.step, frame.train_loss, frame.cells))
            return maps

    alone = await experiment()
    async with training_crowd(server, 10):
        beside = await experiment()
    assert beside == alone
    assert len({cells for _, _, cells in alone}) == len(alone)


async def test_the_end_of_one_session_leaves_the_others_training(server: LocalServer) -> None:
    async with training_crowd(server, 4) as crowd:
        await crowd[0].close()
        await eventually(lambda: server.app.services.registry.connected_count == 3)
        for each in crowd[1:]:
            await train_on(each)
