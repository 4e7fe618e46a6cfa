"""The HTTP handlers of the page, and what guards every handler."""

import logging
from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import Final

from tornado import web
from tornado.httputil import split_host_and_port

from backend.admission import Admission
from backend.gallery import gallery
from backend.renderer import Renderer
from backend.sessions import SessionRegistry
from backend.settings import Settings

_log = logging.getLogger(__name__)

_SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Services:
    """What the handlers hand on to."""

    settings: Settings
    registry: SessionRegistry
    renderer: Renderer
    admission: Admission


def is_allowed_host(host: str, settings: Settings) -> bool:
    """Whether a browser may call the server by this Host header: a foreign name may have been rebound to our address.

    Args:
        host: the header, with or without port.
        settings: which names are ours. On all addresses (0.0.0.0, ::) any address will do: only names can be rebound.
    """
    name = split_host_and_port(host.lower())[0].strip("[]")
    if name in {*_LOOPBACK_NAMES, settings.host.lower(), *settings.allowed_hosts}:
        return True
    if settings.host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared with, not bound to
        return False
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


class Guarded(web.RequestHandler):
    """What every handler has: security headers, and no answer to a foreign Host."""

    services: Services

    def initialize(self, services: Services) -> None:
        """Take what `make_app` hands to every handler."""
        self.services = services

    def set_default_headers(self) -> None:
        """Send these with every response, errors too."""
        for name, value in _SECURITY_HEADERS.items():
            self.set_header(name, value)
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse a foreign Host before anything is done."""
        if not is_allowed_host(self.request.host, self.services.settings):
            raise web.HTTPError(403, reason="Foreign Host")

    def log_exception(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log what is our fault, and nothing of the request: Tornado's own summary of it holds the address."""
        if isinstance(error, web.HTTPError) or kind is None or error is None:
            return
        _log.error("A request failed.", exc_info=(kind, error, trace), extra={"event": "request_failed"})


class Datasets(Guarded):
    """GET /datasets.json: the ready data sets. The browser asks each time whether they have changed."""

    def get(self) -> None:
        """Answer with what has been made once for all."""
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-cache")
        self.finish(gallery())


class NotFound(Guarded):
    """Everything else."""

    def prepare(self) -> None:
        """Answer 404."""
        super().prepare()
        raise web.HTTPError(404)


class Page(Guarded, web.StaticFileHandler):
    """The files of the page. They are small and local: the browser asks each time whether they have changed."""

    def initialize(self, services: Services, path: str, default_filename: str) -> None:  # type: ignore[override]
        """Take the services and the folder of the page."""
        Guarded.initialize(self, services)
        web.StaticFileHandler.initialize(self, path, default_filename)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Refuse what can be no file, before anything asks the file system for it."""
        if "\0" in absolute_path:
            raise web.HTTPError(404)
        return super().validate_absolute_path(root, absolute_path)

    def set_extra_headers(self, path: str) -> None:
        """Have the browser ask each time."""
        del path
        self.set_header("Cache-Control", "no-cache")
