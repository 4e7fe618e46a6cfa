"""RunWriter: writes a run where it belongs, in the thread that saves."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from backend.gate_pace import GatePace
from backend.learners import device_of
from backend.logic.offline import with_present_row
from backend.logic.run_record import RunRecord
from backend.runs.colors import ThemeName
from backend.runs.env_file import Parent, find_git_commit
from backend.runs.errors import RunFileError, unwritten
from backend.runs.folders import nearest
from backend.runs.layout import VERIFICATION, new_run_id
from backend.runs.makers import makers_of
from backend.runs.verification import verify_script
from backend.runs.writing import Maker, save_run
from backend.settings import Settings
from backend.written_run import Written, written_of


@dataclass(frozen=True, slots=True)
class Order:
    """How a run is to be saved.

    Attributes:
        run_id: under which name; None for a new one.
        parent: the saved run that it went on from, if any.
        tensorboard: whether with files for TensorBoard.
        fiftyone: whether with a data set for FiftyOne.
        theme: in which the person sees the page, and so its map.
    """

    run_id: str | None
    parent: Parent | None
    tensorboard: bool
    fiftyone: bool
    theme: ThemeName


class CheckScript(Protocol):
    """Tries out the `train.py` of a run, and writes `verification.json`."""

    def __call__(
        self,
        record: RunRecord,
        folder: Path,
        give_way: Callable[[], None],
        *,
        timeout_s: float,
        waiting: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """Do so.

        Args:
            record: the run.
            folder: where its files are.
            give_way: called while something is computed here, and again and again while it waits.
            timeout_s: how long it may take.
            waiting: what surrounds the time in which nothing is computed here.
        """


class RunWriter:
    """Writes runs, in the thread that saves.

    Args:
        settings: the limits.
        directory: tells where.
        check: tries out their `train.py`.
    """

    def __init__(self, settings: Settings, directory: Callable[[], Path], check: CheckScript = verify_script) -> None:
        self._settings = settings
        self._directory = directory
        self._check = check
        self._device = device_of(settings)

    def write(self, record: RunRecord, order: Order, pace: GatePace, on_checking: Callable[[], None]) -> Written:
        """Write a run; `on_checking` is called when its `train.py` is about to be tried out.

        Raises:
            RunFileError: a file cannot be written; nothing of the run stays.
            GivenUpError: it has been broken off; nothing of the run stays.
        """
        directory = self._directory()
        with pace.waiting():
            find_git_commit()
        _check_space(directory, self._settings.least_free_bytes)
        run = save_run(
            with_present_row(record, pace.give_way),
            directory,
            order.run_id or new_run_id(),
            makers=self._makers(order, pace),
            parent=order.parent,
            device=self._device,
            kept_days=self._settings.kept_days if self._settings.saving else None,
            give_way=pace.give_way,
            on_file=lambda file: on_checking() if file == VERIFICATION else None,
        )
        return written_of(run, record)

    def _makers(self, order: Order, pace: GatePace) -> Sequence[Maker]:
        check = partial(self._check, timeout_s=self._settings.verify_timeout_s, waiting=pace.waiting)
        return makers_of(tensorboard=order.tensorboard, fiftyone=order.fiftyone, theme=order.theme, check=check)


def _check_space(directory: Path, least_bytes: int) -> None:
    """See that enough is free where runs are written, in a directory that need not be there yet.

    Raises:
        RunFileError: it is not.
    """
    try:
        free_bytes = shutil.disk_usage(nearest(directory)).free
    except OSError as error:
        raise unwritten(error, directory.name) from error
    if free_bytes < least_bytes:
        raise RunFileError(directory.name, "cannot take it: the disk of the server is nearly full")
