"""A server that may open no more files turns away who comes, and nobody else notices."""

import asyncio
from contextlib import AsyncExitStack

from tests.faults.standing import standing
from tests.support.client import DEADLINE_S, Client
from tests.support.few_files_server import MOST_FILES
from tests.support.http import fetch
from tests.support.runs import begin_training


async def is_turned_away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Whether a connection that says nothing is closed, and not only because it says nothing."""
    del writer
    try:
        return await reader.read(1) == b""
    except ConnectionResetError:
        return True


async def test_when_no_file_is_left_who_comes_is_turned_away_until_there_is() -> None:
    arguments = ("--log-format", "json", "--request-timeout-s", "600")
    async with standing(*arguments, module="tests.support.few_files_server") as scene, AsyncExitStack() as stack:
        port = scene.server.port
        many = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2 * MOST_FILES)]
        for _, writer in many:
            stack.callback(writer.close)
        waiting = {asyncio.create_task(is_turned_away(*each)) for each in many}
        turned_away: set[asyncio.Task[bool]] = set()
        async with asyncio.timeout(DEADLINE_S):
            while len(turned_away) < MOST_FILES:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                turned_away |= done
        assert all(task.result() for task in turned_away)
        await scene.undisturbed()
        for task in waiting:
            task.cancel()
        for _, writer in many:
            writer.close()
        async with asyncio.timeout(DEADLINE_S):
            while (await fetch(scene.address, "healthz")).code != 200:
                # The server has not noticed yet that they have left.
                continue
        async with Client(scene.address) as newcomer:
            await begin_training(newcomer)
        log = scene.server.log()
        assert log.count('"connection_failed"') == 1
