"""`make soak`: a crowd that comes and goes for an hour. Does the server lose anything, and does anything of it stay?"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.bench import networks
from tests.bench.figures import Goal, percentile_of_buckets
from tests.bench.process import last_words
from tests.bench.report import Report
from tests.load.behaviour import Behaviour, stay, visit_again_and_again
from tests.load.gone import measure_returning
from tests.load.pupil import COMMANDS, POINTS, RUNS, SESSIONS, STEPS, Pupil
from tests.load.tally import Tally
from tests.load.watch import Sample, memory_slope, sample, watch
from tests.support import scrape
from tests.support.server import ServerProcess, server_process

RESUME_WINDOW_S: Final = 2.0
LATENESS: Final = "boundary_lab_ioloop_late_seconds"
MINUTE_S: Final = 60.0
_SETTLE_S: Final = 30.0
_EDIT_INTERVAL_S: Final = 3.0
_STEADY_MINUTES: Final = 10.0
"""In a shorter time allocators are still growing: the slope is told, and is no goal."""
_KINDS: Final = (POINTS, STEPS, COMMANDS, SESSIONS, RUNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much goes on.

    Attributes:
        warm_up_s: churn before anything is measured, until threads are started and allocators have what they need.
        duration_s: churn that is measured.
        stayers: pupils who stay all the time.
        visitors: pupils at a time who come and go.
        sample_interval_s: between looks at the process.
    """

    warm_up_s: float
    duration_s: float
    stayers: int = 6
    visitors: int = 10
    sample_interval_s: float = 1.0


@dataclass
class Soaked:
    """What came out.

    Attributes:
        tally: what all have seen.
        before: the empty server, warmed up.
        after: the empty server, when all have gone.
        samples: the server meanwhile.
        frames_per_second: of each who stayed.
        longest_gap_s: between two maps, of each who stayed.
        late: histogram of how late the server's IOLoop was, in seconds.
        run_bytes: of all files of saved runs that were there, at each look.
        files_left: of saved runs, when all have gone.
    """

    before: Sample
    after: Sample
    tally: Tally = field(default_factory=Tally)
    samples: list[Sample] = field(default_factory=list)
    frames_per_second: list[float] = field(default_factory=list)
    longest_gap_s: list[float] = field(default_factory=list)
    late: dict[float, float] = field(default_factory=dict)
    run_bytes: list[int] = field(default_factory=list)
    files_left: int = 0


@contextmanager
def soaked_server() -> Iterator[tuple[ServerProcess, Path]]:
    """A server for a crowd, and the directory in which its saved runs lie, which go with their sessions.

    Trying out their scripts would take both cores of a small machine: it is begun, and given up at once.
    """
    with tempfile.TemporaryDirectory() as directory:
        arguments = ("--resume-window-s", f"{RESUME_WINDOW_S:g}", "--no-saving", "--verify-timeout-s", "0.1")
        often = ("--runs-per-minute", "100")
        with server_process(*arguments, *often, environment={"TMPDIR": directory}) as server:
            yield server, Path(directory)


