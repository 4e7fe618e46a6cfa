"""`make bench`: what Boundary Lab does on this machine, as ratios to the plain loop measured in the same run."""

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench import browser, cases, classic
from tests.bench.cases import percentile, spread
from tests.support.server import server_process

_MEGABIT_BYTES_PER_S = 125_000
_CROWD_LAYERS = (10, 5)
_DIAGRAM_LAYERS = [8] * 6
_DATASETS = ("circle", "xor", "gauss", "spiral")


def plain(duration_s: float, hidden_layers: Sequence[int] = _CROWD_LAYERS) -> float:
    """Steps per second of the plain loop, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.plain", str(duration_s), *map(str, hidden_layers)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


class Report:
    """Prints each figure as it comes, and keeps it for the JSON file."""

    def __init__(self) -> None:
        self.figures: dict[str, object] = {}

    def line(self, name: str, text: str, value: object) -> None:
        """One figure."""
        self.figures[name] = value
        print(f"{name:<58} {text}", flush=True)


async def measure(report: Report, pairs: int, duration_s: float) -> None:
    """All cases, against one server process (the cold start against fresh ones)."""
    with server_process() as server:
        address = server.address
        await cases.crowd(address, 1, 1)
        plains, ratios = [], []
        for _ in range(pairs):
            plains.append(plain(duration_s))
            alone = await cases.crowd(address, 1, duration_s)
            ratios.append(sum(alone.steps_per_second) / plains[-1])
        reference = statistics.median(plains)
        report.line("plain loop, steps/s", spread(plains, 0), plains)
        report.line("streaming 30 frames/s of 100x100, steps/s over plain", spread(ratios, 2), ratios)
        for count in (1, 10, 30):
            await report_crowd(report, await cases.crowd(address, count, duration_s * 2), count, reference)
        first_ms = [1000 * value for value in await cases.first_frames_s(address, 30)]
        report.line("first map that has moved after start, ms p95", f"{percentile(first_ms, 0.95):.1f}", first_ms)
        frame_bytes = await cases.wire_bytes_per_frame(address, duration_s)
        report.line("bytes a frame on the wire, 100x100, statuses included", f"{frame_bytes:.0f}", frame_bytes)
        await report_diagram(report, address, pairs, duration_s)
        free, _, _ = await cases.slow_link(address, None, duration_s)
        slow, frames, lag = await cases.slow_link(address, _MEGABIT_BYTES_PER_S, duration_s * 2)
        report.line("1 Mbit/s: training speed over unthrottled", f"{slow / free:.2f}", slow / free)
        report.line("1 Mbit/s: frames/s", f"{frames:.1f}", frames)
        report.line("1 Mbit/s: picture behind training, s", f"{lag:.2f}", lag)
        for dataset in _DATASETS:
            runs = [await cases.to_accuracy(address, dataset, {"seed": seed}, 0.98) for seed in range(1, 6)]
            text = f"{spread([seconds for seconds, _ in runs])} s, {spread([epochs for _, epochs in runs], 0)} epochs"
            report.line(f"{dataset}, as the page opens: to 98 % train accuracy", text, runs)
    cold_ms = []
    for _ in range(3):
        with server_process() as fresh:
            cold_ms += [1000 * value for value in await cases.first_frames_s(fresh.address, 1)]
    report.line("the same, first session of the process, ms", spread(cold_ms), cold_ms)


def report_classics(report: Report) -> None:
    """The well-known playground's classic fragments in a browser."""
    for dataset, found in classic.races():
        reached = [race for race in found if race.reached]
        text = f"{len(reached)} of {len(found)} seeds"
        if reached:
            seconds = spread([race.seconds for race in reached])
            text += f", {seconds} s, {spread([race.epochs for race in reached], 0)} epochs"
        name = f"{dataset}, classic fragment in the browser: to 98 % train accuracy"
        report.line(name, text, [asdict(race) for race in found])


