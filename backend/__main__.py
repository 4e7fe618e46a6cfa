"""The way in: to a command, or to the server, with its settings, warm-up, listening and a good end."""

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Final

from tornado.netutil import bind_sockets

from backend import logs
from backend.arguments import COMMANDS, SMOKE, parse
from backend.classroom import announce, for_class, link
from backend.errors import NotHereError, PortTakenError
from backend.learners import look_for_numba, make_learner_of
from backend.listener import Listener
from backend.runs.errors import RunFileError
from backend.runs.folders import check_directory
from backend.settings import ALL_ADDRESSES, DEFAULT_PORT, Settings

if TYPE_CHECKING:
    from backend.logic.training import MakeLearner

_PORTS_TRIED: Final = 20

_log = logging.getLogger("backend")


def main() -> int:
    """Carry out the command that is the first word, or without one run the server; return the exit status."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] in {*COMMANDS, SMOKE}:
        from backend.command_line.main import run  # noqa: PLC0415 - the server has no use for it

        return run(arguments, os.environ)
    return _run_server(arguments)


def _run_server(arguments: Sequence[str]) -> int:
    """Serve until told to end."""
    settings = for_class(parse(arguments, os.environ))
    logs.set_up(settings.log_level, settings.log_format)
    # Nothing is there yet that would have to be ended well.
    _on_end_signals(lambda *_: os._exit(0))
    try:
        look_for_numba(settings)
        if settings.saving:
            check_directory(settings.runs_dir)
        port = _choose_port(settings)
        logs.say("starting", "Loading PyTorch …")
        from backend.logic.warm_up import warm_up  # noqa: PLC0415 - it takes seconds: first the word, then the wait

        make_learner = make_learner_of(settings, _say_that_it_compiles, _say_of_the_device)
        logs.say("warming_up", "Warming up …")
        warm_up(make_learner)
        asyncio.run(_serve(settings, _take_port(settings, port), make_learner))
    except (NotHereError, RunFileError) as error:
        logs.say("not_started", str(error), logging.ERROR)
        return 2
    except PortTakenError as error:
        logs.say("not_started", str(error), logging.ERROR)
        return 1
    _log.info("Ended; nothing is left behind.", extra={"event": "ended"})
    return 0


def _say_that_it_compiles() -> None:
    logs.say("compiling", "Compiling the training kernel (once) …")


def _say_of_the_device(note: str) -> None:
    logs.say("device_chosen", note)


async def _serve(settings: Settings, sockets: list[socket.socket], make_learner: "MakeLearner") -> None:
    from backend.app import make_app, make_server  # noqa: PLC0415 - brings PyTorch with it

    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.log_loop_error)
    _on_end_signals(lambda *_: loop.call_soon_threadsafe(ended.set))
    app = make_app(settings, make_learner)
    server = make_server(app)
    server.add_sockets(sockets)
    address = _address(settings, sockets)
    print(f"Boundary Lab is ready: {address}", flush=True)  # noqa: T201 - the one line of standard output
    _log.info("Ready.", extra={"event": "ready"})
    if settings.classroom:
        announce(settings, sockets[0].getsockname()[1], address)
    if _should_open(settings):
        webbrowser.open(link(address, settings.token, "class" if settings.classroom else ""))
    await ended.wait()
    # We are ending; pressing Ctrl-C once more must not break that off.
    _on_end_signals(signal.SIG_IGN)
    _log.info(
        "Ending: %d sessions are told to come back.",
        len(app.services.registry),
        extra={"event": "draining"},
    )
    try:
        async with asyncio.timeout(settings.drain_s):
            # Until all have gone whoever comes is answered: that we are not ready, and to come back to the next server.
            await app.close()
            server.stop()
            await server.close_all_connections()
    except TimeoutError:
        _log.warning(
            "Something did not end within %g s; leaving without it.", settings.drain_s, extra={"event": "left_behind"}
        )
        # A thread that computes for ever would keep the interpreter from ending.
        os._exit(0)


def _on_end_signals(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _choose_port(settings: Settings) -> int:
    """The port to listen on, found out before anything slow; nobody can connect yet.

    Raises:
        PortTakenError: it is in use, or not ours to take.
    """
    wanted = [settings.port] if settings.port is not None else range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED)
    taken: PortTakenError | None = None
    for port in wanted:
        try:
            sockets = _bind(settings, port)
        except PortTakenError as error:
            taken = taken or error
            continue
        for bound in sockets:
            bound.close()
        if taken is not None:
            logs.say("port_replaced", f"{taken} Taking port {port} instead.", logging.WARNING)
        return port
    raise taken or PortTakenError("No port to try.")


def _take_port(settings: Settings, port: int) -> list[socket.socket]:
    """Listen on the port that was chosen, or, where any will do and it was taken meanwhile, on another.

    Raises:
        PortTakenError: it is in use, or not ours to take.
    """
    try:
        return _bind(settings, port)
    except PortTakenError:
        if settings.port is not None:
            raise
        return _bind(settings, _choose_port(settings))


def _bind(settings: Settings, port: int) -> list[socket.socket]:
    try:
        return [Listener.of(bound, 2 * settings.ping_interval_s) for bound in bind_sockets(port, settings.address)]
    except OSError as error:
        reason = "it is in use" if error.errno == errno.EADDRINUSE else error.strerror
        raise PortTakenError(f"Cannot listen on {settings.address} port {port}: {reason}.") from error


def _address(settings: Settings, sockets: list[socket.socket]) -> str:
    port = sockets[0].getsockname()[1]
    host = {ALL_ADDRESSES: "127.0.0.1", "::": "[::1]"}.get(settings.address, settings.address)
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{port}/"


def _should_open(settings: Settings) -> bool:
    if settings.open is not None:
        return settings.open
    if os.environ.get("CI"):
        return False
    has_screen = sys.platform in {"darwin", "win32"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    return has_screen and not os.environ.get("SSH_CONNECTION")


if __name__ == "__main__":
    sys.exit(main())
