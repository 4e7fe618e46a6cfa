"""How much of the memory that this process may have it uses: the machine's, or its control group's if that has less."""

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import psutil

_PROCESS: Final = psutil.Process()
_ROOT: Final = Path("/")
_TRIM: Final = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


class _Version(NamedTuple):
    """Where a version of Linux' control groups tells what.

    Attributes:
        mount: where the groups are, below the root of the file system.
        limit: the file with the bytes that a group may use, or a word if it may use all.
        usage: the file with the bytes that it uses, files that are only cached among them.
        cached: the line of its statistics that tells how much of that can be had back at once.
    """

    mount: str
    limit: str
    usage: str
    cached: str


_V2: Final = _Version("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file")
_V1: Final = _Version("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def used_ratio() -> float:
    """The part of what this process could have that it has, 0 to 1.

    What others use is not there to be had: where they leave little, little is enough to be near 1, and to give it back
    helps; where they leave much, it is no matter how much they have.
    """
    own = _PROCESS.memory_info().rss
    available = psutil.virtual_memory().available
    in_group = group_available(_ROOT)
    return own / (own + max(0, available if in_group is None else min(available, in_group)))


def give_back() -> None:
    """Give the system back what was freed; from any thread.

    The C library keeps it for what comes next: without this, ending a session would change nothing that can be seen.
    Only that of GNU can be told to; others are left to themselves.
    """
    if _TRIM is not None:
        _TRIM(0)


def group_available(root: Path) -> int | None:
    """Bytes that the control group of this process, and all around it, may still use; None if none has a limit.

    Args:
        root: of the file system.
    """
    left = [room for version, folder in _groups(root) if (room := _room(version, folder)) is not None]
    return min(left, default=None)


def _groups(root: Path) -> Iterator[tuple[_Version, Path]]:
    """The groups that this process is in, the innermost first, as far as they can be seen from here."""
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        version = _V1 if controllers else _V2
        mount = root / version.mount
        # In a container the path may be that of the machine, and only the mount itself be there.
        inner = mount / path.lstrip("/")
        for folder in (inner, *inner.parents):
            yield version, folder
            if folder == mount:
                break


def _room(version: _Version, folder: Path) -> int | None:
    limit, usage = _lines(folder / version.limit), _lines(folder / version.usage)
    if not (limit and usage and limit[0].isdecimal()):
        return None
    statistics = dict(line.split() for line in _lines(folder / "memory.stat"))
    return int(limit[0]) - int(usage[0]) + int(statistics.get(version.cached, 0))


def _lines(file: Path) -> list[str]:
    """Of a file that need not be there."""
    try:
        return file.read_text().splitlines()
    except OSError:
        return []
