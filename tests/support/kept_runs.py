"""Saving runs and bringing them back over the wire, as the page does."""

import io
import json
import secrets
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httputil import HTTPHeaders

from backend.logic.run_record import RunRecord
from backend.runs.verification import Verification
from tests.support.client import DEADLINE_S, Client, Message
from tests.support.http import fetch


def check_nothing(record: RunRecord, folder: Path, give_way: Callable[[], None], **how: Any) -> None:
    """Write `verification.json` without trying anything out."""
    del record, give_way, how
    found = Verification(0, None, None, None, 0.0, "Nobody has tried it out.")
    (folder / "verification.json").write_text(json.dumps(asdict(found)))


class Held:
    """A check of `train.py` that goes on until it is let go or broken off."""

    def __init__(self) -> None:
        self.goes_on = Event()

    def __call__(self, record: RunRecord, folder: Path, give_way: Callable[[], None], **how: Any) -> None:
        """Wait, then check nothing."""
        with how["waiting"]():
            while not self.goes_on.wait(0.002):
                give_way()
        check_nothing(record, folder, give_way)


async def save(client: Client, **wish: bool | str) -> Message:
    """Have a run saved, and return RUN_SAVED, or the ERROR that came in its place."""
    return await outcome_of(client, (await client.request("SAVE_RUN", **wish))["id"])


def outcomes_of(client: Client, message_id: int) -> list[Message]:
    """What has come of a SAVE_RUN that has been accepted: nothing yet, or one message."""
    return [m for m in client.messages if m.get("id") == message_id and m["type"] in {"RUN_SAVED", "ERROR"}]


async def outcome_of(client: Client, message_id: int) -> Message:
    """How a SAVE_RUN that has been accepted ends."""
    await client.until(lambda: bool(outcomes_of(client, message_id)))
    (end,) = outcomes_of(client, message_id)
    return end


def phases(client: Client, message_id: int) -> list[tuple[str, int]]:
    """How far a save has come by what was told of it: each phase, and how many were before it then."""
    return [(m["phase"], m["ahead"]) for m in client.of_type("RUN_SAVING") if m["id"] == message_id]


async def downloaded(address: str, client: Client, saved: Message, name: str = ".zip") -> bytes:
    """A saved run as a zip, or `/` and the name of one of its files."""
    response = await fetch(address, f"runs/{client.session_id}/{saved['checkpoint_id']}{name}")
    assert response.code == 200, response.body
    return response.body


def left_in(directory: Path) -> list[str]:
    """What lies in the directory of all runs beside the index."""
    return sorted(path.name for path in directory.iterdir() if path.name != "index.jsonl") if directory.exists() else []


def form(parts: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The type and the body of a form with these files."""
    boundary = secrets.token_hex(16)
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, content in parts.items()
    )
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


async def bring(
    address: str, session_id: str, parts: Mapping[str, bytes], headers: Mapping[str, str] | None = None
) -> HTTPResponse:
    """The answer to a run that is brought to be opened in a session."""
    kind, body = form(parts)
    return await AsyncHTTPClient().fetch(
        f"{address}runs/{session_id}",
        raise_error=False,
        method="POST",
        headers=HTTPHeaders({"Content-Type": kind, **(headers or {})}),
        body=body,
        request_timeout=DEADLINE_S,
    )


def why(response: HTTPResponse) -> tuple[int, str, str | None]:
    """Status, sentence and file of a refusal."""
    told: dict[str, Any] = json.loads(response.body)
    return response.code, told["message"], told["file"]


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a zip by their names."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()