def report_page(report: Report, duration_s: float) -> None:
    """What maps and the diagram cost the page's main thread, and how often they move."""
    figures = browser.measure(_DIAGRAM_LAYERS, duration_s)
    name = "page, 6x8 units"
    for what, values in (
        ("a map, decode and paint", figures.map_ms),
        ("tiles and links, decode and paint", figures.tile_ms),
        ("scripts of a frame", figures.animation_ms),
        ("the same, processor time", figures.script_ms),
        ("with style, layout, paint, commit", figures.task_ms),
    ):
        text = f"{percentile(values, 0.5):.1f} / {percentile(values, 0.95):.1f}"
        report.line(f"{name}: {what}, ms p50 / p95", text, values)
    for what, count in (("maps", len(figures.map_ms)), ("tile frames", len(figures.tile_ms))):
        report.line(f"{name}: {what}/s", f"{count / figures.duration_s:.1f}", count / figures.duration_s)
    for what, size in (("maps", figures.map_bytes), ("tiles", figures.tile_bytes)):
        rate = size / figures.duration_s / 1000
        report.line(f"{name}: {what}, kB/s before compression", f"{rate:.0f}", rate)


async def report_crowd(report: Report, figures: cases.CrowdFigures, count: int, reference: float) -> None:
    """The figures of some sessions together."""
    name = f"{count} session{'s' if count > 1 else ''}"
    frames, steps = figures.frames_per_second, figures.steps_per_second
    text = f"{min(frames):.1f} / {statistics.median(frames):.1f} at {figures.side}x{figures.side}"
    report.line(f"{name}: frames/s each, min / median", text, frames)
    report.line(f"{name}: steps/s in all over plain", f"{sum(steps) / reference:.2f}", sum(steps) / reference)
    report.line(f"{name}: slowest/fastest", f"{min(steps) / max(steps):.2f}", min(steps) / max(steps))
    command_ms = [1000 * value for value in figures.command_s]
    text = f"{percentile(command_ms, 0.5):.1f} / {percentile(command_ms, 0.95):.1f}"
    report.line(f"{name}: command answered, ms p50 / p95", text, command_ms)


async def report_diagram(report: Report, address: str, pairs: int, duration_s: float) -> None:
    """What the network diagram of six layers of eight units costs, and how often it moves."""
    reference = plain(duration_s, _DIAGRAM_LAYERS)
    runs = [await cases.diagram(address, {"hidden_layers": _DIAGRAM_LAYERS}, duration_s) for _ in range(pairs)]
    name = "diagram of 6x8 units"
    without = [shown.steps_per_second / reference for shown, _ in runs]
    beside = [shown.steps_per_second / reference for _, shown in runs]
    ratios = [after.steps_per_second / before.steps_per_second for before, after in runs]
    report.line(f"{name}: steps/s over plain, hidden", spread(without, 2), without)
    report.line(f"{name}: steps/s over plain, on the screen", spread(beside, 2), beside)
    report.line(f"{name}: steps/s, on the screen over hidden", spread(ratios, 2), ratios)
    for what in ("maps_per_second", "neurons_per_second", "neuron_bytes_per_second", "wire_bytes_per_second"):
        values = [float(getattr(shown, what)) for _, shown in runs]
        report.line(f"{name}: {what.replace('_per_second', '/s').replace('_', ' ')}", spread(values), values)


def main() -> None:
    """Measure, print, and write JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "case", nargs="?", choices=["all", "browser", "classic"], default="all", help="what is measured (all)"
    )
    parser.add_argument("--pairs", type=int, default=5, help="how often plain and streaming are run in turn (5)")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each measurement takes (4)")
    parser.add_argument("--json", type=Path, default=Path("bench-latest.json"), help="where the figures go")
    arguments = parser.parse_args()
    report = Report()
    report.line("machine", f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", None)
    if arguments.case == "all":
        asyncio.run(measure(report, arguments.pairs, arguments.seconds))
    if arguments.case in {"all", "browser"}:
        report_page(report, 2 * arguments.seconds)
    if arguments.case in {"all", "classic"}:
        report_classics(report)
    arguments.json.write_text(json.dumps(report.figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
