"""The lines of the log: one for a record, whatever is in it, and not more of a kind than somebody can read."""

import asyncio
import json
import logging
import re
import sys
import threading
from typing import Any

import pytest

from backend import logs
from backend.logs import FloodGuard, JsonFormatter, TextFormatter

FORMATTERS = [TextFormatter(), JsonFormatter()]
FORGED = 'x\n2026-01-01T00:00:00.000Z INFO ready backend: forged\r\x1b[2J\u2028\x85\0"}\ud800'


def record(
    message: str, *arguments: object, name: str = "backend.app", error: BaseException | None = None, **extra: object
) -> logging.LogRecord:
    """A record as the logging module makes it."""
    trace = None if error is None else (type(error), error, error.__traceback__)
    made = logging.getLogger(name).makeRecord(name, logging.ERROR, "app.py", 1, message, arguments, trace)
    for field, value in extra.items():
        setattr(made, field, value)
    return made


def raised(error: Exception) -> Exception:
    """The error with a place where it was raised."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


@pytest.mark.parametrize("formatter", FORMATTERS)
@pytest.mark.parametrize("error", [None, raised(ValueError(FORGED))])
def test_a_record_is_one_line_of_visible_characters_whatever_is_in_it(
    formatter: logging.Formatter, error: Exception | None
) -> None:
    line = formatter.format(record("said %s", FORGED, event="said", error=error))
    assert line.isprintable()
    assert len(line.splitlines()) == 1
    assert line.encode().decode() == line


def test_a_json_record_has_its_fields_and_no_others() -> None:
    plain: dict[str, Any] = json.loads(JsonFormatter().format(record("It is %d.", 7, event="said")))
    assert list(plain) == ["time", "level", "event", "logger", "message"]
    assert [plain[name] for name in ("level", "event", "logger", "message")] == [
        "ERROR",
        "said",
        "backend.app",
        "It is 7.",
    ]
    failed = json.loads(JsonFormatter().format(record("It failed.", event="failed", error=raised(ValueError("why")))))
    assert list(failed) == [*plain, "exception"]
    assert failed["exception"].startswith("Traceback")
    assert failed["exception"].endswith("ValueError: why")


def test_what_the_system_refuses_is_told_without_traceback_and_without_whom_it_concerned() -> None:
    error = raised(ConnectionRefusedError(111, "Connection refused", "203.0.113.9"))
    told = json.loads(JsonFormatter().format(record("It failed.", event="failed", error=error)))["exception"]
    assert re.fullmatch(r"ConnectionRefusedError: Connection refused( at \w+\.py:\d+)+", told)


def test_what_other_libraries_put_into_their_sentences_is_not_written() -> None:
    for formatter in FORMATTERS:
        line = formatter.format(record("bad request from %s", "203.0.113.9", name="tornado.general"))
        assert "203.0.113.9" not in line
        assert "bad request from %s" in line
        assert "library" in line


def test_a_sentence_to_whoever_started_the_server_stands_alone_in_text_and_is_a_record_in_json() -> None:
    spoken = record("%s", "Warming up …", event="warming_up", is_spoken=True)
    assert TextFormatter().format(spoken) == "Warming up …"
    told = json.loads(JsonFormatter().format(spoken))
    assert (told["event"], told["message"]) == ("warming_up", "Warming up …")


def test_of_a_flood_one_record_a_minute_is_written_and_tells_how_many_there_were() -> None:
    now_s = 0.0
    guard = FloodGuard(lambda: now_s)
    written: list[str] = []
    for second in range(150):
        now_s = float(second)
        each = record("Full.", event="session_refused")
        if guard.filter(each):
            written.append(TextFormatter().format(each).partition(": ")[2])
    assert written == [
        "Full.",
        "Full. (59 more since the last of these)",
        "Full. (59 more since the last of these)",
    ]


def test_a_flood_of_one_kind_hides_no_other() -> None:
    guard = FloodGuard(lambda: 0.0)
    again = [
        record("Full.", event="session_refused"),
        record("No token.", event="session_refused"),
        record("Failed.", event="failed", error=raised(ValueError())),
        record("Failed.", event="failed", error=raised(KeyError())),
    ]
    assert [guard.filter(each) for each in again * 2] == [True] * 4 + [False] * 4


def test_kinds_without_end_take_no_memory_without_end() -> None:
    guard = FloodGuard(lambda: 0.0)
    assert all(guard.filter(record(f"Message {number}.", event="said")) for number in range(2000))
    assert len(guard._kinds) <= 256  # noqa: SLF001 - what it keeps is what is tested


async def test_the_event_loop_tells_errors_without_sockets_and_lost_connections_without_a_trace(
    caplog: pytest.LogCaptureFixture,
) -> None:
    loop = asyncio.get_running_loop()
    secret = {"message": "failed 203.0.113.9", "socket": "<socket raddr=('203.0.113.9', 1)>"}
    logs.log_loop_error(loop, {**secret, "exception": raised(OSError(24, "Too many open files"))})
    logs.log_loop_error(loop, {**secret, "exception": raised(ValueError("ours"))})
    logs.log_loop_error(loop, secret)
    lines = [TextFormatter().format(each) for each in caplog.records]
    assert "203.0.113.9" not in "".join(lines)
    assert ["Traceback" in line for line in lines] == [False, True, False]
    assert "Too many open files" in lines[0]


def test_what_nobody_has_caught_is_a_record(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, name in ((sys, "excepthook"), (threading, "excepthook"), (logging, "raiseExceptions")):
        monkeypatch.setattr(place, name, getattr(place, name))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logs.set_up("INFO", "json")
        sys.excepthook(ValueError, raised(ValueError("oh")), None)
        logging.getLogger("backend").info("Said.", extra={"event": "said"})
        logging.getLogger("backend").debug("Whispered.", extra={"event": "said"})
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(each["event"], each["level"]) for each in told] == [("uncaught", "CRITICAL"), ("said", "INFO")]
    assert "ValueError: oh" in told[0]["exception"]
