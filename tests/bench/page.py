"""The page in a headless Chromium: what its frames cost, and the classic addresses from Start to 98 %."""

import statistics
from typing import Final

from tests.bench import browser, classic
from tests.bench.figures import Goal, percentile, spread
from tests.bench.report import Report

_DIAGRAM_LAYERS: Final = [8] * 6


def measure_frames(report: Report, duration_s: float) -> None:
    """Report what maps and the diagram of six layers of eight units cost the page's thread, and how often they move."""
    figures = browser.measure(_DIAGRAM_LAYERS, duration_s)
    for what, values in (
        ("a map, decode and paint", figures.map_ms),
        ("tiles and links, decode and paint", figures.tile_ms),
        ("scripts of a frame", figures.animation_ms),
        ("the same, processor time", figures.script_ms),
        ("with style, layout, paint, commit", figures.task_ms),
    ):
        report.value(f"{what}, p50", percentile(values, 0.5), unit="ms", samples=values)
        goal = Goal("≤", 2) if values is figures.map_ms else None
        report.value(f"{what}, p95", percentile(values, 0.95), unit="ms", samples=values, goal=goal)
    for what, count in (("maps", len(figures.map_ms)), ("tile frames", len(figures.tile_ms))):
        report.value(f"{what} a second", count / figures.duration_s)
    for what, size in (("maps", figures.map_bytes), ("tiles", figures.tile_bytes)):
        report.value(f"{what}, before compression", size / figures.duration_s / 1000, digits=0, unit="kB/s")


def measure_classics(report: Report) -> None:
    """Report the well-known playground's classic fragments, opened in the page."""
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
