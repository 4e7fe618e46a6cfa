"""Listener: a socket that keeps answering when no file is left, and keeps no connection that takes nothing."""

import errno
import logging
import os
import socket
import sys
from typing import Any, Final, Self

_FULL: Final = frozenset({errno.EMFILE, errno.ENFILE})

_log = logging.getLogger(__name__)


class Listener(socket.socket):
    """Accepts connections as any listening socket does; one for which no file is left is closed at once.

    Left in the queue it would have the loop turn round and round for nothing, and its client wait.
    Where the system can be told to (Linux), it ends connections whose client takes nothing of what it is sent: an
    answer that is not read would hold a file, or two, for ever.
    """

    _spare: int | None = None

    @classmethod
    def of(cls, listening: socket.socket, untaken_s: float) -> Self:
        """The same socket, taken over from the one that was given.

        Args:
            listening: the one.
            untaken_s: how long a client may take nothing.
        """
        made = cls(listening.family, listening.type, listening.proto, fileno=listening.detach())
        made.setblocking(False)  # noqa: FBT003 - positional-only
        made._spare = _open_spare()
        if sys.platform == "linux":
            # Those that it accepts have it from here.
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(1000 * untaken_s))
        return made

    def accept(self) -> tuple[socket.socket, Any]:
        """See socket.

        Raises:
            BlockingIOError: there is nobody, or nobody who could be taken.
        """
        if self._spare is None:
            # Somebody else took it while it was given up: the first file that is free takes its place.
            self._spare = _open_spare()
        try:
            return super().accept()
        except OSError as error:
            if error.errno not in _FULL or self._spare is None:
                raise
            _log.warning("A connection was closed: %s.", error.strerror, extra={"event": "connection_failed"})
            os.close(self._spare)
            self._spare = None
            try:
                super().accept()[0].close()
            finally:
                self._spare = _open_spare()
            raise BlockingIOError from error

    def close(self) -> None:
        """See socket."""
        super().close()
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None


def _open_spare() -> int | None:
    """A file that is given up when no other is left; None where there is not even this one."""
    try:
        return os.open(os.devnull, os.O_RDONLY)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        return None
