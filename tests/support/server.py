"""Servers for tests: one inside the test's own event loop, one as a process of its own."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tornado.netutil import bind_sockets

from backend.app import App, make_app, make_server
from backend.memory import used_ratio
from backend.run_writer import CheckScript
from backend.settings import Settings
from tests.support.kept_runs import check_nothing

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class LocalServer:
    """A server in this event loop."""

    address: str
    app: App


@asynccontextmanager
async def local_server(
    settings: Settings | None = None,
    *,
    read_memory: Callable[[], float] = used_ratio,
    clock: Callable[[], float] | None = None,
    check_script: CheckScript = check_nothing,
) -> AsyncIterator[LocalServer]:
    """Serve on a free port of the loopback address; for the arguments see `make_app`.

    The `train.py` of runs that are saved is not tried out, which would take seconds, unless that is asked for.
    """
    app = make_app(settings or Settings(), read_memory=read_memory, clock=clock, check_script=check_script)
    server = make_server(app)
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    try:
        yield LocalServer(f"http://127.0.0.1:{sockets[0].getsockname()[1]}/", app)
    finally:
        server.stop()
        await app.close()
        await asyncio.wait_for(server.close_all_connections(), 5)


@dataclass(frozen=True)
class ServerProcess:
    """A server in a process of its own."""

    address: str
    process: subprocess.Popen[str]
    first_line: str
    stderr: IO[str]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.address.rstrip("/").rpartition(":")[2])

    async def ended(self, deadline_s: float) -> "Ended":
        """Wait until it has ended, and return what it printed in its whole life.

        Raises:
            subprocess.TimeoutExpired: it does not end in time.
        """
        out, _ = await asyncio.to_thread(self.process.communicate, timeout=deadline_s)
        return Ended(self.process.returncode, self.first_line + out, self.log())

    def log(self) -> str:
        """What it has written to standard error until now."""
        self.stderr.seek(0)
        return self.stderr.read()


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it had to say."""

    status: int
    stdout: str
    stderr: str


@contextmanager
def server_process(
    *arguments: str, environment: dict[str, str] | None = None, port: int | None = 0, module: str = "backend"
) -> Iterator[ServerProcess]:
    """Run `python -m backend`, or a module like it, until the block ends.

    It listens on a free port unless another is given; None lets it choose. Its log goes to a file, so that however
    much it has to say, it never waits for us to read.
    """
    at_port = () if port is None else ("--port", str(port))
    with tempfile.TemporaryFile("a+", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "--no-open", *at_port, *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://\S+/$", line.strip())
            if found is None:
                stderr.seek(0)
                raise RuntimeError(f"the server did not start: {stderr.read()}")
            yield ServerProcess(found[0], process, line, stderr)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
