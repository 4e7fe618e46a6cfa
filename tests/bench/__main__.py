"""`make bench`: what Boundary Lab does on this machine, as ratios to the plain loop measured in turn with it."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import crowd, engine, learning, links, memory, page, starts, steps, streaming
from tests.bench.crowd import Pace
from tests.bench.plain import PlainProcess
from tests.bench.report import Report
from tests.support.server import ServerProcess, server_process

CASES: Final = (
    "step", "engine", "streaming", "crowd", "links", "starts", "learning", "memory", "browser", "classic",
)  # fmt: skip
_QUICK_CASES: Final = ("step", "engine", "streaming", "crowd", "links", "starts", "learning")


@dataclass(frozen=True)
class Plan:
    """How much is measured, and how long it may take.

    Attributes:
        title: what the report is called.
        pairs: how often what is compared takes turns.
        step_slice_s: a turn of a step, of thread time.
        engine_slice_s: a turn of the scalar engine.
        streaming: turns of plain loop and one session.
        crowds: sizes, and the turns of plain loop and crowd.
        link_window_s: a turn on a link.
        stall_s: how long a link stands still.
        fresh_servers: how many servers are started for the cold start.
        warm_sessions: how many sessions are started on a warm one.
        seeds: of the classic experiments.
        classics: their data sets.
        budgets_s: how long each case may take.
    """

    title: str
    pairs: int
    step_slice_s: float
    engine_slice_s: float
    streaming: Pace
    crowds: tuple[tuple[int, Pace], ...]
    link_window_s: float
    stall_s: float
    fresh_servers: int
    warm_sessions: int
    seeds: Sequence[int]
    classics: tuple[str, ...]
    budgets_s: dict[str, float]


FULL: Final = Plan(
    title="Boundary Lab, benchmark",
    pairs=5,
    step_slice_s=0.08,
    engine_slice_s=0.25,
    streaming=Pace(5, 0.6, 1.5),
    crowds=(
        (4, Pace(5, 0.4, 0.8)),
        (10, Pace(5, 0.5, 1.2)),
        (20, Pace(5, 0.5, 0.8)),
        (30, Pace(5, 0.6, 1.5)),
    ),
    link_window_s=1.2,
    stall_s=10,
    fresh_servers=3,
    warm_sessions=20,
    seeds=range(1, 6),
    classics=("circle", "xor", "gauss", "spiral"),
    budgets_s={
        "step": 25, "engine": 10, "streaming": 16, "crowd": 16, "links": 18, "stall": 15, "starts": 14, "learning": 15,
        "memory": 15, "browser": 20, "classic": 50,
    },
)  # fmt: skip
QUICK: Final = Plan(
    title="Boundary Lab, quick benchmark: fewer pairs and cases than `make bench`",
    pairs=3,
    step_slice_s=0.05,
    engine_slice_s=0.15,
    streaming=Pace(3, 0.4, 1.0),
    crowds=((10, Pace(2, 0.4, 1.0)), (30, Pace(2, 0.5, 1.0))),
    link_window_s=0.8,
    stall_s=3,
    fresh_servers=1,
    warm_sessions=10,
    seeds=(1,),
    classics=("spiral",),
    budgets_s={
        "step": 4, "engine": 6, "streaming": 8, "crowd": 6, "links": 8, "stall": 6, "starts": 5, "learning": 5,
    },
)  # fmt: skip


async def _on_server(report: Report, plan: Plan, cases: Sequence[str], server: ServerProcess) -> None:
    """The cases that share one server."""
    budgets_s = plan.budgets_s

    async def run(name: str, case: str, budget: str, measure: Callable[[], Awaitable[None]]) -> None:
        if case in cases:
            with report.case(name, budgets_s[budget]):
                await measure()

    with PlainProcess() as plain:
        await run(
            "One session, 30 frames/s of 100x100",
            "streaming",
            "streaming",
            lambda: streaming.measure(report, server, plain, plan.streaming),
        )
        for count, pace in plan.crowds:
            for some in crowd.crowds([count]):

                async def measure(some: crowd.Crowd = some, pace: Pace = pace) -> None:
                    crowd.report_crowd(report, some, await crowd.measure(server, plain, some, pace))

                await run(some.name, "crowd", "crowd", measure)
    await run(
        "A link of 1 Mbit/s",
        "links",
        "links",
        lambda: links.measure_megabit(report, server, plan.pairs, plan.link_window_s),
    )
    await run(
        f"A link that stalls for {plan.stall_s:.0f} s",
        "links",
        "stall",
        lambda: links.measure_stall(report, server, plan.stall_s),
    )
    await run(
        "Beginning",
        "starts",
        "starts",
        lambda: starts.measure(report, server, plan.fresh_servers, plan.warm_sessions),
    )
    await run(
        "The classic experiments, over the wire",
        "learning",
        "learning",
        lambda: learning.measure(report, server.address, plan.seeds, plan.classics),
    )


def measure_all(report: Report, plan: Plan, cases: Sequence[str]) -> None:
    """Measure these cases, one after the other."""
    budgets_s = plan.budgets_s
    if "step" in cases:
        with report.case("The step alone, over plain", budgets_s["step"]):
            steps.measure(report, plan.pairs, plan.step_slice_s, is_quick=plan is QUICK)
    if "engine" in cases:
        with report.case("The step alone, over a scalar engine in JavaScript", budgets_s["engine"]):
            engine.measure(report, plan.pairs, plan.engine_slice_s)
    if {"streaming", "crowd", "links", "starts", "learning"} & set(cases):
        with server_process() as server:
            asyncio.run(_on_server(report, plan, cases, server))
    if "memory" in cases:
        with report.case("Memory", budgets_s["memory"]):
            asyncio.run(memory.measure(report, sessions=200, settle_s=2))
    if "browser" in cases:
        with report.case("The page, 6x8 units in its diagram", budgets_s["browser"]):
            page.measure_frames(report, duration_s=5)
    if "classic" in cases:
        with report.case("The classic experiments, in the browser", budgets_s["classic"]):
            page.measure_classics(report)


def main() -> int:
    """Measure, print, write JSON, and return the exit status: 1 if a case could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="case", help=f"of {', '.join(CASES)} (all)")
    parser.add_argument("--quick", action="store_true", help="in a minute: fewer pairs and cases")
    parser.add_argument("--json", type=Path, default=Path("bench-latest.json"), help="where the figures go")
    arguments = parser.parse_args()
    if unknown := set(arguments.cases) - set(CASES):
        parser.error(f"no such case: {', '.join(unknown)}")
    plan = QUICK if arguments.quick else FULL
    report = Report(plan.title)
    measure_all(report, plan, arguments.cases or (_QUICK_CASES if arguments.quick else CASES))
    report.write(arguments.json)
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
