"""Clients and links that stop, crawl, lie or vanish: they are given up in time, their sessions stay, nobody notices."""

import asyncio
import secrets
import signal
import sys
from asyncio.subprocess import PIPE
from contextlib import AsyncExitStack

import psutil
import pytest

from tests.faults.standing import Standing, standing
from tests.support import scrape
from tests.support.client import DEADLINE_S, Client, RefusedByServerError
from tests.support.memory import MEGABYTE
from tests.support.proxy import proxied
from tests.support.raw import TEXT, RawClient, frame
from tests.support.runs import XOR_ROWS, begin_training, tell_figure, train_on

PING_S = ("--ping-interval-s", "1")
BYSTANDERS = 2


async def until_figure(scene: Standing, name: str, wanted: float) -> None:
    """Wait until the server tells a figure; in between a bystander has to be shown something."""
    async with asyncio.timeout(DEADLINE_S):
        while await scrape.value(scene.address, f"boundary_lab_{name}") != wanted:
            await scene.bystanders[0].until_frames(1)


async def assert_it_trains_on(scene: Standing, session_id: str, step: int = 0) -> None:
    """Whoever comes back finds the session where it is now, beyond a step."""
    async with Client(scene.address, session_id) as again:
        assert again.session["resumed"] is True
        assert again.session["state"]["run_state"] == "TRAINING"
        await again.until(lambda: bool(again.frames) and again.frames[-1].step > step)
        await train_on(again)


async def test_clients_that_stop_reading_are_given_up_and_their_sessions_train_on() -> None:
    async with standing(*PING_S) as scene, AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(RawClient(scene.address)) for _ in range(3)]
        for each in silent:
            await each.send("ADD_POINTS", points=XOR_ROWS)
            await each.send("START_TRAINING")
        await until_figure(scene, "trainers", BYSTANDERS + len(silent))
        await scene.undisturbed()
        await until_figure(scene, "connections", BYSTANDERS)
        for each in silent:
            await assert_it_trains_on(scene, each.session_id)


async def test_a_client_that_reads_5_kilobytes_a_second_sees_later_steps_and_is_answered(scene: Standing) -> None:
    async with proxied(scene.address, bytes_per_second=5000) as link, Client(link.address) as slow:
        await begin_training(slow)
        for _ in range(3):
            await train_on(slow)
            await slow.request("PROBE", x=0, y=0)
        await scene.undisturbed()


async def test_a_client_that_never_acknowledges_gets_two_frames_and_answers(scene: Standing) -> None:
    async with Client(scene.address, acknowledges=False) as client:
        await begin_training(client)
        await client.until(lambda: len(client.frames) == 2)
        for bystander in scene.bystanders:
            await bystander.until_frames(30)
        assert (await client.request("PROBE", x=0, y=0))["step"] > client.frames[-1].step
        assert len(client.frames) == 2


async def test_forged_acknowledgements_give_no_credit(scene: Standing) -> None:
    async with Client(scene.address, acknowledges=False) as client:
        await begin_training(client)
        await client.until(lambda: len(client.frames) == 2)
        for seq in (3, 1000, 2**31, 2**32 - 1):
            await client.request("ACK", seq=seq)
        for forged in (-1, 0, 2**32, 2**63, 10**400, 1.5, "1", None, [1]):
            with pytest.raises(RefusedByServerError) as refused:
                await client.request("ACK", seq=forged)
            assert (refused.value.code, refused.value.path) == ("invalid_field", "seq")
        for bystander in scene.bystanders:
            await bystander.until_frames(10)
        assert len(client.frames) == 2
        for _ in range(50):
            await client.request("ACK", seq=1)
        await client.until(lambda: len(client.frames) == 3)
        for bystander in scene.bystanders:
            await bystander.until_frames(10)
        assert [shown.seq for shown in client.frames] == [1, 2, 3]


