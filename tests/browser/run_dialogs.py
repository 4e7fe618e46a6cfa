"""The dialogs in which runs are saved and opened, by hand."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import FilePayload, Locator

from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.stand_in import StandIn

ZIP: FilePayload = {"name": "mine.zip", "mimeType": "application/zip", "buffer": b"PK\5\6" + bytes(18)}
Played = Callable[..., tuple[Lab, StandIn]]


def train(lab: Lab) -> None:
    """Train for an epoch, and wait until it rests: the figures come before that is told."""
    lab.draw(XOR_PLACES)
    lab.until_settled()
    lab.button("Step").click()
    lab.until(lambda: lab.number("epoch") == 1)
    lab.until_state("PAUSED")


def dialog(lab: Lab) -> Locator:
    return lab.page.locator("dialog[open]")


def save(lab: Lab, stand_in: StandIn) -> None:
    """Press Save run, and again in the dialog, and wait until the server has heard it."""
    lab.button("Save run").click()
    heard = len(stand_in.asked)
    dialog(lab).get_by_role("button", name="Save run").click()
    lab.until(lambda: len(stand_in.asked) > heard)


def choose(lab: Lab, payload: FilePayload = ZIP) -> None:
    lab.button("Open run…").click()
    dialog(lab).locator("input[type=file]").first.set_input_files(payload)


def drop(lab: Lab, *paths: Path) -> None:
    """Drop files or folders of the disk on the page, as the file manager does."""
    session = lab.page.context.new_cdp_session(lab.page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 300, "data": data})
