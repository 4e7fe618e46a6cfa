"""What many tests do with a run: begin one, see that it goes on, wait for what no message tells."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from backend.frames import MapFrame
from tests.support.client import DEADLINE_S, Client, Message

_LONGEST_RUN_S = 300.0

XOR_ROWS = [[x, y, int(x * y < 0)] for x in (-3, -2, 2, 3) for y in (-3, -2, 2, 3)]
"""16 points, 8 of each of two classes."""


async def begin_training(client: Client, **config: Any) -> None:
    """Add points of two classes, train, and wait until a frame of a later step has come, or training has ended."""
    if config:
        await client.request("CONFIGURE", **config)
    await client.request("ADD_POINTS", points=XOR_ROWS)
    started = client.messages.index(await client.request("START_TRAINING"))

    def has_trained() -> bool:
        # A status from before the start tells of a rest that is none any more.
        told = [message for message in client.messages[started:] if message["type"] == "TRAINING_STATUS"]
        has_ended = bool(told) and told[-1]["run_state"] != "TRAINING"
        return has_ended or (bool(client.frames) and client.frames[-1].step > 0)

    await client.until(has_trained)


async def until_loss_below(client: Client, loss: float) -> None:
    """Wait until a frame of a training loss below this has come."""

    def is_below() -> bool:
        shown = client.frames[-1].train_loss
        return shown is not None and shown < loss

    await client.until(is_below)


async def train_on(client: Client) -> None:
    """Wait until frames of later steps come."""
    before = client.frames[-1].step if client.frames else -1
    await client.until(lambda: bool(client.frames) and client.frames[-1].step > before)


async def state_on_the_server(client: Client) -> dict[str, Any]:
    """The state as a new connection to the same session is told it."""
    await client.close()
    client.messages.clear()
    await client.connect()
    state: dict[str, Any] = client.session["state"]
    return state


async def message_after(client: Client, told: str, kind: str, **fields: Any) -> Message:
    """Send a message and return the next one of a type that comes after its answer."""
    answer = await client.request(kind, **fields)
    place = client.messages.index(answer)

    def found() -> list[Message]:
        return [message for message in client.messages[place:] if message["type"] == told]

    await client.until(lambda: bool(found()))
    return found()[0]


async def stop_training(client: Client) -> Message:
    """Stop, and return the last status."""
    return await status_after(client, "STOP_TRAINING")


async def status_after(client: Client, kind: str, **fields: Any) -> Message:
    """Send a message that brings the run to rest, and return the status that says so.

    On a busy machine many steps take their time: the deadline is for the next frame that shows a later one.

    Raises:
        TimeoutError: training stands still, or goes on and on.
    """
    place = 0

    def at_rest() -> list[Message]:
        told = client.messages[place:]
        return [each for each in told if each["type"] == "TRAINING_STATUS" and each["run_state"] != "TRAINING"]

    def has_moved(shown_step: int | None) -> bool:
        return bool(at_rest()) or (bool(client.frames) and client.frames[-1].step != shown_step)

    # What was told before the answer is of the rest before.
    place = client.messages.index(await client.request(kind, **fields))
    async with asyncio.timeout(_LONGEST_RUN_S):
        while not at_rest():
            await client.until(partial(has_moved, client.frames[-1].step if client.frames else None))
    return at_rest()[0]


async def frame_after(client: Client, kind: str, **fields: Any) -> MapFrame:
    """Send a message and return the next frame that comes after its answer."""
    await client.request(kind, **fields)
    seen = len(client.frames)
    await client.until(lambda: len(client.frames) > seen)
    return client.frames[seen]


async def resting_frame(client: Client) -> MapFrame:
    """The frame of the step at which a run has come to rest, as the newest status tells, waited for."""

    def rests() -> bool:
        status = client.last("TRAINING_STATUS")
        return status["run_state"] != "TRAINING" and bool(client.frames) and client.frames[-1].step == status["step"]

    await client.until(rests)
    return client.frames[-1]


async def eventually(condition: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
    """Wait for what no message tells, such as the end of a thread: look again at every turn of the loop.

    Raises:
        TimeoutError: it does not come in time.
    """
    ends = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > ends:
            raise TimeoutError
        await asyncio.sleep(0.002)


def tell_figure(line: str) -> None:
    """Print a figure that depends on the machine, and so is told and not asserted; `pytest -rP` shows it."""
    print(line)
