"""All places are taken, some by those who say nothing, or the server itself is gone: who is there stays."""

import asyncio
import socket
from contextlib import AsyncExitStack, ExitStack

import psutil

from tests.bench.figures import percentile_of_buckets
from tests.faults.standing import Standing, standing
from tests.load.gone import measure_returning
from tests.support.client import DEADLINE_S, Client
from tests.support.runs import begin_training, eventually, tell_figure, train_on

CLIENTS = 30


def silent_connection(scene: Standing) -> socket.socket:
    """A TCP connection that sends nothing."""
    return socket.create_connection(("127.0.0.1", scene.server.port))


async def test_200_connections_on_which_nobody_speaks_are_ended_and_nobody_notices() -> None:
    async with standing("--request-timeout-s", "1") as scene:
        with ExitStack() as stack:
            silent = [stack.enter_context(silent_connection(scene)) for _ in range(200)]
            async with Client(scene.address) as meanwhile:
                await begin_training(meanwhile)
            for each in silent:
                each.setblocking(False)  # noqa: FBT003 - positional-only
            await eventually(lambda: all(has_ended(each) for each in silent))


def has_ended(connection: socket.socket) -> bool:
    """Whether the server has ended it; what it says to that is of no matter."""
    try:
        return connection.recv(4096, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


async def test_whoever_asks_and_never_reads_the_answer_is_ended_and_nobody_notices() -> None:
    # More than the system takes for both sides.
    requests = b"GET /style.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 400
    async with standing("--ping-interval-s", "1") as scene:
        server = psutil.Process(scene.server.process.pid)
        files = server.num_fds()
        with ExitStack() as stack:
            for _ in range(50):
                deaf = stack.enter_context(silent_connection(scene))
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                await asyncio.get_running_loop().run_in_executor(None, deaf.sendall, requests)
            await eventually(lambda: server.num_fds() >= files + 50)
            await scene.undisturbed()
            await eventually(lambda: server.num_fds() <= files)


async def test_one_session_more_than_there_can_be_is_refused_until_one_is_given_up() -> None:
    async with (
        standing("--max-sessions", "4", "--resume-window-s", "0.1") as scene,
        AsyncExitStack() as stack,
    ):
        for _ in range(2):
            await begin_training(await stack.enter_async_context(Client(scene.address)))
        async with Client(scene.address) as refused:
            assert await refused.until_closed() == 1013
            assert refused.last("ERROR")["code"] == "server_full"
        await train_on(scene.bystanders[0])
        await stack.aclose()
        answers: list[int | None] = [1013]
        async with asyncio.timeout(DEADLINE_S):
            while answers[-1] == 1013:
                async with Client(scene.address) as again:
                    answers.append(None if again.of_type("SESSION") else await again.until_closed())
        assert answers[-1] is None


async def test_thirty_clients_of_a_server_that_was_gone_come_back_with_all_they_had_and_not_at_once() -> None:
    returned = await measure_returning(CLIENTS, gone_s=2)
    late_s = percentile_of_buckets(returned.late, 0.95)
    tell_figure(f"{returned.most_at_once} attempts in the fullest 0.1 s, IOLoop late p95 {1000 * late_s:.1f} ms")
    assert returned.tally.sentences == []
    assert returned.tally.done["restored"] == CLIENTS
    assert returned.most_at_once <= CLIENTS / 2
    assert late_s < 0.05
