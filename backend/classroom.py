"""What --class adds: a server that the whole room can reach, with a token, and a link and a QR code to show."""

import dataclasses
import io
import sys
from typing import Final

import segno

from backend.access import PARAMETER, make_token
from backend.lan import lan_addresses
from backend.settings import EVERYWHERE, Settings

_QUIET_ZONE: Final = 2
"""Modules of white around a code; the page adds more."""


def for_class(settings: Settings) -> Settings:
    """The settings, and with --class a token where none was chosen."""
    if not settings.classroom or settings.token is not None:
        return settings
    return dataclasses.replace(settings, token=make_token())


def class_host(host: str) -> str | None:
    """The name by which other devices reach a server that listens on an address; None if there is no network."""
    return next(iter(lan_addresses()), None) if host in EVERYWHERE else host


def link(address: str, token: str | None, page: str = "") -> str:
    """What opens the server: an address that ends with /, and the token in it."""
    return f"{address}{page}" if token is None else f"{address}{page}?{PARAMETER}={token}"


def qr_svg(text: str) -> bytes:
    """A QR code as a picture, black on nothing."""
    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(
        picture, kind="svg", omitsize=True, border=_QUIET_ZONE, xmldecl=False, svgclass=None, lineclass=None
    )
    return picture.getvalue()


def announcement(settings: Settings, port: int, own_address: str, encoding: str) -> str:
    """What the teacher reads in the terminal: the link, its QR code, and the page for the projector.

    Args:
        settings: with a host and a token.
        port: where the server listens.
        own_address: by which this computer reaches it.
        encoding: what the terminal can show; where that is too little for a QR code, it is left out.
    """
    host = class_host(settings.address)
    projector = f"For the projector: {link(own_address, settings.token, 'class')}"
    if host is None:
        return (
            "This computer is in no local network, so that nobody else can reach it. Connect it to the Wi-Fi of the "
            f"class: the page for the projector then shows the link.\n{projector}\n"
        )
    address = link(f"http://{host}:{port}/", settings.token)
    code = io.StringIO()
    segno.make_qr(address, error="m").terminal(out=code, compact=True)
    try:
        code.getvalue().encode(encoding)
    except UnicodeEncodeError:
        code = io.StringIO()
    return f"\nFor the class: {address}\n{code.getvalue()}{projector}\n"


def announce(settings: Settings, port: int, own_address: str) -> None:
    """Write it to standard error, past the log: no record holds a token."""
    print(  # noqa: T201 - the command line's own voice
        announcement(settings, port, own_address, sys.stderr.encoding), end="", file=sys.stderr, flush=True
    )