async def soak(server: ServerProcess, runs: Path, plan: Plan, seed: int = 1) -> Soaked:
    """Let a crowd come and go.

    Args:
        server: with `RESUME_WINDOW_S`.
        runs: the directory of its saved runs.
        plan: how much.
        seed: of what they do.
    """
    pid = server.process.pid
    warming = Tally()
    await _all_at_once(server.address, warming, plan)
    await _churn(server.address, warming, plan.visitors, plan.warm_up_s, seed)
    await _until_empty(server.address)
    before = sample(pid)
    soaked = Soaked(before, before)
    tally = soaked.tally
    stayers = await _stayers(server.address, tally, plan.stayers)
    late = await scrape.buckets(server.address, LATENESS)
    painted, began_s = [behaviour.pupil.painted_count for behaviour in stayers], time.monotonic()
    watching = [
        asyncio.create_task(watch(pid, plan.sample_interval_s, soaked.samples)),
        asyncio.create_task(_watch_runs(runs, plan.sample_interval_s, soaked.run_bytes)),
    ]
    async with asyncio.TaskGroup() as group:
        for behaviour in stayers:
            group.create_task(stay(behaviour, tally, began_s + plan.duration_s, _EDIT_INTERVAL_S))
        group.create_task(_churn(server.address, tally, plan.visitors, plan.duration_s, seed + 1))
    took_s = time.monotonic() - began_s
    for task in watching:
        task.cancel()
    soaked.late = scrape.between(late, await scrape.buckets(server.address, LATENESS))
    for behaviour, count in zip(stayers, painted, strict=True):
        soaked.frames_per_second.append((behaviour.pupil.painted_count - count) / took_s)
        soaked.longest_gap_s.append(behaviour.pupil.longest_gap_s)
        await behaviour.lose_the_connection()
        behaviour.pupil.leave()
    await _until_empty(server.address)
    soaked.after = await _settled(pid, before)
    soaked.files_left = len(_files(runs))
    return soaked


async def _all_at_once(address: str, tally: Tally, plan: Plan) -> None:
    """Come and go together: so that every thread that is started when it is needed has been started."""
    for _ in range(2):
        crowd = await _stayers(address, tally, plan.stayers + plan.visitors)
        await crowd[0].keep_the_run()
        for behaviour in crowd:
            behaviour.pupil.leave()
        await _until_empty(address)


async def _stayers(address: str, tally: Tally, count: int) -> list[Behaviour]:
    shapes = networks.different(count)
    behaviours = [
        Behaviour(Pupil(address, tally, index / count / 60), shape, random.Random(index), RESUME_WINDOW_S)  # noqa: S311 - no secret
        for index, shape in enumerate(shapes)
    ]
    await asyncio.gather(*(behaviour.begin() for behaviour in behaviours))
    return behaviours


async def _churn(address: str, tally: Tally, visitors: int, duration_s: float, seed: int) -> None:
    ends_s = time.monotonic() + duration_s
    async with asyncio.TaskGroup() as group:
        for index in range(visitors):
            chance = random.Random(f"{seed} {index}")  # noqa: S311 - no secret
            group.create_task(visit_again_and_again(address, tally, chance, ends_s, RESUME_WINDOW_S))


async def _until_empty(address: str) -> None:
    """Wait until every session has ended.

    Raises:
        TimeoutError: one stays.
    """
    async with asyncio.timeout(RESUME_WINDOW_S + _SETTLE_S):
        # What a server counts is told by no message.
        while True:
            counts = [await scrape.value(address, f"boundary_lab_{name}") for name in ("sessions", "connections")]
            if not any(counts):
                return
            await asyncio.sleep(0.1)


def _files(runs: Path) -> list[Path]:
    """The files of saved runs that are there."""
    return [path for path in runs.rglob("*") if path.is_file()]


async def _watch_runs(runs: Path, interval_s: float, run_bytes: list[int]) -> None:
    """Add the bytes of all files of saved runs every now and then, until cancelled."""
    while True:
        size = 0
        for path in await asyncio.to_thread(_files, runs):
            # It may go while it is looked at.
            with suppress(FileNotFoundError):
                size += path.stat().st_size
        run_bytes.append(size)
        await asyncio.sleep(interval_s)


async def _settled(pid: int, before: Sample) -> Sample:
    """The process when its threads and descriptors are as few as before, or after a while."""
    ends_s = time.monotonic() + _SETTLE_S
    while True:
        now = sample(pid)
        as_few = now.threads <= before.threads and now.descriptors <= before.descriptors
        if as_few or time.monotonic() > ends_s:
            return now
        await asyncio.sleep(0.1)


