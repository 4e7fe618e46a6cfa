"""Guarded: what every handler has: its services, security headers, and a door for whoever may not come in."""

import logging
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec
from tornado import web
from tornado.httputil import split_host_and_port

from backend.access import COOKIE, PARAMETER, Access
from backend.admission import Admission
from backend.forwarding import is_secure
from backend.gate_thread import GateThread
from backend.opening import Opener
from backend.renderer import Renderer
from backend.saving import Saver
from backend.sessions import SessionRegistry
from backend.settings import EVERYWHERE, LOOPBACK_NAMES, Settings
from backend.shelf import Shelf
from backend.transfers import Transfers

_log = logging.getLogger(__name__)

FRONTEND: Final = Path(__file__).parent.parent / "frontend"
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
}
"""What every response carries that has a body, errors too."""
_LINKED: Final = frozenset({"/", "/class"})
"""The pages whose links carry the token."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the handlers hand on to.

    Attributes:
        downloads: of runs.
        files: the thread for files.
        worker: the thread that opens runs and packs them.
    """

    settings: Settings
    registry: SessionRegistry
    renderer: Renderer
    admission: Admission
    access: Access
    shelf: Shelf
    saver: Saver
    opener: Opener
    downloads: Transfers
    files: Executor
    worker: GateThread


def is_allowed_host(host: str, settings: Settings) -> bool:
    """Whether a browser may call the server by this Host header: a foreign name may have been rebound to our address.

    Args:
        host: the header, with or without port.
        settings: which names are ours. On all addresses (0.0.0.0, ::) any address will do: only names can be rebound.
    """
    name = split_host_and_port(host.lower())[0].strip("[]")
    if name in {*LOOPBACK_NAMES, settings.address.lower(), *settings.allowed_hosts}:
        return True
    if settings.address not in EVERYWHERE:
        return False
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


class Guarded(web.RequestHandler):
    """What every handler has: security headers, no answer to a foreign Host, and none without the token."""

    services: Services
    _is_turned = False

    def initialize(self, services: Services) -> None:
        """Take what `make_app` hands to every handler."""
        self.services = services

    def set_default_headers(self) -> None:
        """Send these with every response, errors too."""
        for name, value in SECURITY_HEADERS.items():
            self.set_header(name, value)
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse a foreign Host before anything is done, then whoever has no token."""
        if not is_allowed_host(self.request.host, self.services.settings):
            self._refuse_name()
            return
        given = self.request.query_arguments.get(PARAMETER, [])
        if given and self.request.method == "GET" and self.request.path in _LINKED:
            self._take_link(given[-1])
        elif not self.is_admitted():
            self._show_door()

    def is_of_door(self) -> bool:
        """Whether this is what anybody may see."""
        return False

    def is_admitted(self) -> bool:
        """Whether the request may be answered: it brings the token, or needs none."""
        return self.services.access.allows(self.request)

    def finish_json(self, told: Mapping[str, object]) -> None:
        """Answer with JSON."""
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(told))

    def _refuse_name(self) -> None:
        """Answer a foreign Host: a person by a page, which tells the name itself; no answer of ours repeats it."""
        if self.is_of_door():
            return
        if self.request.method != "GET" or "text/html" not in self.request.headers.get("Accept", ""):
            raise web.HTTPError(403, reason="Foreign Host")
        self.set_status(403)
        self._finish_page("foreign_name.html")

    def _take_link(self, given: bytes) -> None:
        """Put the token of a link into a cookie, by a page that then takes it out of the address.

        A redirect would not do: a browser does not send a strict cookie along it when the link stood on another site.
        """
        access = self.services.access
        if not access.is_right(given):
            self._show_door()
            return
        if access.token is not None:
            self.set_cookie(
                COOKIE,
                access.token,
                # None of ours: a browser then takes the folder of the page, so that a sub-path works.
                path="",
                httponly=True,
                samesite="Strict",
                secure=is_secure(self.request, self.services.settings.trusted_proxies),
            )
        self._finish_page("enter.html")

    def _show_door(self) -> None:
        """Answer that a link is needed."""
        self.set_status(403)
        self._finish_page("door.html")

    def _finish_page(self, name: str) -> None:
        """Answer with a page of ours, at whatever depth of addresses."""
        self._is_turned = True
        root = "../" * (self.request.path.count("/") - 1) or "./"
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish((FRONTEND / name).read_text(encoding="utf-8").replace('="./', f'="{root}'))

    def compute_etag(self) -> str | None:
        """None for a page that is shown in place of what was asked for."""
        return None if self._is_turned else super().compute_etag()

    def log_exception(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log what is our fault, and nothing of the request: Tornado's own summary of it holds the address."""
        if isinstance(error, web.HTTPError) or kind is None or error is None:
            return
        _log.error("A request failed.", exc_info=(kind, error, trace), extra={"event": "request_failed"})
