"""What the benchmark does when something cannot be measured: it says so, and everything else is told all the same."""

import asyncio
import json
import math
import sys
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryFile
from typing import Any, Never

import pytest

from tests.bench.client import LoadClient
from tests.bench.figures import Goal
from tests.bench.process import last_words
from tests.bench.report import Report
from tests.support.server import ServerProcess


class Line(asyncio.Transport):
    """A connection that leads nowhere."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Forget it."""


def strictly_read(path: Path) -> dict[str, Any]:
    def refuse(word: str) -> Never:
        raise ValueError(f"{word} is no JSON")

    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    return document


@pytest.mark.parametrize("error", [TimeoutError("too late"), IndexError("nothing painted"), AssertionError("no page")])
def test_a_case_that_cannot_be_measured_is_told_and_the_next_one_is_measured(tmp_path: Path, error: Exception) -> None:
    def fail() -> None:
        raise error

    report = Report("Some benchmark")
    with report.case("The first", 1):
        fail()
    with report.case("The second", 1):
        report.value("speed", 2.0)
    report.write(tmp_path / "figures.json")
    document = strictly_read(tmp_path / "figures.json")
    assert list(document["failed"]) == ["The first"]
    assert str(error) in document["failed"]["The first"]
    assert [figure["value"] for figure in document["figures"]] == [2.0]


def test_what_is_no_number_is_null_in_the_file_and_reaches_no_goal(tmp_path: Path) -> None:
    report = Report("Some benchmark")
    with report.case("Nothing came", 1):
        report.times("age", [], goal=Goal("<", 500))
        report.value("late", math.inf, goal=Goal("<", 5))
    report.write(tmp_path / "figures.json")
    figures = strictly_read(tmp_path / "figures.json")["figures"]
    assert [(figure["value"], figure["reached"]) for figure in figures] == [(None, False), (None, False)]
    assert figures[1]["samples"] == [None]


async def test_what_was_asked_of_a_server_that_leaves_is_an_error_of_the_connection() -> None:
    client = LoadClient("nowhere", 0.0)
    client.connection_made(Line())
    waiting = asyncio.ensure_future(client.request("START_TRAINING"))
    # Up to where it waits for the answer.
    await asyncio.sleep(0)
    client.connection_lost(None)
    with pytest.raises(ConnectionError):
        await waiting
    with pytest.raises(ConnectionError):
        await client.request("STOP_TRAINING")


def test_of_a_server_that_has_ended_it_is_told_how() -> None:
    program = "import sys; input(); sys.exit('no memory left')"
    with (
        TemporaryFile("a+", encoding="utf-8") as stderr,
        Popen([sys.executable, "-c", program], stdin=PIPE, stderr=stderr, text=True) as process,
    ):
        server = ServerProcess("", process, "", stderr)
        assert last_words(server) is None
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        process.wait(30)
        assert last_words(server) == "status 1: no memory left\n"
