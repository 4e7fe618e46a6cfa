"""What the page does with maps and tiles while it trains, in a headless Chromium: time, layouts, and memory."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import CDPSession, Page, ViewportSize, sync_playwright

from tests.browser.conftest import BROWSER_ARGUMENTS
from tests.browser.lab import Lab
from tests.browser.network_lab import show_network, until_units
from tests.browser.trace import Trace, record
from tests.support.server import server_process
from tests.support.tools import find_browser

_SCRIPT: Final = Path(__file__).with_name("browser.js")
_WINDOW: Final = ViewportSize(width=1440, height=900)
_WARM_UP_MS: Final = 3000
_TRACED_MS: Final = 3000
_REMEMBERED_MAPS: Final = 300
"""So many past maps the page keeps: from then on one goes for each that comes."""
_SAMPLE_BYTES: Final = 256
"""About every so many bytes an allocation is looked at."""
_PATH: Final = frozenset(
    {"frames.js", "smooth_map.js", "smoothing.js", "map_picture.js", "plane.js", "once_a_frame.js"}
)
"""Where a map goes from its bytes to the screen, besides the canvas."""


@dataclass(frozen=True)
class Shown:
    """What a page did in a while with one view on the screen.

    Attributes:
        duration_s: of the while.
        map_ms: main-thread time of each map, decoding and painting.
        map_cpu_ms: the same by the clock of the thread, which other processes do not lengthen.
        tile_ms: main-thread time of each frame of the units' maps.
        map_sides: cells along a side of the maps, each size once.
        script_ms: processor time of the scripts of each animation frame, which other processes do not lengthen.
        task_ms: the same with style, layout, paint and handing over to the compositor.
        forced_layouts: layouts that a script did not leave to the browser, in all.
    """

    duration_s: float
    map_ms: list[float]
    map_cpu_ms: list[float]
    tile_ms: list[float]
    map_sides: list[int]
    script_ms: list[float]
    task_ms: list[float]
    forced_layouts: int


@dataclass(frozen=True)
class Memory:
    """What a map costs the page in memory, once it remembers as many past maps as it ever does.

    Attributes:
        maps: that were looked at.
        allocated_bytes: what all scripts of the page allocated for each map, garbage or not.
        path_bytes: of them, on the way of the map itself from its bytes to the screen.
        growth_bytes: by how much the heap and its buffers had grown for each map, garbage collected.
    """

    maps: int
    allocated_bytes: float
    path_bytes: float
    growth_bytes: float


@dataclass(frozen=True)
class Figures(Shown):
    """What a page did with the network's diagram on the screen.

    Attributes:
        alone: what the same page did before, with the plane and without the diagram.
        memory: what a map cost it after that, without the diagram.
    """

    alone: Shown
    memory: Memory


def watch(page: Page, duration_s: float) -> Shown:
    """Take a page's figures over a while, then over a while more by the clock of its threads."""
    page.evaluate("takeFigures()")
    began_s = time.perf_counter()
    page.wait_for_timeout(1000 * duration_s)
    taken = page.evaluate("takeFigures()")
    took_s = time.perf_counter() - began_s
    with record(page) as trace:
        page.wait_for_timeout(_TRACED_MS)
    tasks = list(_animation_tasks(trace))
    return Shown(
        duration_s=took_s,
        map_ms=taken["mapMs"],
        map_cpu_ms=list(_map_times(trace)),
        tile_ms=taken["tileMs"],
        map_sides=taken["mapSides"],
        script_ms=[script_ms for script_ms, _ in tasks],
        task_ms=[task_ms for _, task_ms in tasks],
        forced_layouts=len(trace.forced_layouts()),
    )


def _map_times(trace: Trace) -> Iterator[float]:
    """Processor time of the callback that decoded a map and of the one that painted it, in milliseconds."""
    marks = trace.marks("map")
    decoded_us = 0.0
    for event in trace.named("FunctionCall", "FireAnimationFrame"):
        if "tdur" not in event or not any(trace.is_inside(mark, event) for mark in marks):
            continue
        if event["name"] == "FireAnimationFrame":
            yield (decoded_us + event["tdur"]) / 1000
        elif not any(trace.is_inside(event, frame) for frame in trace.named("FireAnimationFrame")):
            decoded_us = event["tdur"]


