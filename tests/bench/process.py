"""Owns what a process costs the machine, as its operating system tells it."""

import importlib
import importlib.util
import os
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

from tests.support.server import ServerProcess

_MOST_LETTERS: Final = 4000


class Usage(NamedTuple):
    """What a process has used.

    Attributes:
        cpu_s: processor time since it began.
        resident_bytes: memory that it has now.
        threads: how many it has now; None where nobody tells.
    """

    cpu_s: float
    resident_bytes: int
    threads: int | None


def usage(pid: int) -> Usage:
    """Of a process that runs: from /proc, else from psutil if it is installed, else from ps."""
    folder = Path("/proc") / str(pid)
    if folder.exists():
        # The name, in parentheses, can hold anything; state is the first field behind it.
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        return Usage(
            ticks / os.sysconf("SC_CLK_TCK"), int(fields[21]) * os.sysconf("SC_PAGE_SIZE"), threads=int(fields[17])
        )
    if importlib.util.find_spec("psutil") is not None:
        process = importlib.import_module("psutil").Process(pid)
        times = process.cpu_times()
        return Usage(times.user + times.system, process.memory_info().rss, process.num_threads())
    told = subprocess.run(
        ["ps", "-o", "rss=,time=", "-p", str(pid)],  # noqa: S607 - wherever the system has it
        check=True,
        capture_output=True,
        text=True,
    )
    kilobytes, clock = told.stdout.split()
    return Usage(seconds_of(clock), int(kilobytes) * 1024, None)


def last_words(server: ServerProcess) -> str | None:
    """With which status a process has ended, and the end of what it said; None while it runs."""
    status = server.process.poll()
    return None if status is None else f"status {status}: {server.log()[-_MOST_LETTERS:]}"


def seconds_of(clock: str) -> float:
    """Seconds of a time as ps tells it: [[days-]hours:]minutes:seconds."""
    days, _, rest = clock.rpartition("-")
    seconds = 0.0
    for part in rest.split(":"):
        seconds = 60 * seconds + float(part)
    return seconds + 86_400 * int(days or 0)
