"""RunUpload: the HTTP handler by which a run is brought that shall be opened.

The contract is specs/006-runs/contracts/saving.md.
"""

import asyncio
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from tornado import web
from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPFile, HTTPInputError, ParseMultipartConfig, parse_multipart_form_data

from backend.run_handlers import RunHandler
from backend.run_refusals import RunRefusedError
from backend.transfers import Progress, Transfer

FORM_BYTES: Final = 65_536
"""What a form may add to the files in it."""
_FORM: Final = ParseMultipartConfig(max_parts=64, max_part_header_size=4_096)


@web.stream_request_body
class RunUpload(RunHandler):
    """POST /runs/<session id>: a run that shall be opened in the session, as a form."""

    _refused: RunRefusedError | None = None
    _transfer: Transfer | None = None
    _progress: Progress | None = None
    _watch: asyncio.TimerHandle | None = None
    _body: bytearray

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse a foreign page, wait for a place, and say how much may come, in which time."""
        super().prepare()
        if self._finished:
            return
        if not self._is_own_page():
            raise web.HTTPError(403, reason="Foreign Origin")
        settings, connection = self.services.settings, self.request.connection
        most_bytes = settings.max_run_bytes + FORM_BYTES
        length = self.request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > most_bytes:
            self.refuse(
                RunRefusedError(f"This is too large for a run: it can have {settings.max_run_bytes:,} bytes.", 413)
            )
            return
        self._body = bytearray()
        if isinstance(connection, HTTP1Connection):
            connection.set_max_body_size(most_bytes)
            connection.set_body_timeout(settings.run_upload_timeout_s)
        try:
            self._transfer = await self.services.opener.enter(self.path_args[0], self.address)
        except RunRefusedError as refused:
            # It is told when all has come: a browser that still sends would not hear it.
            self._refused = refused
        self._progress = self.begin_progress()
        self._keep_watch(self._progress)

    def _is_own_page(self) -> bool:
        """Whether it is our own page that sends, or no page at all."""
        origin = self.request.headers.get("Origin")
        try:
            return origin is None or urlsplit(origin.lower()).netloc == self.request.host.lower()
        except ValueError:
            return False

    def data_received(self, chunk: bytes) -> None:
        """Keep what comes in, if anybody will read it."""
        if self._refused is None:
            self._body += chunk
        if self._progress is not None:
            self._progress.move(len(chunk))
            self._keep_watch(self._progress)

    async def post(self, session_id: str) -> None:
        """Open what has come."""
        self._end_watch()
        try:
            if self._refused is not None:
                raise self._refused
            loop = asyncio.get_running_loop()
            parts = await loop.run_in_executor(self.services.files, self._parts)
            run_id = await self.services.opener.open(session_id, parts)
        except RunRefusedError as refused:
            self.refuse(refused)
            return
        self.finish_json({"run_id": run_id})

    def on_finish(self) -> None:
        """It is over."""
        self._leave()

    def on_connection_close(self) -> None:
        """The client has left, or was cut off."""
        super().on_connection_close()
        self._leave()

    def _keep_watch(self, progress: Progress) -> None:
        """Cut it off when nothing more has come by then."""
        self._end_watch()
        self._watch = asyncio.get_running_loop().call_at(progress.ends_s, self.cut_off)

    def _end_watch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    def _leave(self) -> None:
        self._end_watch()
        if self._transfer is not None:
            self._transfer.leave()

    def _parts(self) -> Mapping[str, bytes]:
        """The parts of the form, by their names; called in the thread for files.

        Raises:
            RunRefusedError: it is none.
        """
        boundary = self.request.headers.get("Content-Type", "").partition("boundary=")[2]
        fields: dict[str, list[bytes]] = {}
        files: dict[str, list[HTTPFile]] = {}
        try:
            body, self._body = bytes(self._body), bytearray()
            parse_multipart_form_data(boundary.encode(), body, fields, files, config=_FORM)
        except (HTTPInputError, ValueError) as error:
            raise RunRefusedError("The files did not arrive whole. Please try again.", 400) from error
        return {name: found[-1].body for name, found in files.items()}