def report_soaked(report: Report, soaked: Soaked, plan: Plan) -> None:
    """Say what came out."""
    tally = soaked.tally
    report_losses(report, tally)
    for name, before, after in (
        ("threads", soaked.before.threads, soaked.after.threads),
        ("descriptors", soaked.before.descriptors, soaked.after.descriptors),
    ):
        most = max(getattr(each, name) for each in soaked.samples)
        report.say(f"{name}: {before} before, at most {most}, {after} when all have gone")
        report.value(f"{name} that stay", after - before, digits=0, goal=Goal("≤", 0))
    report.value("files of saved runs that stay", soaked.files_left, digits=0, goal=Goal("≤", 0))
    report.value("saved runs: most at a time", max(soaked.run_bytes) / 1e6, digits=1, unit="MB")
    megabytes = [each.resident_bytes / 1e6 for each in soaked.samples]
    report.value("memory: most", max(megabytes), digits=0, unit="MB", samples=megabytes)
    report.value(
        "memory: slope of the second half",
        memory_slope(soaked.samples),
        digits=2,
        unit="MB/min",
        goal=Goal("≤", 0.5) if plan.duration_s >= _STEADY_MINUTES * MINUTE_S else None,
    )
    frames = soaked.frames_per_second
    report.value("frames/s of those who stay: least", min(frames), samples=frames, goal=Goal("≥", 12))
    report.value("longest wait for a map of those who stay", max(soaked.longest_gap_s), digits=2, unit="s")
    report_answers(report, tally)
    report_lateness(report, soaked.late)


def report_losses(report: Report, tally: Tally) -> None:
    """Say what was done, and what was lost of it."""
    report.say(", ".join(f"{count:,} {what}" for what, count in sorted(tally.done.items())))
    for sentence in tally.sentences:
        report.say(f"LOST: {sentence}")
    for kind in _KINDS:
        report.value(f"lost: {kind}", tally.losses[kind], digits=0, goal=Goal("≤", 0))


def report_answers(report: Report, tally: Tally) -> None:
    """Say how long what was asked took to be answered."""
    report.times("command answered", tally.command_ms, goal=Goal("<", 10))
    report.times("answered what the network says at a place", tally.probe_ms)


def report_lateness(report: Report, late: dict[float, float]) -> None:
    """Say how late the server's IOLoop was."""
    report.value("IOLoop late, p95", 1000 * percentile_of_buckets(late, 0.95), unit="ms", goal=Goal("<", 50))


def exit_status(report: Report) -> int:
    """0 if all could be measured and every goal is reached."""
    return int(bool(report.failed) or any(figure.is_reached is False for figure in report.figures))


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak, print, write JSON, and return the exit status: 1 if a goal is missed or something was not measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="how long the crowd comes and goes (60)")
    parser.add_argument("--gone", type=float, default=60.0, metavar="SECONDS", help="how long a server is away (60)")
    parser.add_argument("--json", type=Path, default=Path("soak-latest.json"), help="where the figures go")
    chosen = parser.parse_args(arguments)
    duration_s = MINUTE_S * chosen.minutes
    plan = Plan(warm_up_s=min(MINUTE_S, duration_s / 4), duration_s=duration_s)
    report = Report(f"Boundary Lab, soak of {chosen.minutes:g} minutes")
    try:
        with (
            report.case(
                f"{plan.stayers} stay, {plan.visitors} at a time come and go",
                plan.warm_up_s + duration_s + 2 * _SETTLE_S,
            ),
            soaked_server() as (server, runs),
        ):
            report_soaked(report, asyncio.run(soak(server, runs, plan)), plan)
            if (words := last_words(server)) is not None:
                report.say(f"The server had ended before, with {words}")
        with report.case(f"A server gone for {chosen.gone:g} s, and 30 clients who come back", chosen.gone + 60):
            measured = asyncio.run(measure_returning(30, chosen.gone))
            report_losses(report, measured.tally)
            report.value("attempts in the fullest 0.1 s", measured.most_at_once, digits=0, goal=Goal("≤", 15))
            report_lateness(report, measured.late)
    finally:
        report.write(chosen.json)
    return exit_status(report)


if __name__ == "__main__":
    sys.exit(main())
