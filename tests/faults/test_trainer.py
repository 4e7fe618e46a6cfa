"""Runs that raise, lack memory, diverge or hang: their person is told and can begin anew, and nobody else notices."""

import asyncio
import re
import time

import psutil
import pytest

from tests.faults.standing import Standing, standing
from tests.faults.test_shutdown import hangs
from tests.support import faulty_server as faults
from tests.support import scrape
from tests.support.client import DEADLINE_S, Client, Message, RefusedByServerError
from tests.support.runs import XOR_ROWS, eventually, status_after, tell_figure, train_on

FAULTY = "tests.support.faulty_server"
HANGING_S = "1"
"""A step that takes longer is given up here; on a machine that is busy no good one does."""


async def fails(scene: Standing, client: Client, l2: float) -> Message:
    """Have a run go wrong, and return the status that tells its person so."""
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await client.request("CONFIGURE", l2=l2)
    await client.request("STEP_TRAINING", count=10_000, unit="step")
    if l2 == faults.HANGS_IN_A_COMMAND:
        await client.request("ADD_POINT", x=0, y=0, label=0)
    status = await client.until_state("FAILED")
    await scene.undisturbed()
    return status


async def begins_anew(client: Client) -> None:
    """See that nothing but a reset goes on, and that a good run goes on from there."""
    for move in ("START_TRAINING", "STEP_TRAINING", "STOP_TRAINING"):
        with pytest.raises(RefusedByServerError, match="reset the model"):
            await client.request(move)
    await client.request("CONFIGURE", l2=0)
    reset = await status_after(client, "RESET_MODEL")
    assert (reset["run_state"], reset["step"]) == ("IDLE", 0)
    await client.request("START_TRAINING")
    await train_on(client)
    await client.request("STOP_TRAINING")


def records(scene: Standing, event: str) -> list[str]:
    """The records of an event so far."""
    return [line for line in scene.server.log().splitlines() if re.search(rf"[A-Z]+ {event} ", line)]


async def test_a_step_that_raises_or_lacks_memory_is_told_and_logged_once() -> None:
    async with standing(module=FAULTY, may_log_tracebacks=True) as scene:
        for l2 in (faults.RAISES, faults.LACKS_MEMORY, faults.LACKS_MEMORY_TO_BUILD):
            async with Client(scene.address) as client:
                before = len(records(scene, "training_failed"))
                assert "Reset the model" in (await fails(scene, client, l2))["reason"]
                assert len(records(scene, "training_failed")) == before + 1
                await begins_anew(client)


async def test_a_learning_rate_of_a_million_is_told_as_diverged() -> None:
    async with standing() as scene, Client(scene.address) as client:
        await client.request("ADD_POINTS", points=XOR_ROWS)
        await client.request("CONFIGURE", learning_rate=1e6, optimizer="sgd", activation="relu")
        await client.request("START_TRAINING")
        assert "lower learning rate" in (await client.until_state("DIVERGED"))["reason"]
        await client.request("CONFIGURE", learning_rate=0.01)
        await status_after(client, "RESET_MODEL")
        await client.request("START_TRAINING")
        await train_on(client)


async def test_a_step_a_command_or_a_model_that_hangs_is_given_up_and_the_others_train_on() -> None:
    async with standing("--slow-step-s", HANGING_S, module=FAULTY) as scene:
        hanging = (faults.HANGS, faults.HANGS_IN_A_COMMAND, faults.HANGS_IN_BUILDING)
        for count, l2 in enumerate(hanging, 1):
            async with Client(scene.address) as client:
                assert "given up" in (await fails(scene, client, l2))["reason"]
                assert await scrape.value(scene.address, "boundary_lab_slow_steps_total") == count
                await begins_anew(client)
        for what in ("a step", "UseDataset", "Rebuild"):
            (record,) = [line for line in records(scene, "step_hangs") if f"hangs in {what} of" in line]
            assert "2-8-8-2 tanh, adam" in record


async def test_a_step_that_wakes_after_it_was_given_up_touches_nothing() -> None:
    async with standing("--slow-step-s", HANGING_S, module=FAULTY) as scene:
        process = psutil.Process(scene.server.process.pid)
        async with Client(scene.address) as client:
            threads = process.num_threads()
            status = await fails(scene, client, faults.HANGS_AND_WAKES)
            # The thread that hung ends when it wakes.
            await eventually(lambda: process.num_threads() <= threads)
            await client.request("PROBE", x=0, y=0)
            assert client.last("TRAINING_STATUS") == status
            await begins_anew(client)


async def test_closing_a_session_whose_step_hangs_frees_its_socket_at_once() -> None:
    async with standing("--slow-step-s", "3", module=FAULTY) as scene:
        client = await Client(scene.address).__aenter__()
        await client.request("ADD_POINTS", points=XOR_ROWS)
        await client.request("CONFIGURE", l2=faults.HANGS)
        await client.request("STEP_TRAINING", count=10_000, unit="step")
        await hangs(scene.address)
        connections = await scrape.value(scene.address, "boundary_lab_connections")
        began_s = time.perf_counter()
        await client.close()
        async with asyncio.timeout(DEADLINE_S):
            while await scrape.value(scene.address, "boundary_lab_connections") == connections:
                # It is seen in the figures alone.
                continue
        tell_figure(f"its socket was free after {1000 * (time.perf_counter() - began_s):.0f} ms")
        assert await scrape.value(scene.address, "boundary_lab_slow_steps_total") == 0
