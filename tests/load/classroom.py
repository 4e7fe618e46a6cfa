"""`make classroom`: 30 different networks train for ten minutes while their pupils edit. Does each get its share?"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.bench import networks
from tests.bench.figures import Goal, slowest_over_fastest
from tests.bench.plain import Layers
from tests.bench.process import last_words
from tests.bench.report import Report
from tests.bench.steps import alone_rate, look_at_alone
from tests.load.behaviour import Behaviour, stay
from tests.load.pupil import Pupil
from tests.load.soak import (
    LATENESS,
    MINUTE_S,
    RESUME_WINDOW_S,
    exit_status,
    report_answers,
    report_lateness,
    report_losses,
)
from tests.load.tally import Tally
from tests.support import scrape
from tests.support.server import server_process

_EDIT_INTERVAL_S: Final = 4.0


@dataclass
class Lesson:
    """What came out.

    Attributes:
        tally: what all have seen.
        frames_per_second: of each.
        steps_per_second: of each.
        longest_gap_s: between two maps, of each.
        late: histogram of how late the server's IOLoop was, in seconds.
    """

    tally: Tally = field(default_factory=Tally)
    frames_per_second: list[float] = field(default_factory=list)
    steps_per_second: list[float] = field(default_factory=list)
    longest_gap_s: list[float] = field(default_factory=list)
    late: dict[float, float] = field(default_factory=dict)


async def teach(address: str, shapes: Sequence[Layers], duration_s: float) -> Lesson:
    """Let a class train these networks, each pupil editing every few seconds.

    Args:
        address: the server's, which keeps sessions for `RESUME_WINDOW_S`.
        shapes: the networks.
        duration_s: how long, from when all train at full speed.
    """
    lesson = Lesson()
    behaviours = [
        Behaviour(Pupil(address, lesson.tally, index / len(shapes) / 60), shape, random.Random(index), RESUME_WINDOW_S)  # noqa: S311 - no secret
        for index, shape in enumerate(shapes)
    ]
    await asyncio.gather(*(behaviour.begin() for behaviour in behaviours))
    pupils = [behaviour.pupil for behaviour in behaviours]
    await asyncio.gather(*(pupil.until_at_full_speed() for pupil in pupils))
    late = await scrape.buckets(address, LATENESS)
    before, began_s = [(pupil.painted_count, pupil.map_steps.last) for pupil in pupils], time.monotonic()
    ends_s = began_s + duration_s
    await asyncio.gather(*(stay(behaviour, lesson.tally, ends_s, _EDIT_INTERVAL_S) for behaviour in behaviours))
    took_s = time.monotonic() - began_s
    lesson.late = scrape.between(late, await scrape.buckets(address, LATENESS))
    for pupil, (frames, steps) in zip(pupils, before, strict=True):
        lesson.frames_per_second.append((pupil.painted_count - frames) / took_s)
        lesson.steps_per_second.append((pupil.map_steps.last - steps) / took_s)
        lesson.longest_gap_s.append(pupil.longest_gap_s)
    # Whether all is there is seen from a second connection, one after the other.
    for behaviour in behaviours:
        await behaviour.lose_the_connection()
        behaviour.pupil.leave()
    return lesson


def report_lesson(report: Report, lesson: Lesson, shapes: Sequence[Layers]) -> None:
    """Say what came out."""
    report_losses(report, lesson.tally)
    rates, frames = lesson.steps_per_second, lesson.frames_per_second
    shares = [rate / alone_rate(shape) for rate, shape in zip(rates, shapes, strict=True)]
    report.value(
        "slowest/fastest, steps/s over those of its network alone",
        slowest_over_fastest(shares),
        digits=2,
        samples=shares,
        goal=Goal("≥", 0.7),
    )
    report.value("slowest/fastest, steps/s", slowest_over_fastest(rates), digits=2, samples=rates)
    report.value("steps/s in all", sum(rates), digits=0, samples=rates)
    report.value("frames/s each: least", min(frames), samples=frames, goal=Goal("≥", 12))
    report.value("longest wait for a map", max(lesson.longest_gap_s), digits=2, unit="s", samples=lesson.longest_gap_s)
    report_answers(report, lesson.tally)
    report_lateness(report, lesson.late)


def main(arguments: Sequence[str] | None = None) -> int:
    """Teach, print, write JSON, and return the exit status: 1 if a goal is missed or something was not measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.classroom", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long the lesson is (10)")
    parser.add_argument("--sessions", type=int, default=30, choices=range(2, 31), metavar="2..30", help="pupils (30)")
    parser.add_argument("--json", type=Path, default=Path("classroom-latest.json"), help="where the figures go")
    chosen = parser.parse_args(arguments)
    shapes, duration_s = networks.different(chosen.sessions), MINUTE_S * chosen.minutes
    report = Report(f"Boundary Lab, a lesson of {chosen.minutes:g} minutes")
    try:
        with (
            report.case(f"{chosen.sessions} pupils, each with another network", duration_s + MINUTE_S),
            server_process("--resume-window-s", f"{RESUME_WINDOW_S:g}") as server,
        ):
            # What else the machine does can only make a network slower: the better of before and after counts.
            look_at_alone(shapes)
            lesson = asyncio.run(teach(server.address, shapes, duration_s))
            look_at_alone(shapes)
            report_lesson(report, lesson, shapes)
            if (words := last_words(server)) is not None:
                report.say(f"The server had ended before, with {words}")
    finally:
        report.write(chosen.json)
    return exit_status(report)


if __name__ == "__main__":
    sys.exit(main())
