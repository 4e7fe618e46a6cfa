"""`make bench`: what Boundary Lab does on this machine, as ratios to the plain loop measured in turn with it."""

import argparse
import asyncio
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

from tests.bench import crowd, engine, learning, links, memory, page, starts, steps, streaming
from tests.bench.crowd_report import report_crowd
from tests.bench.crowds import crowds, one_session
from tests.bench.plain import PlainProcess
from tests.bench.plan import FULL, QUICK, Plan
from tests.bench.process import last_words
from tests.bench.report import Report
from tests.support.server import ServerProcess, server_process

_ON_ONE_SERVER: Final = frozenset({"streaming", "crowd", "links", "stall", "starts", "learning"})


def measure(report: Report, plan: Plan, cases: Collection[str], *, is_native: bool) -> None:
    """Measure these cases, one after the other."""
    budget_s = plan.budget_s
    if "step" in cases:
        with report.case("The step alone, over plain", budget_s["step"]):
            steps.measure(report, plan.pairs, plan.step_slice_s, is_quick=plan.is_quick, is_native=is_native)
    if "engine" in cases:
        with report.case("The step alone, over a scalar engine in JavaScript", budget_s["engine"]):
            engine.measure(report, plan.pairs, plan.engine_slice_s)
    if not _ON_ONE_SERVER.isdisjoint(cases):
        with server_process(*(["--native"] if is_native else [])) as server:
            asyncio.run(_measure_server(report, plan, cases, server))
            if (words := last_words(server)) is not None:
                report.say(f"The server had ended before, with {words}")
    if "memory" in cases:
        with report.case("Memory", budget_s["memory"]):
            asyncio.run(memory.measure(report, plan.weighed_sessions))
    if "browser" in cases:
        with report.case("The page, 6x8 units in its diagram", budget_s["browser"]):
            page.measure_frames(report, plan.page_s)
    if "classic" in cases:
        with report.case("The classic experiments, in the browser", budget_s["classic"]):
            page.measure_classics(report)


async def _measure_server(report: Report, plan: Plan, cases: Collection[str], server: ServerProcess) -> None:
    """The cases that share one server."""
    budget_s = plan.budget_s
    with PlainProcess() as plain:
        if "streaming" in cases:
            with report.case(one_session().name, budget_s["streaming"]):
                await streaming.measure(report, server, plain, plan.streaming)
            with report.case("One session with its diagram on the screen", budget_s["diagram"]):
                await streaming.measure_diagram(report, server, plan.pairs, plan.diagram_window_s)
        if "crowd" in cases:
            for some in crowds(plan.crowds, with_diagrams=not plan.is_quick):
                with report.case(some.name, budget_s["crowd"]):
                    measured = await crowd.measure(server, plain, some, plan.crowds[len(some.shapes)])
                    report_crowd(report, some, measured)
    if "links" in cases:
        with report.case("A link of 1 Mbit/s", budget_s["links"]):
            await links.measure_megabit(report, server, plan.pairs, plan.link_window_s)
    if "stall" in cases:
        with report.case(f"A link that stands still for {plan.stall_s:.0f} s", budget_s["stall"]):
            await links.measure_stall(report, server, plan.stall_s)
    if "starts" in cases:
        with report.case("Beginning", budget_s["starts"]):
            await starts.measure(report, server, plan.fresh_servers, plan.warm_sessions)
    if "learning" in cases:
        with report.case("The classic experiments, over the wire", budget_s["learning"]):
            await learning.measure(report, server.address, plan.seeds, plan.classics)


def main() -> int:
    """Measure, print, write JSON, and return the exit status: 1 if a case could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="case", help=f"of {', '.join(FULL.cases)} (all)")
    parser.add_argument("--quick", action="store_true", help="in a minute: fewer pairs and cases")
    parser.add_argument("--native", action="store_true", help="compiled steps: beside the step, and in the server")
    parser.add_argument("--json", type=Path, default=Path("bench-latest.json"), help="where the figures go")
    arguments = parser.parse_args()
    if unknown := set(arguments.cases) - set(FULL.cases):
        parser.error(f"no such case: {', '.join(unknown)}")
    plan = QUICK if arguments.quick else FULL
    report = Report(plan.title)
    if arguments.native:
        report.say("The server trains by compiled steps.")
    try:
        measure(report, plan, arguments.cases or plan.cases, is_native=arguments.native)
    finally:
        report.write(arguments.json)
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
