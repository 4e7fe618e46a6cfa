"""What is measured: each case drives a real server over real websockets and returns plain figures."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from backend.neuron_frames import encode_neurons
from tests.support.client import Client
from tests.support.proxy import proxied

NETWORK = {"hidden_layers": [10, 5], "batch_size": 10, "optimizer": "adam"}
_COMMAND_INTERVAL_S = 0.05


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class CrowdFigures:
    """How some sessions did that trained at the same time.

    Attributes:
        frames_per_second: of each session.
        steps_per_second: of each session.
        command_s: how long each command took to be answered.
        side: width of the last map.
    """

    frames_per_second: list[float]
    steps_per_second: list[float]
    command_s: list[float]
    side: int


async def _begin(client: Client) -> None:
    await client.request("CONFIGURE", **NETWORK)
    await client.request("LOAD_DATASET", dataset="xor")
    await client.request("START_TRAINING")
    await client.until_frames(2)


async def _command_times_s(client: Client, duration_s: float) -> list[float]:
    times_s = []
    ends = time.perf_counter() + duration_s
    turn = 0
    while time.perf_counter() < ends:
        turn += 1
        began = time.perf_counter()
        await client.request("CONFIGURE", learning_rate=0.01 if turn % 2 else 0.011)
        times_s.append(time.perf_counter() - began)
        await asyncio.sleep(_COMMAND_INTERVAL_S)
    return times_s


async def crowd(address: str, count: int, duration_s: float) -> CrowdFigures:
    """So many sessions train and stream; one of them also sends commands."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(Client(address)) for _ in range(count)]
        await asyncio.gather(*map(_begin, clients))
        frames = [len(client.frames) for client in clients]
        steps = [client.frames[-1].step for client in clients]
        began = time.perf_counter()
        command_s = await _command_times_s(clients[0], duration_s)
        took_s = time.perf_counter() - began
        await asyncio.gather(*(client.request("STOP_TRAINING") for client in clients))
        return CrowdFigures(
            [(len(client.frames) - before) / took_s for client, before in zip(clients, frames, strict=True)],
            [(client.frames[-1].step - before) / took_s for client, before in zip(clients, steps, strict=True)],
            command_s,
            clients[0].frames[-1].width,
        )


def _shows_a_step(client: Client) -> bool:
    return bool(client.frames) and client.frames[-1].step > 0


async def first_frames_s(address: str, count: int) -> list[float]:
    """From sending START_TRAINING to having the first frame of a trained step, each time in a session that is new."""
    times_s = []
    for _ in range(count):
        async with Client(address) as client:
            await client.request("CONFIGURE", **NETWORK)
            await client.request("LOAD_DATASET", dataset="xor")
            began = time.perf_counter()
            await client.send("START_TRAINING")
            await client.until(partial(_shows_a_step, client))
            times_s.append(client.frame_times_s[-1] - began)
            await client.request("STOP_TRAINING")
    return times_s


async def wire_bytes_per_frame(address: str, duration_s: float) -> float:
    """All bytes from server to client, statuses and headers included, over the frames of 100 x 100 that came."""
    async with proxied(address) as link, Client(link.address) as client:
        await client.request("CONFIGURE", **NETWORK)
        await client.request("LOAD_DATASET", dataset="spiral")
        await client.request("START_TRAINING")
        await client.until_frames(2)
        frames, carried = len(client.frames), link.downstream_bytes
        await asyncio.sleep(duration_s)
        per_frame = (link.downstream_bytes - carried) / (len(client.frames) - frames)
        await client.request("STOP_TRAINING")
        return per_frame


@dataclass(frozen=True)
class DiagramFigures:
    """One session with or without the network diagram on the screen, its tiles of 24 x 24.

    Attributes:
        steps_per_second: of its training.
        maps_per_second: MAP_UPDATE frames.
        neurons_per_second: NEURON_MAPS frames.
        neuron_bytes_per_second: of the latter, before compression.
        wire_bytes_per_second: everything from server to client.
    """

    steps_per_second: float
    maps_per_second: float
    neurons_per_second: float
    neuron_bytes_per_second: float
    wire_bytes_per_second: float


async def diagram(address: str, config: dict[str, object], duration_s: float) -> tuple[DiagramFigures, DiagramFigures]:
    """The same run without and with the network diagram and METRICS, one after the other."""
    async with proxied(address) as link, Client(link.address) as client:
        await client.request("CONFIGURE", **config)
        await client.request("LOAD_DATASET", dataset="spiral", count=500)
        await client.request("START_TRAINING")
        await client.until_frames(2)
        figures = []
        for is_shown in (False, True):
            await client.request("VIEW", neurons=is_shown, metrics=is_shown)
            await client.until_frames(2)
            maps, neurons = len(client.frames), len(client.neuron_frames)
            step, carried, began = client.frames[-1].step, link.downstream_bytes, time.perf_counter()
            await asyncio.sleep(duration_s)
            took_s = time.perf_counter() - began
            sent_bytes = sum(len(encode_neurons(frame)) for frame in client.neuron_frames[neurons:])
            figures.append(
                DiagramFigures(
                    (client.frames[-1].step - step) / took_s,
                    (len(client.frames) - maps) / took_s,
                    (len(client.neuron_frames) - neurons) / took_s,
                    sent_bytes / took_s,
                    (link.downstream_bytes - carried) / took_s,
                )
            )
        await client.request("STOP_TRAINING")
        return figures[0], figures[1]


async def slow_link(address: str, bytes_per_second: float | None, duration_s: float) -> tuple[float, float, float]:
    """Steps per second, frames per second, and by how many seconds of training the picture lags at worst."""
    async with proxied(address, bytes_per_second) as link, Client(link.address) as client:
        await _begin(client)
        first, began = client.frames[-1], time.perf_counter()
        frames = len(client.frames)
        await asyncio.sleep(duration_s)
        last, took_s = client.frames[-1], time.perf_counter() - began
        rate = (last.step - first.step) / took_s
        shown = last.step
        await client.request("STOP_TRAINING")
        final = (await client.until_state("PAUSED"))["step"]
        return rate, (len(client.frames) - frames) / took_s, max(0.0, final - shown) / rate


async def to_accuracy(address: str, dataset: str, config: dict[str, object], goal: float) -> tuple[float, float]:
    """Seconds and epochs from START_TRAINING to a train accuracy of the goal, as a status tells it."""
    async with Client(address) as client:
        await client.request("CONFIGURE", **config)
        await client.request("LOAD_DATASET", dataset=dataset)
        began = time.perf_counter()
        await client.request("START_TRAINING")

        def reached() -> bool:
            statuses = client.of_type("TRAINING_STATUS")
            return bool(statuses) and (statuses[-1]["train_accuracy"] or 0) >= goal

        await client.until(reached, deadline_s=120)
        took_s = time.perf_counter() - began
        await client.request("STOP_TRAINING")
        return took_s, float(client.last("TRAINING_STATUS")["epoch"])


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median and range, for a person."""
    return f"{statistics.median(values):.{digits}f}  ({min(values):.{digits}f} to {max(values):.{digits}f})"
