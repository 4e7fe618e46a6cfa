"""The page in a headless Chromium: what its frames cost, and the classic addresses from Start to 98 %."""

import statistics
from typing import Final

from tests.bench import browser, classic
from tests.bench.browser import Shown
from tests.bench.figures import Goal, spread
from tests.bench.report import Report
from tests.support.tools import find_browser

_DIAGRAM_LAYERS: Final = [8] * 6


def _has_browser(report: Report) -> bool:
    if find_browser() is None:
        report.say("left out: there is no browser")
        return False
    return True


def measure_frames(report: Report, duration_s: float) -> None:
    """Report what maps cost the page, alone and beside the diagram of six layers of eight units."""
    if not _has_browser(report):
        return
    figures = browser.measure(_DIAGRAM_LAYERS, duration_s)
    sides = ", ".join(map(str, figures.alone.map_sides))
    _report_times(report, f"plane, maps of {sides}", figures.alone, Goal("≤", 2))
    memory = figures.memory
    samples = (memory.path_bytes * memory.maps,)
    report.value("allocated for a map on its way", memory.path_bytes, digits=0, unit="bytes", samples=samples)
    report.value("allocated for a map by all scripts", memory.allocated_bytes, digits=0, unit="bytes")
    report.value("what stays of a map", memory.growth_bytes, digits=0, unit="bytes")
    _report_times(report, "diagram beside", figures, None)


def _report_times(report: Report, name: str, shown: Shown, goal: Goal | None) -> None:
    for what, values in (
        ("decode + paint, CPU", shown.map_cpu_ms),
        ("the same by the clock", shown.map_ms),
        ("tiles, decode + paint", shown.tile_ms),
        ("scripts, CPU", shown.script_ms),
        ("all of a frame, CPU", shown.task_ms),
    ):
        if values:
            report.times(f"{name}: {what}", values, goal=goal if values is shown.map_cpu_ms else None)
    report.value(f"{name}: layouts forced by scripts", shown.forced_layouts, digits=0, goal=Goal("≤", 0))
    for what, count in (("maps", len(shown.map_ms)), ("tile frames", len(shown.tile_ms))):
        report.value(f"{name}: {what} a second", count / shown.duration_s)


def measure_classics(report: Report) -> None:
    """Report the well-known playground's classic fragments, opened in the page."""
    if not _has_browser(report):
        return
    for dataset, found in classic.races():
        reached = [race for race in found if race.reached]
        name = f"{dataset}, from Start to 98 % ({len(reached)} of {len(found)} seeds)"
        if not reached:
            report.say(f"{name}: not reached")
            continue
        goal = Goal("≤", 3) if dataset == "spiral" else None
        report.ratios(f"{name}: s", [race.seconds for race in reached], goal=goal)
        epochs = [race.epochs for race in reached]
        report.value(f"{name}: epochs, {spread(epochs, 0)}", statistics.median(epochs), digits=0)
