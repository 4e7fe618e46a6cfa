"""The HTTP handlers of saved runs: what was saved can be downloaded, and what was downloaded can be brought back.

The contract is specs/006-runs/contracts/saving.md.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

import msgspec
from tornado import web
from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPFile, HTTPInputError, ParseMultipartConfig, parse_multipart_form_data
from tornado.iostream import StreamClosedError

from backend.gate_pace import GatePace, GivenUpError
from backend.http_handlers import Guarded
from backend.logic.onnx_export import ExportMissingError
from backend.opening import OpenRefusedError
from backend.run_files import as_onnx, as_zip
from backend.runs.errors import RunFileError

_CHUNK_BYTES: Final = 65_536
_LONGEST_CHUNK_S: Final = 30.0
"""A client that does not take a chunk within so long is left."""
FORM_BYTES: Final = 65_536
"""What a form may add to the files in it."""
_FORM: Final = ParseMultipartConfig(max_parts=64, max_part_header_size=4_096)
_TYPES: Final = {"json": "application/json", "png": "image/png", "zip": "application/zip"}
_GONE: Final = "This run is not there any more. Save it again, then download it."


class _RunHandler(Guarded):
    """Answers a refusal as JSON: a sentence, and the file that is the reason, if one is."""

    def set_default_headers(self) -> None:
        """It is one person's: nobody keeps it."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def refuse(self, status: int, message: str, file: str | None = None) -> None:
        """Answer with a refusal."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode({"message": message, "file": file}))

    def cut_off(self) -> None:
        """End the connection: nothing can be said any more."""
        if isinstance(self.request.connection, HTTP1Connection):
            self.request.connection.close()


class RunDownload(_RunHandler):
    """GET /runs/<session id>/<checkpoint id>.zip, or one of its files by its name."""

    async def get(self, session_id: str, checkpoint_id: str, name: str) -> None:
        """Answer with the file, a piece at a time: who reads slowly keeps nobody waiting."""
        shelf, downloads = self.services.shelf, self.services.downloads
        written = shelf.find(session_id, checkpoint_id)
        if written is None:
            self.refuse(404, _GONE)
            return
        path, file_name = written.run.path, name.removeprefix("/")
        pack: Callable[[Path, GatePace], IO[bytes]] | None = None
        if any(file_name == file.name for file in written.run.files):
            path /= file_name
        elif name == ".zip":
            pack, file_name = as_zip, f"run-{checkpoint_id[:8]}.zip"
        elif file_name == "model.onnx":
            pack = as_onnx
        else:
            self.refuse(404, "This run has no file of that name.", file_name)
            return
        if pack is not None and not shelf.desk(session_id).pace.take_if_there():
            self.refuse(429, "You had a run packed very often in the last minute. Please wait a little.")
            return
        if not downloads.enter():
            self.refuse(503, "Many runs are being downloaded at this moment. Please try again in a minute.")
            return
        try:
            await self._send(await self._opened(path, pack), file_name)
        except (FileNotFoundError, RunFileError):
            self.refuse(404, _GONE)
        except GivenUpError as error:
            self.refuse(503, str(error))
        except ExportMissingError as error:
            self.refuse(501, str(error))
        except (StreamClosedError, TimeoutError):
            # It has left, or does not read.
            self.cut_off()
        finally:
            downloads.leave()

    async def _opened(self, path: Path, pack: Callable[[Path, GatePace], IO[bytes]] | None) -> IO[bytes]:
        """A file as it is, or what is made of the folder of a run."""
        services = self.services
        if pack is None:
            return await asyncio.get_running_loop().run_in_executor(services.files, path.open, "rb")
        return await services.worker.run("Packing", partial(pack, path))

    async def _send(self, opened: IO[bytes], file_name: str) -> None:
        loop, thread = asyncio.get_running_loop(), self.services.files
        with opened as file:
            self.set_header("Content-Type", _TYPES.get(file_name.rpartition(".")[2], "application/octet-stream"))
            self.set_header("Content-Disposition", f'attachment; filename="{file_name}"')
            while chunk := await loop.run_in_executor(thread, file.read, _CHUNK_BYTES):
                self.write(chunk)
                async with asyncio.timeout(_LONGEST_CHUNK_S):
                    await self.flush()
            await self.finish()


@web.stream_request_body
class RunUpload(_RunHandler):
    """POST /runs/<session id>: a run that shall be opened in the session, as a form."""

    _refused: OpenRefusedError | None = None
    _has_entered = False
    _body: bytearray

    def prepare(self) -> None:
        """Refuse a foreign page, and say how much may come, in which time."""
        super().prepare()
        if self._finished:
            return
        if not self._is_own_page():
            raise web.HTTPError(403, reason="Foreign Origin")
        settings, connection = self.services.settings, self.request.connection
        most_bytes = settings.max_run_bytes + FORM_BYTES
        length = self.request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > most_bytes:
            self.refuse(413, f"This is too large for a run: it can have {settings.max_run_bytes:,} bytes.")
            return
        self._body = bytearray()
        if isinstance(connection, HTTP1Connection):
            connection.set_max_body_size(most_bytes)
            connection.set_body_timeout(settings.run_upload_timeout_s)
        try:
            self.services.opener.enter(self.path_args[0])
            self._has_entered = True
        except OpenRefusedError as refused:
            # It is told when all has come: a browser that still sends would not hear it.
            self._refused = refused

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

    async def post(self, session_id: str) -> None:
        """Open what has come."""
        try:
            if self._refused is not None:
                raise self._refused
            loop = asyncio.get_running_loop()
            parts = await loop.run_in_executor(self.services.files, self._parts)
            run_id = await self.services.opener.open(session_id, parts)
        except OpenRefusedError as refused:
            self.refuse(refused.status, str(refused), refused.file)
            return
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode({"run_id": run_id}))

    def on_finish(self) -> None:
        """It is over."""
        self._leave()

    def on_connection_close(self) -> None:
        """The client has left, or was cut off."""
        super().on_connection_close()
        self._leave()

    def _leave(self) -> None:
        if self._has_entered:
            self._has_entered = False
            self.services.opener.leave()

    def _parts(self) -> Mapping[str, bytes]:
        """The parts of the form, by their names; called in the thread for files.

        Raises:
            OpenRefusedError: it is none.
        """
        boundary = self.request.headers.get("Content-Type", "").partition("boundary=")[2]
        fields: dict[str, list[bytes]] = {}
        files: dict[str, list[HTTPFile]] = {}
        try:
            body, self._body = bytes(self._body), bytearray()
            parse_multipart_form_data(boundary.encode(), body, fields, files, config=_FORM)
        except (HTTPInputError, ValueError) as error:
            raise OpenRefusedError("The files did not arrive whole. Please try again.", 400) from error
        return {name: found[-1].body for name, found in files.items()}
