"""The page as a person has it in front of them: what can be done with it, and what can be seen on it."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Literal

from playwright.sync_api import Locator, Page, expect

from tests.browser.pixels import Rgba
from tests.browser.record import Message, Record

PLANE_LIMIT: Final = 6
DEADLINE_MS: Final = 30_000
"""Only what never comes costs it: long enough for a machine ten times as slow as a laptop."""
CLASS_NAME: Final = re.compile(r"^Class \d$")
"""The accessible name of a class's radio."""
_SESSION_KEY: Final = "boundary-lab/session"
# What the page would remember if it were left now.
_REMEMBER: Final = """() => {
  dispatchEvent(new Event("pagehide"));
  return JSON.parse(sessionStorage.getItem("boundary-lab/document"));
}"""
_PIXELS: Final = """(canvas, places) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const scale = canvas.width / 12;
  return places.map(([x, y]) => [...context.getImageData((x + 6) * scale, (6 - y) * scale, 1, 1).data]);
}"""

XOR_PLACES: Final = [
    (x, y, int(x * y < 0)) for x, y in ((2, 2), (4, 4), (4, 2), (2, 4)) for x, y in ((x, y), (-x, y), (x, -y), (-x, -y))
]
"""x, y, label: four points in each quadrant."""


class Lab(Record):
    """One tab, and the record of it."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page)
        self.page = page
        self.address = address
        self.canvas = page.get_by_test_id("canvas")

    def until(self, condition: Callable[[], bool], deadline_ms: float = DEADLINE_MS) -> None:
        """Look at every painted picture whether the condition is true by now.

        Raises:
            TimeoutError: it does not become true in time.
        """
        start: float = self.page.evaluate("performance.now()")
        while not condition():
            now: float = self.page.evaluate("new Promise((go) => requestAnimationFrame(() => go(performance.now())))")
            if now - start > deadline_ms:
                raise TimeoutError

    # Coming and going.

    def open(self) -> None:
        """Load the page and wait until it is connected."""
        self.page.goto(self.address)
        self.until_phase("live")

    def reload(self) -> Message:
        """Load the page again, and return the `SESSION` message that it gets."""
        seen = len(self.of_type("SESSION"))
        self.page.reload()
        self.until_phase("live")
        self.until(lambda: len(self.of_type("SESSION")) > seen)
        return self.of_type("SESSION")[-1]

    def until_phase(self, phase: str, deadline_ms: float = DEADLINE_MS) -> None:
        """Wait for a state of the connection."""
        expect(self.page.get_by_test_id("connection")).to_have_attribute("data-phase", phase, timeout=deadline_ms)

    @property
    def session_id(self) -> str:
        """The id of this tab's session."""
        found: str = self.page.evaluate("(key) => sessionStorage.getItem(key)", _SESSION_KEY)
        return found

    def use_session(self, session_id: str) -> None:
        """Have a session before the page is loaded, as a copied tab has."""
        script = f"sessionStorage.setItem({json.dumps(_SESSION_KEY)}, {json.dumps(session_id)})"
        self.page.add_init_script(script)

    # Drawing.

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the plane is, in CSS pixels of the window."""
        box = self.canvas.bounding_box()
        assert box is not None
        scale = box["width"] / (2 * PLANE_LIMIT)
        return box["x"] + (x + PLANE_LIMIT) * scale, box["y"] + (PLANE_LIMIT - y) * scale

    def click(
        self, x: float, y: float, *, button: Literal["left", "right"] = "left", key: Literal["Shift"] | None = None
    ) -> None:
        """Click at a place of the plane, with a key held down or without."""
        if key is not None:
            self.page.keyboard.down(key)
        self.page.mouse.click(*self.place(x, y), button=button)
        if key is not None:
            self.page.keyboard.up(key)

    def drag(self, *path: tuple[float, float]) -> None:
        """Press at the first place, go to each of the others and let go."""
        self.page.mouse.move(*self.place(*path[0]))
        with self.pressed():
            for x, y in path[1:]:
                self.page.mouse.move(*self.place(x, y), steps=8)

    @contextmanager
    def pressed(self) -> Iterator[None]:
        """With the mouse button down."""
        self.page.mouse.down()
        yield
        self.page.mouse.up()

    def draw(self, places: Iterable[tuple[float, float, int]]) -> None:
        """Click points of several classes, one class after the other."""
        for x, y, label in sorted(places, key=lambda place: place[2]):
            if not self.class_choice(label).is_checked():
                self.class_choice(label).check()
            self.click(x, y)

    def class_choice(self, label: int) -> Locator:
        """The radio of a class."""
        return self.page.get_by_role("radio", name=f"Class {label}", exact=True)

    def choose_tool(self, name: Literal["Point", "Brush", "Erase", "Move"]) -> None:
        """Take another tool."""
        self.page.get_by_role("radio", name=name, exact=True).check()

    def choose_dataset(self, name: str) -> None:
        """Put a ready dataset on the plane, and wait until its points are there."""
        seen = len(self.of_type("POINTS"))
        if not self.button(name).is_visible():
            self.page.locator("#more-datasets summary").click()
        self.button(name).click()
        self.until(lambda: len(self.of_type("POINTS")) > seen)
        expect(self.button(name)).to_have_attribute("aria-pressed", "true")

    def open_drawer(self, name: str) -> None:
        """Open what waits behind one line of text."""
        drawer = self.page.locator(f"details[data-drawer={name}]")
        if drawer.get_attribute("open") is None:
            drawer.locator("summary").click()

    def remembered_points(self) -> list[list[float]]:
        """What the page would remember of its points: id, x, y, label and, where there is one, the value."""
        points: list[list[float]] = self.page.evaluate(_REMEMBER)["points"]
        return points

    def expect_points(self, count: int, deadline_ms: float = DEADLINE_MS) -> None:
        """Wait until the page counts so many points."""
        text = {0: "no points", 1: "1 point"}.get(count, f"{count:,} points")
        expect(self.page.locator("#point-count")).to_have_text(text, timeout=deadline_ms)

    @property
    def count(self) -> int:
        """How many points the page counts."""
        words = self.page.locator("#point-count").inner_text().split()
        return 0 if words[0] == "no" else int(words[0].replace(",", ""))

    def rows_on_server(self) -> list[tuple[float, float, int]]:
        """x, y and label of what the server holds, learned by loading the page again once all edits have arrived."""
        self.until_settled()
        return [(x, y, label) for _, x, y, label, *_ in self.reload()["state"]["points"]]

    def until_settled(self) -> None:
        """Wait until the server has answered everything and holds what the page shows."""
        self.until(lambda: not self.unanswered() and self._has_arrived())

    def _has_arrived(self) -> bool:
        remembered: Message = self.page.evaluate(_REMEMBER)
        configs = [m.get("state", m)["config"] for m in self.received if m["type"] in {"SESSION", "CONFIG"}]
        confirmed = all(point_id for point_id, *_ in remembered["points"])
        return (
            confirmed
            and not remembered["removed"]
            and not remembered["changed"]
            and remembered["config"] == configs[-1]
        )

    # Training.

    def choose_speed(self, choice: Literal["full", "30 epoch", "10 epoch", "3 epoch", "10 step"]) -> None:
        """Choose how fast it trains: held back, what can be seen between two looks depends on no machine."""
        self.page.locator("#speed-choice").select_option(choice)

    def button(self, name: str) -> Locator:
        """A button by its accessible name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def start(self) -> None:
        """Start training by the button, and wait until it says so."""
        self.button("Start training").click()
        self.until_state("TRAINING")

    def stop(self) -> None:
        """Stop training by the button, and wait until the map of the last step has been painted."""
        self.button("Stop training").click()
        self.until_state("PAUSED")
        self.until(lambda: self.frames[-1].step == self.of_type("TRAINING_STATUS")[-1]["step"])
        self.until(lambda: {"type": "ACK", "seq": self.frames[-1].seq} in self.sent_of_type("ACK")[-2:])

    def until_state(self, *states: str, deadline_ms: float = DEADLINE_MS) -> None:
        """Wait for one of some states of the run."""
        pattern = re.compile(f"^({'|'.join(states)})$")
        expect(self.page.get_by_test_id("run-state")).to_have_attribute("data-state", pattern, timeout=deadline_ms)

    @property
    def state(self) -> str | None:
        """The state of the run, as the page shows it."""
        return self.page.get_by_test_id("run-state").get_attribute("data-state")

    def text(self, test_id: str) -> str:
        """What a figure says."""
        return self.page.get_by_test_id(test_id).inner_text()

    def number(self, test_id: str) -> float:
        """What a figure says, as a number; what is not there is NaN, a loss below what is shown is 0."""
        text = self.text(test_id).replace(",", "").removesuffix("\u2009%")
        if text == "\u2013":
            return float("nan")
        if text.endswith("\u2009k"):
            return 1000 * float(text.removesuffix("\u2009k"))
        return 0.0 if text.startswith("<") else float(text)

    def until_further(self) -> None:
        """Wait until the step has gone up."""
        step = self.number("step")
        self.until(lambda: self.number("step") > step)

    def until_trained(self, accuracy: str = "100.0\u2009%", deadline_ms: float = DEADLINE_MS) -> None:
        """Wait until so many of the training points are classified right."""
        expect(self.page.get_by_test_id("train-accuracy")).to_have_text(accuracy, timeout=deadline_ms)

    # Looking.

    def pixels(self, places: Sequence[tuple[float, float]]) -> list[Rgba]:
        """The canvas's colours at places of the plane."""
        found: list[Rgba] = [tuple(pixel) for pixel in self.canvas.evaluate(_PIXELS, places)]
        return found

    def notice(self) -> Locator:
        """The sentence that the page has to say."""
        return self.page.locator("#notice-text")

    def expect_notice(self, pattern: str, deadline_ms: float = DEADLINE_MS) -> None:
        """Wait until the page says something."""
        expect(self.notice()).to_have_text(re.compile(pattern), timeout=deadline_ms)
        expect(self.notice()).to_be_visible()
