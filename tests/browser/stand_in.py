"""Answers what a page asks about saved runs, when a test says so; all else is the server's matter."""

import json
from collections.abc import Mapping
from typing import Any, Final

from playwright.sync_api import Request, Route, WebSocketRoute

from tests.browser.lab import Lab
from tests.browser.record import Message

CHECKPOINT: Final = "91bc00f2aa10" + "0123456789abcdef" * 3 + "0123"
SAVED: Final[Message] = {
    "type": "RUN_SAVED",
    "run_id": "20261125T101530Z-4f3a9c1b",
    "config_hash": "3fa8c2e91b04" + "fedcba9876543210" * 3 + "fedc",
    "checkpoint_id": CHECKPOINT,
    "step": 2000,
    "train_loss": 0.02,
    "test_loss": None,
    "train_accuracy": 1.0,
    "test_accuracy": None,
    "linear_train_loss": 0.6931,
    "linear_test_loss": None,
    "linear_train_accuracy": 0.5,
    "linear_test_accuracy": None,
    "kept": True,
    "directory": None,
    "bytes": 312_400,
    "verified_steps": 200,
    "largest_difference": 2.98e-7,
    "is_same_curve": True,
    "why_not_verified": None,
    "replayable": True,
    "changed": False,
    "files": [{"name": name, "bytes": 1000} for name in ("config.json", "train.py", "notebook.ipynb", "formula.tex")],
}


class StandIn:
    """The server's part of saving and opening for one tab; made before the page is loaded.

    Attributes:
        asked: the `SAVE_RUN` messages that have come.
        uploads: the posts that have come and wait for an answer, oldest first.
    """

    def __init__(self, lab: Lab) -> None:
        self.asked: list[Message] = []
        self.uploads: list[Route] = []
        self._lab = lab
        self._socket: WebSocketRoute | None = None
        lab.page.route_web_socket("**/ws/*", self._connect)
        lab.page.route("**/runs/*", self._take, times=100)

    @property
    def _page_socket(self) -> WebSocketRoute:
        assert self._socket is not None
        return self._socket

    def say(self, message: Mapping[str, Any]) -> None:
        """Have the page hear a message."""
        self._page_socket.send(json.dumps(message))

    def tell_phase(self, phase: str, ahead: int = 0) -> None:
        """Have the page hear how far the saving is."""
        self.say({"type": "RUN_SAVING", "id": self.asked[-1]["id"], "phase": phase, "ahead": ahead})

    def saved(self, **changes: Any) -> None:
        """Have the page hear that the run is saved."""
        self.say({**SAVED, "id": self.asked[-1]["id"], **changes})

    def failed(self, sentence: str) -> None:
        """Have the page hear that it could not be saved."""
        self.say(
            {"type": "ERROR", "id": self.asked[-1]["id"], "code": "save_failed", "message": sentence, "path": None}
        )

    def drop_connection(self) -> None:
        """End the connection without a word."""
        self._page_socket.close(code=4000)

    def uploaded(self) -> Request:
        """The run that the page has sent last; waits until there is one that is not answered."""
        self._lab.until(lambda: bool(self.uploads))
        return self.uploads[-1].request

    def refuse(self, sentence: str, status: int = 400) -> None:
        """Answer what was sent last with a refusal."""
        self.uploaded()
        self._lab.may_be_refused = True
        self.uploads.pop().fulfill(status=status, json={"message": sentence, "file": None})

    def accept(self) -> None:
        """Answer that it will be opened, or that settings have been taken over."""
        self.uploaded()
        self.uploads.pop().fulfill(status=200, json={"run_id": None})

    def _take(self, route: Route) -> None:
        if route.request.method == "POST":
            self.uploads.append(route)
        else:
            route.continue_()

    def _connect(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        self._socket = route

        def hear(message: str | bytes) -> None:
            decoded = json.loads(message)
            if decoded["type"] == "SAVE_RUN":
                self.asked.append(decoded)
                self.say({"type": "OK", "id": decoded["id"]})
            else:
                server.send(message)

        route.on_message(hear)
        server.on_message(route.send)