async def test_a_client_that_is_stopped_is_given_up_and_its_session_trains_on() -> None:
    async with standing(*PING_S) as scene:
        session_id = secrets.token_hex(16)
        module = "tests.support.client_process"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, scene.address, session_id, stdout=PIPE
        )
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), DEADLINE_S) == b"training\n"
        process.send_signal(signal.SIGSTOP)
        try:
            await until_figure(scene, "connections", BYSTANDERS)
            await scene.undisturbed()
            await assert_it_trains_on(scene, session_id)
        finally:
            process.send_signal(signal.SIGCONT)
            told, _ = await asyncio.wait_for(process.communicate(), DEADLINE_S)
        assert (process.returncode, told) == (0, b"closed\n")


async def test_a_link_that_swallows_everything_is_given_up_and_the_session_trains_on() -> None:
    async with standing(*PING_S) as scene, proxied(scene.address) as link:
        client = Client(link.address)
        await client.connect()
        await begin_training(client)
        link.is_black_hole = True
        await until_figure(scene, "connections", BYSTANDERS)
        await scene.undisturbed()
        await assert_it_trains_on(scene, client.session_id, client.frames[-1].step)
    await client.until_closed()
    await client.close()


async def test_resets_in_the_middle_of_frames_leave_the_sessions_as_they_were(scene: Standing) -> None:
    message = frame(TEXT, b'{"type": "CLEAR_POINTS"}')
    for cut in range(1, len(message)):
        async with RawClient(scene.address) as client:
            await client.send("ADD_POINTS", points=XOR_ROWS)
            await client.send("START_TRAINING")
            await client.send_bytes(message[:cut])
            # Frames for it are under way, and it has read none of them.
            await until_figure(scene, "trainers", BYSTANDERS + 1)
            client.vanish()
        async with Client(scene.address, client.session_id) as again:
            assert len(again.session["state"]["points"]) == len(XOR_ROWS)
            await again.request("STOP_TRAINING")
            await until_figure(scene, "trainers", BYSTANDERS)
    await until_figure(scene, "connections", BYSTANDERS)


async def test_500_connects_and_instant_closes_leave_nothing_behind() -> None:
    async with standing("--resume-window-s", "1", "--messages-per-second", "10", "--message-burst", "100") as scene:
        server = psutil.Process(scene.server.process.pid)
        # The first ones make what stays, such as memory that the next will use again.
        await connect_and_close(scene, 30)
        await until_figure(scene, "sessions", BYSTANDERS)
        threads, files, memory = server.num_threads(), server.num_fds(), server.memory_info().rss
        await connect_and_close(scene, 500)
        await scene.undisturbed()
        await until_figure(scene, "connections", BYSTANDERS)
        await until_figure(scene, "sessions", BYSTANDERS)
        async with asyncio.timeout(DEADLINE_S):
            while server.num_threads() > threads or server.num_fds() > files:
                await scene.bystanders[0].until_frames(1)
        more = server.memory_info().rss - memory
        tell_figure(f"{threads} threads, {files} files, {more / MEGABYTE:+.1f} MB")
        assert more < 20 * MEGABYTE


async def connect_and_close(scene: Standing, count: int) -> None:
    """Connect so many times and close at once: before a word, in the handshake, with a reset, in good order."""
    for number in range(count):
        match number % 5:
            case 0:
                _, writer = await asyncio.open_connection("127.0.0.1", scene.server.port)
                writer.close()
            case 1:
                client = RawClient(scene.address)
                await client.send_handshake()
                client.vanish()
            case 2:
                async with RawClient(scene.address):
                    pass
            case 3:
                async with RawClient(scene.address) as client:
                    client.vanish()
            case _:
                async with Client(scene.address):
                    pass


async def test_two_tabs_with_one_id_take_over_in_turn_and_the_older_one_stays_away(scene: Standing) -> None:
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(Client(scene.address))]
        await begin_training(tabs[0])
        for _ in range(10):
            tabs.append(await stack.enter_async_context(Client(scene.address, tabs[0].session_id)))
            assert await tabs[-2].until_closed() == 4409
            await train_on(tabs[-1])
        await scene.undisturbed()
        assert await scrape.value(scene.address, "boundary_lab_connections") == BYSTANDERS + 1
        assert tabs[-1].close_code is None
