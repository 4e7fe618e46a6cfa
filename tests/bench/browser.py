"""What the page does with maps and tiles while it trains, in a headless Chromium."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.browser.conftest import BROWSER_ARGUMENTS
from tests.browser.lab import Lab
from tests.browser.network_lab import show_network, until_units
from tests.support.server import server_process
from tests.support.tools import find_browser

_SCRIPT: Final = Path(__file__).with_name("browser.js")
_WINDOW: Final = ViewportSize(width=1440, height=900)
_WARM_UP_MS: Final = 3000
_TRACED_MS: Final = 5000


@dataclass(frozen=True)
class Figures:
    """What a page did in a while.

    Attributes:
        duration_s: of the while.
        map_ms: main-thread time of each map, decoding and painting.
        tile_ms: the same of each frame of the units' maps.
        animation_ms: of each animation frame in which one of them was painted, decoding counted.
        map_bytes: of all maps.
        tile_bytes: of all frames of the units' maps.
        script_ms: processor time of the scripts of each animation frame, which other processes do not lengthen.
        task_ms: the same with style, layout, paint and handing over to the compositor.
    """

    duration_s: float
    map_ms: list[float]
    tile_ms: list[float]
    animation_ms: list[float]
    map_bytes: int
    tile_bytes: int
    script_ms: list[float]
    task_ms: list[float]


def watch(page: Page, duration_s: float) -> Figures:
    """Take a page's figures over a while, then over a while more by the clock of its threads."""
    page.evaluate("takeFigures()")
    began_s = time.perf_counter()
    page.wait_for_timeout(1000 * duration_s)
    taken = page.evaluate("takeFigures()")
    took_s = time.perf_counter() - began_s
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=["devtools.timeline", "disabled-by-default-devtools.timeline"])
    page.wait_for_timeout(_TRACED_MS)
    tasks = list(_animation_tasks(json.loads(browser.stop_tracing())["traceEvents"]))
    return Figures(
        duration_s=took_s,
        map_ms=taken["mapMs"],
        tile_ms=taken["tileMs"],
        animation_ms=taken["animationMs"],
        map_bytes=taken["mapBytes"],
        tile_bytes=taken["tileBytes"],
        script_ms=[script_ms for script_ms, _ in tasks],
        task_ms=[task_ms for _, task_ms in tasks],
    )


def _animation_tasks(events: list[dict[str, Any]]) -> Iterator[tuple[float, float]]:
    """Processor time of the scripts, and of everything, in each task in which an animation frame was made."""
    scripts = [event for event in events if event["name"] == "FireAnimationFrame" and "tdur" in event]
    for task in events:
        if task["name"] != "RunTask" or "tdur" not in task:
            continue
        inside = [
            script["tdur"]
            for script in scripts
            if (script["pid"], script["tid"]) == (task["pid"], task["tid"])
            and task["ts"] <= script["ts"] <= task["ts"] + task["dur"]
        ]
        if inside:
            yield sum(inside) / 1000, task["tdur"] / 1000


def measure(hidden_layers: Sequence[int], duration_s: float) -> Figures:
    """A spiral is learned by so many layers, with the network's diagram on the screen."""
    path = find_browser()
    if path is None:
        sys.exit("A browser is needed: install Chrome or Chromium, or name one in BOUNDARY_LAB_BROWSER.")
    with server_process() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        page = browser.new_page(viewport=_WINDOW)
        page.add_init_script(path=_SCRIPT)
        lab = Lab(page, server.address)
        lab.open()
        lab.button("Spiral").click()
        lab.expect_points(200)
        show_network(lab)
        _build(lab, hidden_layers)
        lab.start()
        page.wait_for_timeout(_WARM_UP_MS)
        figures = watch(page, duration_s)
        lab.stop()
        browser.close()
    return figures


def _build(lab: Lab, hidden_layers: Sequence[int]) -> None:
    """Set layers and units by the diagram's own buttons."""
    diagram = lab.page.locator("#diagram")
    for _ in range(len(hidden_layers) - 2):
        diagram.get_by_role("button", name="More hidden layers").click()
    until_units(lab, 2, *hidden_layers, 2)
