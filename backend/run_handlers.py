"""RunDownload: the HTTP handler by which saved runs are downloaded, and what it has in common with RunUpload.

The contract is specs/006-runs/contracts/saving.md.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Final, NamedTuple

from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError

from backend.forwarding import client_address
from backend.gate_pace import GatePace
from backend.guarded import Guarded
from backend.run_files import as_onnx, as_zip
from backend.run_refusals import REASONS, RunRefusedError, refusal_of
from backend.runs.errors import RunFileError
from backend.transfers import Progress

_CHUNK_BYTES: Final = 65_536
_TYPES: Final = {"json": "application/json", "png": "image/png", "zip": "application/zip"}
_GONE: Final = "This run is not there any more. Save it again, then download it."


class RunHandler(Guarded):
    """Answers a refusal as JSON: a sentence, and the file that is the reason, if one is."""

    def set_default_headers(self) -> None:
        """It is one person's: nobody keeps it."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    @property
    def address(self) -> str:
        """From where it is asked for."""
        return client_address(self.request, self.services.settings.trusted_proxies)

    def begin_progress(self) -> Progress:
        """Something begins to move."""
        settings = self.services.settings
        return Progress(settings.run_stall_s, settings.run_bytes_per_second, asyncio.get_running_loop().time)

    def refuse(self, refused: RunRefusedError) -> None:
        """Answer with a refusal."""
        self.set_status(refused.status)
        self.finish_json({"message": str(refused), "file": refused.file})

    def cut_off(self) -> None:
        """End the connection: nothing can be said any more."""
        if isinstance(self.request.connection, HTTP1Connection):
            self.request.connection.close()


class _Wanted(NamedTuple):
    """What is to be downloaded.

    Attributes:
        name: of the file.
        path: where it is, or the folder that it is made of.
        pack: makes it, if it is not there.
    """

    name: str
    path: Path
    pack: Callable[[Path, GatePace], IO[bytes]] | None = None


class RunDownload(RunHandler):
    """GET /runs/<session id>/<checkpoint id>.zip, or one of its files by its name."""

    async def get(self, session_id: str, checkpoint_id: str, name: str) -> None:
        """Answer with the file, a piece at a time: who reads slowly keeps nobody waiting, and not for long."""
        transfer = None
        try:
            wanted = self._wanted(session_id, checkpoint_id, name)
            transfer = await self.services.downloads.enter(session_id, self.address)
            await self._send(await self._opened(wanted), wanted.name)
        except (FileNotFoundError, RunFileError):
            self.refuse(RunRefusedError(_GONE, 404))
        except REASONS as error:
            self.refuse(refusal_of(error))
        except (StreamClosedError, TimeoutError):
            # It has left, or does not read.
            self.cut_off()
        finally:
            if transfer is not None:
                transfer.leave()

    def _wanted(self, session_id: str, checkpoint_id: str, name: str) -> _Wanted:
        """What is asked for.

        Raises:
            RunRefusedError: there is no such thing, or too much of it was asked for.
        """
        shelf = self.services.shelf
        written = shelf.find(session_id, checkpoint_id)
        if written is None:
            raise RunRefusedError(_GONE, 404)
        path, file_name = written.run.path, name.removeprefix("/")
        if any(file_name == file.name for file in written.run.files):
            return _Wanted(file_name, path / file_name)
        if name == ".zip":
            wanted = _Wanted(f"run-{checkpoint_id[:8]}.zip", path, as_zip)
        elif file_name == "model.onnx":
            wanted = _Wanted(file_name, path, as_onnx)
        else:
            raise RunRefusedError("This run has no file of that name.", 404, file_name)
        if not shelf.desk(session_id).pace.take_if_there():
            raise RunRefusedError("You had a run packed very often in the last minute. Please wait a little.", 429)
        return wanted

    async def _opened(self, wanted: _Wanted) -> IO[bytes]:
        """What is asked for, ready to be read."""
        services = self.services
        if wanted.pack is None:
            return await asyncio.get_running_loop().run_in_executor(services.files, wanted.path.open, "rb")
        return await services.worker.run("Packing", partial(wanted.pack, wanted.path))

    async def _send(self, opened: IO[bytes], name: str) -> None:
        """Send all of it.

        Raises:
            TimeoutError: the client does not read, or too slowly.
        """
        loop, thread = asyncio.get_running_loop(), self.services.files
        with opened as file:
            self.set_header("Content-Type", _TYPES.get(name.rpartition(".")[2], "application/octet-stream"))
            self.set_header("Content-Disposition", f'attachment; filename="{name}"')
            progress = self.begin_progress()
            while chunk := await loop.run_in_executor(thread, file.read, _CHUNK_BYTES):
                self.write(chunk)
                async with asyncio.timeout_at(progress.ends_s):
                    await self.flush()
                progress.move(len(chunk))
            async with asyncio.timeout_at(progress.ends_s):
                await self.finish()
