"""How a server process ends: clients are told, nothing hangs, nothing is left on the screen but a word."""

import re
import signal
from contextlib import AsyncExitStack

import pytest

from tests.support.client import Client
from tests.support.raw import RawClient
from tests.support.runs import XOR_ROWS, begin_training, eventually
from tests.support.server import server_process

END_S = 5
"""The server promises to end within so many seconds."""

SECRETS = re.compile(r"[0-9a-f]{32}|127\.0\.0\.1")


@pytest.mark.parametrize(
    "signals",
    [[signal.SIGTERM], [signal.SIGINT], [signal.SIGTERM, signal.SIGINT]],
    ids=lambda signals: "+".join(each.name for each in signals),
)
async def test_clients_that_train_are_told_to_come_back_and_the_exit_is_clean(signals: list[signal.Signals]) -> None:
    with server_process() as server:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(Client(server.address)) for _ in range(4)]
            for client in clients[1:]:
                await begin_training(client)
            silent = await stack.enter_async_context(RawClient(server.address))
            await silent.send("ADD_POINTS", points=XOR_ROWS)
            await silent.send("START_TRAINING")
            await clients[0].send("PROBE", x=0, y=0)
            for number in signals:
                server.process.send_signal(number)
            ended = await server.ended(END_S)
            assert [await client.until_closed() for client in clients] == [1012] * 4
    assert (ended.status, ended.stdout) == (0, server.first_line)
    assert "Traceback" not in ended.stderr
    assert SECRETS.findall(ended.stderr) == []


async def test_ctrl_c_again_and_again_until_it_has_ended_breaks_nothing_off() -> None:
    with server_process() as server:
        async with Client(server.address) as client:
            await begin_training(client)

            def has_ended_or_is_pressed() -> bool:
                server.process.send_signal(signal.SIGINT)
                return server.process.poll() is not None

            await eventually(has_ended_or_is_pressed, END_S)
            ended = await server.ended(END_S)
            assert await client.until_closed() == 1012
    assert (ended.status, ended.stdout) == (0, server.first_line)
    assert "Traceback" not in ended.stderr


async def test_a_server_started_again_takes_the_same_port_at_once_and_does_not_know_the_session() -> None:
    with server_process() as server:
        async with Client(server.address) as client:
            await begin_training(client)
            server.process.send_signal(signal.SIGTERM)
            await server.ended(END_S)
            assert await client.until_closed() == 1012
    with server_process(port=server.port) as again:
        async with Client(again.address, client.session_id) as back:
            assert back.session["resumed"] is False
            await back.request("RESTORE", config={}, points=XOR_ROWS)
            await back.request("START_TRAINING")
            await back.until_frames(1)