def _animation_tasks(trace: Trace) -> Iterator[tuple[float, float]]:
    """Processor time of the scripts, and of everything, in each task in which an animation frame was made."""
    scripts = [event for event in trace.named("FireAnimationFrame") if "tdur" in event]
    for task in trace.named("RunTask"):
        inside = [script["tdur"] for script in scripts if trace.is_inside(script, task)]
        if inside and "tdur" in task:
            yield sum(inside) / 1000, task["tdur"] / 1000


def weigh(page: Page, duration_s: float) -> Memory:
    """Look at what a page allocates and keeps over a while."""
    devtools = page.context.new_cdp_session(page)
    before_bytes = _heap_bytes(devtools)
    page.evaluate("takeFigures()")
    devtools.send(
        "HeapProfiler.startSampling",
        {
            "samplingInterval": _SAMPLE_BYTES,
            "includeObjectsCollectedByMajorGC": True,
            "includeObjectsCollectedByMinorGC": True,
        },
    )
    page.wait_for_timeout(1000 * duration_s)
    profile = devtools.send("HeapProfiler.stopSampling")["profile"]
    maps = len(page.evaluate("takeFigures()")["mapMs"])
    growth_bytes = _heap_bytes(devtools) - before_bytes
    allocated = list(_allocations(profile["head"]))
    devtools.detach()
    return Memory(
        maps=maps,
        allocated_bytes=sum(size for _, size in allocated) / maps,
        path_bytes=sum(size for file, size in allocated if file in _PATH) / maps,
        growth_bytes=growth_bytes / maps,
    )


def _heap_bytes(devtools: CDPSession) -> float:
    """What lives on the heap, and in the buffers that it holds."""
    devtools.send("HeapProfiler.collectGarbage")
    usage = devtools.send("Runtime.getHeapUsage")
    return float(usage["usedSize"]) + float(usage.get("backingStorageSize", 0))


def _allocations(node: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """File and bytes of each place of the page's own scripts in which something was allocated."""
    file = node["callFrame"]["url"].rpartition("/")[2]
    if file not in {"", _SCRIPT.name}:
        yield file, node["selfSize"]
    for child in node["children"]:
        yield from _allocations(child)


def measure(hidden_layers: Sequence[int], duration_s: float) -> Figures:
    """A spiral is learned by so many layers, with the plane alone on the screen, and then with the diagram."""
    path = find_browser()
    if path is None:
        sys.exit("A browser is needed: install Chrome or Chromium, or name one in BOUNDARY_LAB_BROWSER.")
    with server_process() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        page = browser.new_page(viewport=_WINDOW)
        page.add_init_script(path=_SCRIPT)
        lab = Lab(page, server.address)
        lab.open()
        lab.choose_dataset("Spiral")
        show_network(lab)
        _build(lab, hidden_layers)
        _turn_to(lab, "Plane")
        lab.start()
        page.wait_for_timeout(_WARM_UP_MS)
        alone = watch(page, duration_s)
        _turn_to(lab, "Network")
        shown = watch(page, duration_s)
        _turn_to(lab, "Plane")
        lab.until(lambda: len(lab.frames) > _REMEMBERED_MAPS)
        memory = weigh(page, duration_s)
        lab.stop()
        browser.close()
    return Figures(**vars(shown), alone=alone, memory=memory)


def _turn_to(lab: Lab, view: Literal["Plane", "Network"]) -> None:
    """Show the plane or the diagram large."""
    lab.page.get_by_role("radio", name=view, exact=True).check()


def _build(lab: Lab, hidden_layers: Sequence[int]) -> None:
    """Set layers and units by the diagram's own buttons."""
    diagram = lab.page.locator("#diagram")
    for _ in range(len(hidden_layers) - 2):
        diagram.get_by_role("button", name="More hidden layers").click()
    until_units(lab, 2, *hidden_layers, 2)
