"""Shelf: which saved runs each session may download, and, where they are not kept, how much of them there may be."""

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.errors import SaveFailedError
from backend.rates import TokenBucket
from backend.runs.env_file import Parent
from backend.settings import Settings
from backend.written_run import Written

_MINUTE_S: Final = 60


@dataclass(slots=True)
class Desk:
    """How far a session is with saving and opening.

    Attributes:
        pace: how often it may save, open, or have a run packed.
        generation: of the model that is spoken of here.
        run_id: under which that one is saved; None before it is for the first time.
        parent: what it was opened from, if it was.
        is_saving: whether a save of it is under way.
    """

    pace: TokenBucket
    generation: int = 0
    run_id: str | None = None
    parent: Parent | None = None
    is_saving: bool = False

    def turn_to(self, generation: int, parent: Parent | None = None) -> None:
        """Speak of this generation from now on; a new one is a run of its own."""
        if generation != self.generation:
            self.generation, self.run_id, self.parent = generation, None, parent


class Shelf:
    """The desks of all sessions, and what they have saved. It belongs to the loop.

    Without keeping, saved runs lie in a directory of the system's for what is temporary, and go with their session, or
    earlier if there are too many.

    Args:
        settings: the limits, and where runs are kept.
        files: the thread for files.
        clock: the time in seconds.
    """

    def __init__(self, settings: Settings, files: Executor, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._files = files
        self._clock = clock
        self._desks: dict[str, Desk] = {}
        # By session and checkpoint, the oldest first.
        self._kept: dict[tuple[str, str], Written] = {}
        self._temporary: Path | None = None

    def directory(self) -> Path:
        """Where runs are saved; called in the thread that saves, which makes a temporary one here.

        Raises:
            SaveFailedError: it cannot be made.
        """
        if self._settings.saving:
            return self._settings.runs_dir
        if self._temporary is None:
            try:
                self._temporary = Path(tempfile.mkdtemp(prefix="boundary-lab-"))
            except OSError as error:
                raise SaveFailedError(f"The server has no place for the run: {error.strerror}.") from error
        return self._temporary

    def desk(self, session_id: str) -> Desk:
        """How far a session is."""
        if session_id not in self._desks:
            per_minute = self._settings.runs_per_minute
            self._desks[session_id] = Desk(TokenBucket(per_minute / _MINUTE_S, per_minute, self._clock))
        return self._desks[session_id]

    def find(self, session_id: str, checkpoint_id: str) -> Written | None:
        """What a session has saved of a checkpoint, None if it may not be had any more."""
        return self._kept.get((session_id, checkpoint_id))

    def keep(self, session_id: str, written: Written) -> None:
        """Let a session download what it has saved; what is oldest goes if it has too much, or all have."""
        key = (session_id, written.run.checkpoint_id)
        before = self._kept.pop(key, None)
        self._kept[key] = written
        if before is not None:
            # The same weights with other settings or points: what nobody can download any more.
            self._remove_unless_kept(before)
        if session_id not in self._desks:
            self._drop(key)
            return
        own = [each for each in self._kept if each[0] == session_id]
        for each in own[: -self._settings.max_saves_per_session]:
            self._drop(each)
        if not self._settings.saving:
            total = sum(each.run.bytes for each in self._kept.values())
            for each in list(self._kept)[:-1]:
                if total <= self._settings.max_temporary_bytes:
                    break
                total -= self._kept[each].run.bytes
                self._drop(each)

    def forget(self, session_id: str) -> None:
        """A session has ended: nobody can download what it has saved."""
        self._desks.pop(session_id, None)
        for each in [key for key in self._kept if key[0] == session_id]:
            self._drop(each)

    def clear(self) -> None:
        """Remove what is temporary; called in a thread that may wait, when nothing is saved any more."""
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _drop(self, key: tuple[str, str]) -> None:
        self._remove_unless_kept(self._kept.pop(key))

    def _remove_unless_kept(self, written: Written) -> None:
        path = written.run.path
        if not self._settings.saving and all(other.run.path != path for other in self._kept.values()):
            self._files.submit(_remove, path)


def _remove(path: Path) -> None:
    """Remove the folder of a run, and the two above it if they are empty by that."""
    shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.parent.rmdir()
        path.parent.parent.rmdir()
