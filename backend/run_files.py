"""What is done with the files of runs: written in the thread that saves, read and packed in the thread for files."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec
from msgspec import Struct

from backend import server_messages
from backend.gate_pace import GatePace
from backend.learners import device_of
from backend.logic.config import RunConfig
from backend.logic.offline import with_present_row
from backend.logic.onnx_export import find_onnx, onnx_model
from backend.logic.run_record import RunRecord
from backend.logic.stretches import GiveWay
from backend.runs.archive import zipped
from backend.runs.colors import ThemeName
from backend.runs.decoding import decode
from backend.runs.env_file import Parent, find_git_commit
from backend.runs.errors import RunFileError, unwritten
from backend.runs.folders import nearest
from backend.runs.kept import KeptRun, newest_of
from backend.runs.layout import BASELINE, CONFIG, METRICS, VERIFICATION, new_run_id
from backend.runs.makers import makers_of
from backend.runs.reading import OpenedRun, read_config_alone, read_run
from backend.runs.script import is_trained_throughout
from backend.runs.sources import FilesSource, FolderSource, ZipSource, read_file
from backend.runs.verification import verify_script
from backend.runs.writing import Maker, SavedRun, save_run
from backend.settings import Settings

T = TypeVar("T")

ZIP: Final = "zip"
"""The part of a form that is a whole run."""
SETTINGS: Final = "settings"
"""The part of a form that is a `config.json` of which nothing else is wanted."""
_MOST_FIGURES_BYTES: Final = 1_048_576


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


class Verified(Struct, frozen=True):
    """What `verification.json` says."""

    steps: int
    largest_difference: float | None
    is_same: bool | None
    why_not: str | None


class SplitScores(Struct, frozen=True):
    """How well a network does on some points.

    Attributes:
        loss: None without points.
        accuracy: the share that it takes for their class; None without points, or in a regression.
    """

    loss: float | None
    accuracy: float | None = None


class Scores(Struct, frozen=True):
    """What `metrics.json` says that a page is told."""

    train: SplitScores
    test: SplitScores


class Baseline(Struct, frozen=True):
    """What `baseline.json` says of it."""

    metrics: Scores


_verified: Final = msgspec.json.Decoder(Verified)
_scores: Final = msgspec.json.Decoder(Scores)
_baseline: Final = msgspec.json.Decoder(Baseline)


@dataclass(frozen=True, slots=True)
class Written:
    """A run that has been saved.

    Attributes:
        run: where it is, and what it is called.
        step: at which it was.
        is_replayable: whether its beginning and its changes give the same bits again.
        is_changed: whether settings, points or weights were changed on the way, and `train.py` has another curve.
        verified: what has come out of trying its `train.py`.
        scores: how well it does.
        linear: how well a linear model does on the same points.
    """

    run: SavedRun
    step: int
    is_replayable: bool
    is_changed: bool
    verified: Verified
    scores: Scores
    linear: Scores


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

        def told(name: str, decoder: msgspec.json.Decoder[T]) -> T:
            return decode(read_file(run.path / name, _MOST_FIGURES_BYTES), decoder, name)

        return Written(
            run,
            record.checkpoint.step,
            record.beginning is not None and record.is_exact,
            not is_trained_throughout(record),
            told(VERIFICATION, _verified),
            told(METRICS, _scores),
            told(BASELINE, _baseline).metrics,
        )

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


def saved_message(message_id: int | None, written: Written, *, kept: bool) -> server_messages.RunSaved:
    """What a page on this computer is told of a run that has been saved."""
    run, verified, scores, linear = written.run, written.verified, written.scores, written.linear
    return server_messages.RunSaved(
        id=message_id,
        run_id=run.run_id,
        config_hash=run.config_hash,
        checkpoint_id=run.checkpoint_id,
        step=written.step,
        train_loss=scores.train.loss,
        test_loss=scores.test.loss,
        train_accuracy=scores.train.accuracy,
        test_accuracy=scores.test.accuracy,
        linear_train_loss=linear.train.loss,
        linear_test_loss=linear.test.loss,
        linear_train_accuracy=linear.train.accuracy,
        linear_test_accuracy=linear.test.accuracy,
        kept=kept,
        directory=str(run.path) if kept else None,
        bytes=run.bytes,
        verified_steps=verified.steps if verified.why_not is None else None,
        largest_difference=verified.largest_difference,
        is_same_curve=verified.is_same,
        why_not_verified=verified.why_not,
        replayable=written.is_replayable,
        changed=written.is_changed,
        files=[server_messages.SavedFile(name, size) for name, size, _ in run.files if "/" not in name],
    )


def read_brought(
    parts: Mapping[str, bytes], runs_dir: Path | None, give_way: GiveWay
) -> OpenedRun | KeptRun | RunConfig:
    """What somebody brings: a run, a config of which a run is kept, or settings alone.

    Args:
        parts: the whole as `zip`, its files by their names, or a config as `settings`.
        runs_dir: the directory of all runs that are kept, None where they may be somebody else's.
        give_way: called every few milliseconds of it.

    Raises:
        RunFileError: it is none.
        KeptRunError: the run that is kept cannot be had.
    """
    if ZIP in parts:
        return read_run(ZipSource(parts[ZIP], give_way), give_way)
    if SETTINGS in parts:
        return read_config_alone(FilesSource({CONFIG: parts[SETTINGS]}))
    files = FilesSource(parts)
    if parts.keys() != {CONFIG}:
        return read_run(files, give_way)
    config = read_config_alone(files)
    kept = None if runs_dir is None else newest_of(runs_dir, config, give_way)
    return kept or config


def as_zip(folder: Path, pace: GatePace) -> BytesIO:
    """A saved run as a zip, packed in turns.

    Raises:
        RunFileError: a file of it is missing.
    """
    return BytesIO(zipped(folder, pace.give_way))


def as_onnx(folder: Path, pace: GatePace) -> BytesIO:
    """The network of a saved run for ONNX, made in turns.

    Raises:
        RunFileError: a file of it is missing or not as it was saved.
        ExportMissingError: what writes it is not installed.
    """
    with pace.waiting():
        # The first time it takes 0.1 to 1 s, most of it reading files.
        find_onnx()
    checkpoint = read_run(FolderSource(folder), pace.give_way).record.checkpoint
    return BytesIO(onnx_model(checkpoint.config, checkpoint.parameters))
