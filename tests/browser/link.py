"""Link: what a tab's connections to the server go through, to be cut and mended by a test."""

from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute

from tests.browser.lab import XOR_PLACES, Lab


class Link:
    """All connections of a tab from now on.

    Args:
        page: the tab; it has none yet.

    Attributes:
        connections: those that have come about, oldest first.
    """

    def __init__(self, page: Page) -> None:
        self.connections: list[WebSocketRoute] = []
        self._is_cut = False
        self._held: list[Callable[[], None]] | None = None
        page.route_web_socket("**/ws/*", self._connect)

    def cut(self) -> None:
        """End the connection; no other comes about until it is mended."""
        self._is_cut = True
        self.connections[-1].close(code=4000)

    def mend(self) -> None:
        """Let connections come about again."""
        self._is_cut = False

    def stand_still(self) -> None:
        """Let nothing pass, either way; nothing is lost."""
        self._held = []

    def go_on(self) -> None:
        """Let everything pass again, first what has been kept."""
        held, self._held = self._held or [], None
        for send in held:
            send()

    def _pass(self, send: Callable[[], None]) -> None:
        if self._held is None:
            send()
        else:
            self._held.append(send)

    def _connect(self, route: WebSocketRoute) -> None:
        if self._is_cut:
            route.close(code=4000)
            return
        server = route.connect_to_server()
        route.on_message(lambda message: self._pass(lambda: server.send(message)))
        server.on_message(lambda message: self._pass(lambda: route.send(message)))
        self.connections.append(route)


def lost_in_training(lab: Lab) -> Link:
    """Open a page, have it train on the points of XOR, and cut its connection.

    Args:
        lab: the page, not open yet.
    """
    link = Link(lab.page)
    lab.open()
    lab.draw(XOR_PLACES)
    lab.start()
    lab.until(lambda: lab.number("step") > 0)
    lab.until_settled()
    link.cut()
    lab.until_phase("waiting")
    return link
