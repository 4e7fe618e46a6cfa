"""The HTTP handlers of the page."""

from typing import Final

from tornado import web

from backend.gallery import gallery
from backend.guarded import Guarded, Services

OPEN_FILES: Final = frozenset(
    {
        "favicon.svg",
        "style.css",
        "theme_first.js",
        "door.css",
        "door.js",
        "door_code.js",
        "door_words.js",
        "enter.js",
        "foreign_name.js",
        "words/door_en.js",
    }
)
"""What whoever stands at the door needs to see it, by whatever name they came."""


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
        if not self._finished:
            raise web.HTTPError(404)


class Page(Guarded, web.StaticFileHandler):
    """The files of the page. They are small and local: the browser asks each time whether they have changed."""

    def initialize(self, services: Services, path: str, default_filename: str) -> None:  # type: ignore[override]
        """Take the services and the folder of the page."""
        Guarded.initialize(self, services)
        web.StaticFileHandler.initialize(self, path, default_filename)

    def is_of_door(self) -> bool:
        """The files that the pages at the door are made of."""
        return self.request.path.removeprefix("/") in OPEN_FILES

    def is_admitted(self) -> bool:
        """The door is open to all."""
        return self.is_of_door() or super().is_admitted()

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Refuse what can be no file, before anything asks the file system. What links lead out to Tornado refuses."""
        if "\0" in absolute_path:
            raise web.HTTPError(404)
        return super().validate_absolute_path(root, absolute_path)

    def set_extra_headers(self, path: str) -> None:
        """Have the browser ask each time."""
        del path
        self.set_header("Cache-Control", "no-cache")
