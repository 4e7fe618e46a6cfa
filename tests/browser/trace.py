"""What Chromium's main thread did in a while: its own events, by name and time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Page

Event = dict[str, Any]

_CATEGORIES: Final = ["devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing"]
_SCRIPTS: Final = ("FunctionCall", "FireAnimationFrame", "TimerFire", "EventDispatch")


class Trace:
    """The events, oldest first; there are none before the while is over."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def named(self, *names: str) -> list[Event]:
        """The events of some names that took a time."""
        return [event for event in self.events if event["name"] in names and "dur" in event]

    def marks(self, name: str) -> list[Event]:
        """The marks that scripts have set by `performance.mark`."""
        return [event for event in self.events if event["name"] == name and "blink.user_timing" in event["cat"]]

    @staticmethod
    def is_inside(event: Event, outer: Event) -> bool:
        """Whether an event happened on the thread and in the time of another."""
        same_thread = (event["pid"], event["tid"]) == (outer["pid"], outer["tid"])
        return same_thread and bool(outer["ts"] <= event["ts"] <= outer["ts"] + outer["dur"])

    def forced_layouts(self) -> list[Event]:
        """Layouts that a script asked for by what it read, in place of one by the browser after all scripts."""
        scripts = self.named(*_SCRIPTS)
        return [layout for layout in self.named("Layout") if any(self.is_inside(layout, script) for script in scripts)]


@contextmanager
def record(page: Page) -> Iterator[Trace]:
    """Records what the page's threads do in the block."""
    browser = page.context.browser
    assert browser is not None
    trace = Trace()
    browser.start_tracing(page=page, categories=_CATEGORIES)
    yield trace
    events = json.loads(browser.stop_tracing())["traceEvents"]
    trace.events = sorted(events, key=lambda event: event["ts"])
