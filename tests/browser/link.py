"""Link: what a tab's connections to the server go through, to be cut and mended by a test."""

from playwright.sync_api import Page, WebSocketRoute


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
        page.route_web_socket("**/ws/*", self._connect)

    def cut(self) -> None:
        """End the connection; no other comes about until it is mended."""
        self._is_cut = True
        self.connections[-1].close(code=4000)

    def mend(self) -> None:
        """Let connections come about again."""
        self._is_cut = False

    def _connect(self, route: WebSocketRoute) -> None:
        if self._is_cut:
            route.close(code=4000)
        else:
            route.connect_to_server()
            self.connections.append(route)
