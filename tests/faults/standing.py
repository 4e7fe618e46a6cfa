"""The standing assertions: whatever one client, trainer or network does, nobody else notices it."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from tests.support import scrape
from tests.support.client import DEADLINE_S, Client
from tests.support.runs import begin_training, tell_figure, train_on
from tests.support.server import Ended, ServerProcess, server_process

_BYSTANDERS: Final = 2
_LATENESS: Final = "boundary_lab_ioloop_late_seconds"
_LATE_P95_S: Final = 0.05
_FEWEST_TIMERS: Final = 120
"""Timers of the bystanders' frame pumps for the 95th percentile to mean something: 2 seconds of them."""

_ADDRESS: Final = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|::1\b|localhost")
_SESSION_ID: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


@dataclass(frozen=True)
class Standing:
    """A server in a process of its own, and who shall notice nothing of the fault.

    Attributes:
        server: the process; what it has logged so far is `server.log()`.
        bystanders: clients that train and acknowledge.
    """

    server: ServerProcess
    bystanders: tuple[Client, ...]

    @property
    def address(self) -> str:
        """The server's, `http://127.0.0.1:port/`."""
        return self.server.address

    async def undisturbed(self) -> None:
        """See that every bystander gets frames of later steps and an answer, now.

        Raises:
            TimeoutError: one of them does not in time.
        """
        for bystander in self.bystanders:
            await train_on(bystander)
            await bystander.request("PROBE", x=0, y=0)


@asynccontextmanager
async def standing(
    *server_arguments: str,
    module: str = "backend",
    environment: dict[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    may_log_tracebacks: bool = False,
) -> AsyncIterator[Standing]:
    """Serve two bystanders while the block does its worst, and assert afterwards that they noticed nothing.

    Args:
        server_arguments: of the command line.
        module: what is run, `backend` or a server like it.
        environment: more variables for the server.
        headers: of the bystanders' handshakes.
        may_log_tracebacks: whether the fault is the server's own, which it logs as such.
    """
    with server_process(*server_arguments, module=module, environment=environment) as server:
        async with AsyncExitStack() as stack:
            bystanders = tuple(
                [await stack.enter_async_context(Client(server.address, headers=headers)) for _ in range(_BYSTANDERS)]
            )
            for bystander in bystanders:
                await begin_training(bystander)
            late = await scrape.buckets(server.address, _LATENESS)
            scene = Standing(server, bystanders)
            yield scene
            await scene.undisturbed()
            await _assert_the_loop_was_on_time(scene, late)
            for bystander in bystanders:
                assert bystander.of_type("ERROR") == []
                assert bystander.close_code is None
        server.process.terminate()
        ended = await server.ended(DEADLINE_S)
    assert ended.status == 0
    assert_the_log_is_clean(ended, may_log_tracebacks=may_log_tracebacks)


async def _assert_the_loop_was_on_time(scene: Standing, late_before: scrape.Buckets) -> None:
    """Over the time of the fault, and some more if that was short, timers rang within 50 ms, 95 of 100."""
    infinity = float("inf")
    while True:
        late = scrape.between(late_before, await scrape.buckets(scene.address, _LATENESS))
        if late[infinity] >= _FEWEST_TIMERS:
            break
        await scene.bystanders[0].until_frames(20)
    on_time = late[_LATE_P95_S] / late[infinity]
    tell_figure(f"{100 * on_time:.1f} % of {late[infinity]:.0f} timers late by less than {1000 * _LATE_P95_S:.0f} ms")
    assert on_time >= 0.95


def assert_the_log_is_clean(ended: Ended, *, may_log_tracebacks: bool) -> None:
    """See that a log holds no address, no session id and, if it may not, no traceback."""
    assert may_log_tracebacks or "Traceback" not in ended.stderr
    assert _ADDRESS.findall(ended.stderr) == []
    assert _SESSION_ID.findall(ended.stderr) == []
