"""Where the files of a run lie, what they are called, and how a run, its config and its weights are named.

The contract is specs/006-runs/contracts/run_directory.md; a test compares the two.
"""

import hashlib
import json
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from backend.logic.config import RunConfig
from backend.logic.stretches import GiveWay, nobody_waits, pieces

FORMAT: Final = 1
"""Of all files together; a reader refuses a higher one."""

CONFIG: Final = "config.json"
POINTS: Final = "points.csv"
LABELS: Final = "labelmap.json"
LABELS_CHECKSUM: Final = "labelmap.sha256"
HISTORY: Final = "history.csv"
CHANGES: Final = "changes.jsonl"
MODEL: Final = "model.safetensors"
STATE: Final = "state.json"
STATE_TENSORS: Final = "state.safetensors"
ENVIRONMENT: Final = "env.json"
METRICS: Final = "metrics.json"
BASELINE: Final = "baseline.json"
MAP: Final = "map.png"
SCRIPT: Final = "train.py"
NOTEBOOK: Final = "notebook.ipynb"
FORMULA: Final = "formula.tex"
VERIFICATION: Final = "verification.json"
MANIFEST: Final = "manifest.json"
TENSORBOARD: Final = "tb"
FIFTYONE: Final = "fiftyone"
INDEX: Final = "index.jsonl"
"""The only file beside the runs, not in one."""

UNFINISHED: Final = ".tmp-"
"""What the names of folders begin with that are not whole yet, or no longer."""

MOST_BYTES: Final[dict[str, int]] = {
    CONFIG: 65_536,
    POINTS: 1_048_576,
    HISTORY: 2_097_152,
    CHANGES: 8_388_608,
    MODEL: 1_048_576,
    STATE: 1_048_576,
    STATE_TENSORS: 8_388_608,
    ENVIRONMENT: 65_536,
    MANIFEST: 1_048_576,
}
"""What is read of a run, and how large each file may be; nothing else is ever read."""

RUN_ID: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}", re.ASCII)
SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can say
    """The one text of a value: keys sorted, two spaces a level, a newline at the end."""
    return (json.dumps(value, sort_keys=True, indent=2, allow_nan=False) + "\n").encode()


def sha256(data: bytes, give_way: GiveWay = nobody_waits) -> str:
    """As 64 hex digits; `give_way` is called among the bytes."""
    found = hashlib.sha256()
    for piece in pieces(data, give_way):
        found.update(piece)
    return found.hexdigest()


def config_bytes(config: RunConfig) -> bytes:
    """`config.json`: every field of the config and the format, the same bytes for configs that are equal."""
    # Through the wire and back: a number that a field has as float is one, however it was written.
    resolved = msgspec.json.decode(msgspec.json.encode(config), type=RunConfig)
    values: dict[str, Any] = msgspec.to_builtins(resolved)
    # Adding 0.0 makes -0.0 what it equals.
    plain = {name: value + 0.0 if isinstance(value, float) else value for name, value in values.items()}
    return canonical_json(plain | {"format": FORMAT})


def config_hash(config: RunConfig) -> str:
    """SHA-256 of `config.json`, as 64 hex digits."""
    return sha256(config_bytes(config))


def checkpoint_id(parameters: NDArray[np.float32]) -> str:
    """SHA-256 of the parameters (P,) as little-endian float32 in the order of `Architecture`, as 64 hex digits."""
    return sha256(np.ascontiguousarray(parameters, "<f4").tobytes())


def new_run_id(now: datetime | None = None) -> str:
    """A name for a run, such as 20261125T101530Z-4f3a9c1b: later ones sort behind, and no two are the same.

    Args:
        now: when the run begins to be kept; None for this moment.
    """
    return f"{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def run_path(run_id: str, config: str, checkpoint: str) -> str:
    """Where a run lies, from the directory of all of them on.

    Args:
        run_id: of the run.
        config: its config_hash.
        checkpoint: its checkpoint_id.
    """
    return f"{run_id}/{config}/{checkpoint}"


def folder_of(runs_dir: Path, path: str) -> Path:
    """The folder of a run.

    Args:
        runs_dir: the directory of all runs.
        path: of this one, as `run_path` gives it.

    Raises:
        ValueError: it is not such a path.
    """
    parts = path.split("/")
    match parts:
        case [run_id, config, checkpoint] if (
            RUN_ID.fullmatch(run_id) and SHA256.fullmatch(config) and SHA256.fullmatch(checkpoint)
        ):
            return runs_dir.joinpath(*parts)
        case _:
            raise ValueError(f"{path!r} is no path of a run")
