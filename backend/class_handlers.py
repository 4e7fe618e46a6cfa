"""What the page for the projector reads: the link of the class, its QR code, and how many are in."""

from tornado.httputil import split_host_and_port

from backend.classroom import class_host, link, qr_svg
from backend.forwarding import is_secure
from backend.guarded import Guarded
from backend.http_handlers import Page
from backend.settings import ALL_ADDRESSES, LOOPBACK_NAMES


class ClassPage(Page):
    """GET /class."""

    def parse_url_path(self, url_path: str) -> str:
        """Its file."""
        return f"{url_path}.html"


class _ClassLink(Guarded):
    def address(self) -> str | None:
        """By which others call the server as this request did; None without --class, or without a network."""
        settings = self.services.settings
        if not settings.classroom:
            return None
        name, port = split_host_and_port(self.request.host.lower())
        host: str | None = name
        if name.strip("[]") in LOOPBACK_NAMES:
            host = class_host(ALL_ADDRESSES)
        if host is None:
            return None
        scheme = "https" if is_secure(self.request, settings.trusted_proxies) else "http"
        return f"{scheme}://{host}{'' if port is None else f':{port}'}/"

    def set_default_headers(self) -> None:
        """It holds the token: nobody keeps it."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")


class ClassLink(_ClassLink):
    """GET /class.json: the address and the token, both null where there is none to show, and how many are in.

    Whose connection is lost, or whose page is closed, is away and may come back in the resume window.
    """

    def get(self) -> None:
        """Answer with JSON."""
        settings, address, registry = self.services.settings, self.address(), self.services.registry
        told = {
            "class": settings.classroom,
            "address": address,
            "token": None if address is None else settings.token,
            "present": registry.connected_count,
            "away": len(registry) - registry.connected_count,
        }
        self.finish_json(told)


class ClassCode(_ClassLink):
    """GET /class.svg: the link as a QR code."""

    def get(self) -> None:
        """Answer with a picture, or 404 where there is no address to show."""
        address = self.address()
        if address is None:
            self.send_error(404)
            return
        self.set_header("Content-Type", "image/svg+xml")
        self.finish(qr_svg(link(address, self.services.settings.token)))
