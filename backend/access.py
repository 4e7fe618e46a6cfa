"""Access: who may come in where the server has a token. The contract is specs/005-holds/contracts/access.md."""

import hmac
import secrets
from collections.abc import Mapping
from http.cookies import Morsel
from typing import Final, Protocol

COOKIE: Final = "boundary_lab_token"
PARAMETER: Final = "token"
"""What the token is called in a link."""

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""31 characters that nobody takes for one another: each is worth 4.9 bits."""
_GROUPS: Final = 3
_GROUP_LENGTH: Final = 5


class Request(Protocol):
    """What Tornado tells of a request."""

    @property
    def cookies(self) -> Mapping[str, Morsel[str]]:
        """Those that came with it."""


class Access:
    """Knows the token, and compares in a time that does not depend on how much of it is right.

    Args:
        token: what opens the server; None lets everybody in.
    """

    def __init__(self, token: str | None) -> None:
        self.token = token
        self._expected = None if token is None else token.encode()

    def is_right(self, given: bytes) -> bool:
        """Whether this is the token."""
        return self._expected is None or hmac.compare_digest(given, self._expected)

    def allows(self, request: Request) -> bool:
        """Whether a request may come in by the cookie that it brings."""
        cookie = request.cookies.get(COOKIE)
        return self.is_right(b"" if cookie is None else cookie.value.encode())


def link_wanted(request: Request, *, in_class: bool) -> str:
    """The sentence for a page that may not come in: it has never had the link, or that of another day.

    Args:
        request: what it came with.
        in_class: whether the server is a class's.
    """
    match in_class, COOKIE in request.cookies:
        case True, False:
            return "This class needs its link. Open the link or QR code that you were given."
        case True, True:
            return "This class has a new code. Open its new link or QR code, then come back to this page."
        case False, False:
            return "This server needs its link. Open the link that you were given."
        case _:
            return "This server has a new link. Open it, then come back to this page."


def make_token() -> str:
    """A new token, 74 bits: three groups of five, such as k7m4p-2xqpd-9hrtw, to be typed from a wall."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
