"""Settings: what whoever starts the server may choose, from the command line and the environment."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

DEFAULT_PORT: Final = 8888
HIGHEST_PORT: Final = 65_535
_PREFIX: Final = "BOUNDARY_LAB_"
_SWITCHES: Final = {"open", "native"}
_YES_AND_NO: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set.

    Attributes:
        host: the address to listen on.
        port: the port to listen on; 0 takes a free one, None takes 8888 or the next free one.
        open: whether to open the page in a browser; None decides by whether there is a screen.
        allowed_hosts: names, besides localhost and `host`, by which a browser may call the server.
        max_sessions: how many sessions there can be.
        resume_window_s: how long a session outlives its connection.
        max_frames_in_flight: how many frames a client may leave unacknowledged.
        ping_interval_s: how often a silent connection is asked whether it is alive.
        native: whether small networks are trained by the compiled step.
        log_level: of the standard library's logging.
    """

    host: str = "127.0.0.1"
    port: int | None = None
    open: bool | None = None
    allowed_hosts: tuple[str, ...] = ()
    max_sessions: int = 500
    resume_window_s: float = 60.0
    max_frames_in_flight: int = 2
    ping_interval_s: float = 20.0
    native: bool = False
    log_level: str = "INFO"


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to {HIGHEST_PORT} are")
    return int(text)


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no time in seconds")
    return seconds


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in text.split(",") if name.strip())


def parse(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """The settings of a command line, then of the BOUNDARY_LAB_* variables, then the defaults.

    Raises:
        SystemExit: with status 2 and a line that says what is wrong, or 0 for --help.
    """
    defaults = Settings()
    parser = argparse.ArgumentParser(
        prog="python -m backend",
        description="Boundary Lab: watch a neural network learn.",
        epilog=f"Each of them can also be set by a variable of the environment, such as {_PREFIX}PORT.",
    )
    parser.add_argument("--host", help=f"address to listen on ({defaults.host})")
    parser.add_argument(
        "--port", type=_port, help=f"port to listen on, 0 for a free one ({DEFAULT_PORT}, or the next free one)"
    )
    parser.add_argument("--open", action=argparse.BooleanOptionalAction, help="open the page in a browser")
    parser.add_argument(
        "--allowed-hosts", type=_names, help="more names by which browsers may call it, comma-separated"
    )
    parser.add_argument("--max-sessions", type=_count, help=f"sessions at the same time ({defaults.max_sessions})")
    parser.add_argument(
        "--resume-window-s", type=_seconds, help=f"how long a lost session is kept ({defaults.resume_window_s:.0f})"
    )
    parser.add_argument(
        "--max-frames-in-flight", type=_count, help=f"frames not yet acknowledged ({defaults.max_frames_in_flight})"
    )
    parser.add_argument(
        "--ping-interval-s", type=_seconds, help=f"seconds between pings ({defaults.ping_interval_s:.0f})"
    )
    parser.add_argument(
        "--native",
        action=argparse.BooleanOptionalAction,
        help="train small networks by compiled steps (no); needs requirements-native.txt",
    )
    parser.add_argument(
        "--log-level", choices=["DEBUG", "INFO", "WARNING", "ERROR"], help=f"what to log ({defaults.log_level})"
    )
    try:
        given = vars(parser.parse_args([*_from_environment(environment), *arguments]))
    except ValueError as error:
        parser.error(str(error))
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _from_environment(environment: Mapping[str, str]) -> list[str]:
    """The variables that are set, as if they stood in front of the command line.

    Raises:
        ValueError: one that can only be yes or no is neither.
    """
    arguments = []
    for field in fields(Settings):
        variable = _PREFIX + field.name.upper()
        value = environment.get(variable)
        if value is None:
            continue
        option = "--" + field.name.replace("_", "-")
        if field.name in _SWITCHES:
            if value.lower() not in _YES_AND_NO:
                raise ValueError(f"{variable} is {value!r}: it can be 1 or 0, true or false, yes or no")
            arguments.append(option if _YES_AND_NO[value.lower()] else f"--no-{field.name}")
        else:
            arguments.append(f"{option}={value}")
    return arguments
