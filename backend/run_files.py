"""What is done with the files of runs beside who trains, but for saving: they are read, and packed to be downloaded."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from backend.gate_pace import GatePace
from backend.logic.config import RunConfig
from backend.logic.onnx_export import find_onnx, onnx_model
from backend.logic.stretches import GiveWay
from backend.runs.archive import zipped
from backend.runs.kept import KeptRun, newest_of
from backend.runs.layout import CONFIG
from backend.runs.reading import OpenedRun, read_config_alone, read_run
from backend.runs.sources import FilesSource, FolderSource, ZipSource

ZIP: Final = "zip"
"""The part of a form that is a whole run."""
SETTINGS: Final = "settings"
"""The part of a form that is a `config.json` of which nothing else is wanted."""


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
