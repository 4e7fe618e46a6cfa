"""What happens in a tab besides what can be seen: what page and server say to each other, and all trouble."""

import json
import re
from typing import Any, Final

import pytest
from playwright.sync_api import ConsoleMessage, Page, WebSocket

from backend.frames import NEURON_MAPS, MapFrame
from backend.neuron_frames import NeuronFrame
from tests.support.frames import decode_map, decode_neurons

Message = dict[str, Any]

_LOST_CONNECTION: Final = re.compile(
    # Chromium asks for the icon again whenever the address changes.
    r"^WebSocket connection to .* failed|^Failed to load resource: net::ERR_CONNECTION_REFUSED"
)
_REFUSED: Final = re.compile(r"^Failed to load resource: the server responded with a status of [45]\d\d ")

_TELL_CSP: Final = """addEventListener("securitypolicyviolation", (event) => console.error(
  `CSP: ${event.violatedDirective} forbids ${event.blockedURI} ${event.sample}`), { capture: true });"""
"""A report on the console, also of what Chromium blocks without a word."""


class Record:
    """All messages of a tab, and all trouble: errors and warnings on the console, uncaught errors, CSP reports.

    Attributes:
        sent: the messages of the page, oldest first.
        received: the server's text messages, oldest first.
        frames: the maps that have come.
        neurons: the units' maps that have come.
        may_lose_connection: whether Chromium's own lines on refused connections are no trouble.
        may_be_refused: whether those on answers that are refusals are none.
    """

    def __init__(self, page: Page) -> None:
        self.sent: list[Message] = []
        self.received: list[Message] = []
        self.frames: list[MapFrame] = []
        self.neurons: list[NeuronFrame] = []
        self.may_lose_connection = False
        self.may_be_refused = False
        self._troubles: list[str] = []
        page.on("console", self._hear_console)
        page.add_init_script(_TELL_CSP)
        page.on("pageerror", lambda error: self._troubles.append(f"uncaught: {error}"))
        page.on("websocket", self._listen)

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._troubles.append(message.text)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: self.sent.append(json.loads(payload)))
        socket.on("framereceived", self._receive)

    def _receive(self, payload: str | bytes) -> None:
        if isinstance(payload, bytes) and payload[1] == NEURON_MAPS:
            self.neurons.append(decode_neurons(payload))
        elif isinstance(payload, bytes):
            self.frames.append(decode_map(payload))
        else:
            self.received.append(json.loads(payload))

    def of_type(self, kind: str) -> list[Message]:
        """The messages of one type that have come from the server."""
        return [message for message in self.received if message["type"] == kind]

    def sent_of_type(self, kind: str) -> list[Message]:
        """The messages of one type that the page has sent."""
        return [message for message in self.sent if message["type"] == kind]

    def assert_untroubled(self) -> None:
        """Nothing went wrong in the page that nobody asked for."""
        expected = [
            *([_LOST_CONNECTION] if self.may_lose_connection else []),
            *([_REFUSED] if self.may_be_refused else []),
        ]
        lines = [t for t in self._troubles if not any(pattern.match(t) for pattern in expected)]
        if lines:
            pytest.fail("the page was in trouble:\n" + "\n".join(lines), pytrace=False)

    def unanswered(self) -> set[int]:
        """The ids of the messages that the server has not answered yet."""
        answered = {message.get("id") for message in self.received}
        return {message["id"] for message in self.sent if "id" in message and message["id"] not in answered}
