"""The contract of operations tells every event of the log and every answer about health, and nothing else is told."""

import ast
import logging
import re
from collections.abc import Iterator

import pytest

from backend import logs
from backend.metrics import REGISTRY
from tests.unit.test_contracts import SPECS, rows, sections
from tests.unit.test_import_walls import MODULES

CHAPTERS = sections((SPECS / "005-holds" / "contracts" / "operations.md").read_text(), 2)
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def logging_calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call that logs, and where it is."""
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            is_logger = isinstance(owner, ast.Name) and owner.id == "_log" and node.func.attr in LEVELS
            speaks = isinstance(owner, ast.Name) and owner.id == "logs" and node.func.attr == "say"
            if (is_logger or speaks) and not (name == "logs.py" and "is_spoken" in ast.dump(node)):
                yield f"{name}:{node.lineno}", node


CALLS = list(logging_calls())


def event_of(call: ast.Call) -> str | None:
    """The event that a call tells, None if it tells none."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "say":
        (event, *_) = call.args
        return event.value if isinstance(event, ast.Constant) and isinstance(event.value, str) else None
    for keyword in call.keywords:
        if keyword.arg == "extra":
            told = ast.literal_eval(keyword.value)
            return str(told["event"]) if set(told) == {"event"} else None
    return None


def tables(chapter: str) -> list[list[list[str]]]:
    """The tables of a chapter, each row by row."""
    return [rows(table) for table in re.findall(r"(?:^\|.*\n)+", CHAPTERS[chapter], re.MULTILINE)]


@pytest.mark.parametrize(("place", "call"), CALLS, ids=[place for place, _ in CALLS])
def test_whatever_is_logged_is_an_event_with_a_name(place: str, call: ast.Call) -> None:
    event = event_of(call)
    assert event is not None, place
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", event)


def test_every_event_is_in_the_contract_and_no_other() -> None:
    told = {row[0] for row in tables("Log")[1]}
    assert told == {event_of(call) for _, call in CALLS} | {"library"}


def test_the_alerts_name_events_that_there_are() -> None:
    rules = (SPECS.parent / "deploy" / "prometheus" / "rules.yml").read_text()
    named = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", "\n".join(re.findall(r"description: (.*)", rules))))
    assert named
    assert named <= {event_of(call) for _, call in CALLS}


def test_the_fields_of_a_record_are_in_the_contract_in_their_order() -> None:
    try:
        raise ValueError  # noqa: TRY301 - a record with everything
    except ValueError as error:
        record = logging.getLogger("backend").makeRecord(
            "backend", 40, "", 1, "m", (), (ValueError, error, error.__traceback__), extra={"event": "e", "repeated": 2}
        )
    assert [row[0] for row in tables("Log")[0]] == list(logs.fields_of(record))


def test_what_is_told_of_the_process_is_in_the_contract() -> None:
    text = (SPECS / "005-holds" / "contracts" / "metrics.md").read_text()
    told = set(re.findall(r"`((?:process|python)_\w+)`", text))
    found = {sample.name for family in REGISTRY.collect() for sample in family.samples}
    # Not every system tells of its processes.
    assert {"python_info"} <= {name for name in found if not name.startswith("boundary_lab_")} <= told
