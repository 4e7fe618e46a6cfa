"""The files that a command is given: read from where the person says, with bounds, and refused by a sentence."""

from pathlib import Path
from typing import Final

from backend.logic.config import MAX_POINTS, RunConfig
from backend.logic.dataset import Dataset
from backend.logic.points import PLANE, TrainingExample
from backend.logic.run_record import Applied, Beginning
from backend.runs.changes_file import read_changes
from backend.runs.config_file import read_config
from backend.runs.errors import RunFileError, unread
from backend.runs.layout import CHANGES, CONFIG, MOST_BYTES, POINTS
from backend.runs.points_file import read_points
from backend.runs.sources import MOST_UNPACKED_BYTES, FolderSource, Source, ZipSource
from backend.runs.tables import read_table

_PLAIN_COLUMNS: Final = ["x", "y", "label"]
_VALUED_COLUMNS: Final = [*_PLAIN_COLUMNS, "value"]


def read_bytes(path: Path, most: int) -> bytes:
    """What is in a file.

    Args:
        path: where it is.
        most: bytes that it may have.

    Raises:
        RunFileError: it has more, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise unread(error, str(path)) from error
    if len(data) > most:
        raise RunFileError(str(path), f"is too large: it may have {most:,} bytes")
    return data


def source_of(path: Path) -> Source:
    """Where the files of a saved run are: in its folder, or in its zip.

    Raises:
        RunFileError: there is no run.
    """
    if path.is_file():
        try:
            return ZipSource(read_bytes(path, MOST_UNPACKED_BYTES))
        except RunFileError as error:
            raise RunFileError(str(path), error.reason) from error
    if not path.exists():
        raise RunFileError(str(path), "is missing")
    source = FolderSource(path)
    if not source.has(CONFIG):
        raise RunFileError(str(path), f"is no run of Boundary Lab: {CONFIG} is missing")
    return source


def config_in(path: Path) -> RunConfig:
    """The config in a file.

    Raises:
        RunFileError: there is none.
    """
    return read_config(read_bytes(path, MOST_BYTES[CONFIG]), str(path))


def points_in(path: Path, config: RunConfig) -> Dataset:
    """The points in a file: of a saved run, or of anybody's making, with the columns x, y, label and perhaps value.

    The latter get ids from 1 on, and the split that the page would give them, by the config's train_fraction and seed.

    Args:
        path: where it is.
        config: whose points they are.

    Raises:
        RunFileError: they are no points of this config, or too many.
    """
    data, file = read_bytes(path, MOST_BYTES[POINTS]), str(path)
    header = data.partition(b"\n")[0].decode(errors="replace").removeprefix("\ufeff").rstrip("\r")
    columns = header.split(",")
    if [name.strip().lower() for name in columns] not in (_PLAIN_COLUMNS, _VALUED_COLUMNS):
        return read_points(data, config, file)
    examples = []
    for row in read_table(data, file, columns, MAX_POINTS, "points"):
        x, y, label, value = [cell.strip() for cell in (*row.cells, "")][: len(_VALUED_COLUMNS)]
        examples.append(
            TrainingExample(
                row.number("x", x, -PLANE, PLANE),
                row.number("y", y, -PLANE, PLANE),
                row.whole("label", label, 0, config.classes - 1),
                row.number("value", value, -1, 1) if value else None,
            )
        )
    return Dataset.empty(config.train_fraction, config.seed).adding(examples)


def changes_in(path: Path) -> tuple[Beginning, tuple[Applied, ...]]:
    """What a run began with, and what was changed on its way, as `changes.jsonl` has it.

    Raises:
        RunFileError: it does not say so, or not enough was kept of it.
    """
    beginning, changes = read_changes(read_bytes(path, MOST_BYTES[CHANGES]), str(path))
    if beginning is None:
        raise RunFileError(str(path), "does not say what the run began with, so nobody can make it again")
    return beginning, changes
