"""The log: one line for each event, as text or as JSON, and no more of one kind than somebody can read.

Nothing of a request goes into a record. Of what other libraries log, the fixed part of the sentence is written and what
they would put into it is not: it can be an address, or whatever a client has sent. The contract, with all events, is
specs/005-holds/contracts/operations.md.
"""

import asyncio
import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

_OUR_PACKAGES: Final = ("backend", "tests")
_ELSEWHERE: Final = "library"
"""The event of what other libraries have to say."""
_QUIET_S: Final = 60.0
"""After a record, others of its kind are only counted for so long."""
_MOST_KINDS: Final = 256

_log = logging.getLogger(__name__)


def set_up(level: str, format_: str) -> None:
    """Write the log to standard error from now on, and into it whatever nobody has caught.

    Args:
        level: what to log at least.
        format_: "text" or "json".
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if format_ == "json" else TextFormatter())
    handler.addFilter(FloodGuard())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # A record that cannot be written is no reason to write something else that is no record.
    logging.raiseExceptions = False
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda caught: _log_uncaught(
        caught.exc_type, caught.exc_value or caught.exc_type(), caught.exc_traceback
    )


def say(event: str, sentence: str, level: int = logging.INFO) -> None:
    """Tell whoever started the server something: among text it is the bare sentence, as a command line speaks."""
    _log.log(level, "%s", sentence, extra={"event": event, "is_spoken": True})


def log_loop_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The exception handler of an event loop: asyncio's own would write the sockets with their addresses.

    A connection that breaks, or for which the system has no room, is nobody's fault here: that is told without a trace.
    """
    del loop
    error = context.get("exception")
    if isinstance(error, OSError):
        _log.warning("A connection failed: %s.", error.strerror, extra={"event": "connection_failed"})
    else:
        _log.error("The event loop met an error.", exc_info=error, extra={"event": "loop_error"})


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.critical("Nobody has caught an error.", exc_info=(kind, error, trace), extra={"event": "uncaught"})


class TextFormatter(logging.Formatter):
    """Time, level, event, logger and message in one line that nothing in it can break."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = fields_of(record)
        if getattr(record, "is_spoken", False):
            return _in_one_line(told["message"])
        line = "{time} {level} {event} {logger}: {message}".format(**told)
        if repeated := told.get("repeated"):
            line += f" ({repeated} more since the last of these)"
        if exception := told.get("exception"):
            line += f" | {exception}"
        return _in_one_line(line)


class JsonFormatter(logging.Formatter):
    """One JSON object in a line, of ASCII alone."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(fields_of(record))


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What is written of a record: time, level, event, logger and message; if there are any, repeated and exception."""
    told: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "event": getattr(record, "event", _ELSEWHERE),
        "logger": record.name,
        "message": record.getMessage() if _is_ours(record) else str(record.msg),
    }
    if repeated := getattr(record, "repeated", 0):
        told["repeated"] = repeated
    if record.exc_info and record.exc_info[1] is not None:
        told["exception"] = _exception_of(record.exc_info[1])
    return told


def _exception_of(error: BaseException) -> str:
    """The traceback; of what the system refuses, which a client can bring about, only what it was and where."""
    if not isinstance(error, OSError):
        return "".join(traceback.format_exception(error)).strip()
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return " ".join([f"{type(error).__name__}: {error.strerror}", *(f"at {place}" for place in places)])


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == "py.warnings" or record.name.partition(".")[0] in _OUR_PACKAGES


def _in_one_line(text: str) -> str:
    """A text in which everything that is no visible character is spelled out."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


@dataclass(slots=True)
class _Kind:
    """What there has been of one kind of record.

    Attributes:
        told_s: when one was written last.
        untold: how many have only been counted since.
    """

    told_s: float
    untold: int = 0


class FloodGuard(logging.Filter):
    """Lets one record of a kind through a minute, which tells how many there were: a flood does not fill a disk.

    Of one kind are records of one event, or of one line of a library, with the same exception from the same place.

    Args:
        clock: what tells the time, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: dict[tuple[object, ...], _Kind] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write it; how many it stands for goes with it."""
        now_s = self._clock()
        key = _kind_of(record)
        kind = self._kinds.get(key)
        if kind is None:
            if len(self._kinds) >= _MOST_KINDS:
                self._kinds.clear()
            self._kinds[key] = _Kind(now_s)
            return True
        if now_s - kind.told_s < _QUIET_S:
            kind.untold += 1
            return False
        record.repeated = kind.untold
        kind.told_s, kind.untold = now_s, 0
        return True


def _kind_of(record: logging.LogRecord) -> tuple[object, ...]:
    where: tuple[object, ...] = ()
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        last = traceback.extract_tb(error.__traceback__)[-1:]
        where = (type(error), *((frame.filename, frame.lineno) for frame in last))
    message = record.getMessage() if _is_ours(record) else record.msg
    return (getattr(record, "event", None), record.pathname, record.lineno, str(message), *where)
