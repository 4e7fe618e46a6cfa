"""`env.json`: which run this is, and on what it was made. The schema is specs/006-runs/contracts/env.schema.json."""

import functools
import os
import platform
import subprocess
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

from msgspec import Meta, Struct
from msgspec.json import Decoder

from backend.logic.run_record import RunRecord
from backend.runs.decoding import check_format, decode
from backend.runs.layout import ENVIRONMENT, FORMAT, RUN_ID, SHA256, canonical_json, checkpoint_id, config_hash, sha256

_ROOT: Final = Path(__file__).parents[2]
_GIT_LIMIT_S: Final = 5.0

RunId = Annotated[str, Meta(pattern=f"^{RUN_ID.pattern}$")]
Sha256 = Annotated[str, Meta(pattern=f"^{SHA256.pattern}$")]


class Device(NamedTuple):
    """Where the steps of a run are made.

    Attributes:
        name: cpu, cuda or mps.
        gpu_name: of the graphics card, None without one; as all below.
        gpu_driver: its version.
        cuda_version: of CUDA.
        threads: that a step is computed by.
    """

    name: str = "cpu"
    gpu_name: str | None = None
    gpu_driver: str | None = None
    cuda_version: str | None = None
    threads: int = 1


class Parent(NamedTuple):
    """The saved run that a run went on from."""

    run_id: str
    checkpoint_id: str


class Identity(Struct, frozen=True):
    """What `env.json` says of a run that is read.

    Attributes:
        run_id: its name.
        config_hash: of its config.
        checkpoint_id: of its parameters.
        torch_version: of the PyTorch that trained it.
    """

    run_id: RunId
    config_hash: Sha256
    checkpoint_id: Sha256
    torch_version: Annotated[str, Meta(max_length=100)]


_DECODER: Final = Decoder(Identity)


def environment_bytes(record: RunRecord, run_id: str, parent: Parent | None, device: Device, saved: datetime) -> bytes:
    """`env.json` of a run.

    Args:
        record: of the run.
        run_id: its name.
        parent: the run that it went on from, if any.
        device: where it was trained.
        saved: when, in UTC.
    """
    machine = _machine(device)
    return canonical_json(
        {
            "format": FORMAT,
            "run_id": run_id,
            "config_hash": config_hash(record.checkpoint.config),
            "checkpoint_id": checkpoint_id(record.checkpoint.parameters),
            "parent": parent and parent._asdict(),
            "saved": saved.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "seed": record.checkpoint.config.seed,
            "engine": record.engine,
            "is_exact": record.is_exact,
            "git_commit": _git_commit(_ROOT),
            **machine,
            "env_hash": sha256(canonical_json(machine)),
        }
    )


def read_identity(data: bytes) -> Identity:
    """Which run an `env.json` says that it is of.

    Raises:
        RunFileError: it does not say so, or is of a later format.
    """
    check_format(data, ENVIRONMENT)
    return decode(data, _DECODER, ENVIRONMENT)


def _machine(device: Device) -> dict[str, Any]:
    """What may make the same steps give other bits: `env_hash` is the SHA-256 of this as canonical JSON."""
    return {
        "os_version": platform.platform(),
        "machine": platform.machine(),
        "python_version": platform.python_version(),
        "torch_version": version("torch"),
        "numpy_version": version("numpy"),
        "requirements_checksum": _requirements_checksum(),
        "device": device.name,
        "gpu_name": device.gpu_name,
        "gpu_driver": device.gpu_driver,
        "cuda_version": device.cuda_version,
        "threads": device.threads,
    }


@functools.cache
def _requirements_checksum() -> str:
    return sha256((_ROOT / "requirements.txt").read_bytes())


def find_git_commit() -> None:
    """Find out of which commit this program is, which may take a moment; from then on it is known."""
    _git_commit(_ROOT)


@functools.cache
def _git_commit(root: Path) -> str | None:
    """The commit that this program is of, with -dirty behind it if it has been changed since; None without git."""
    # A repository around the project, such as somebody's homework, is not asked, and nothing is written into our own.
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(root.parent), "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "status", "--porcelain=v2", "--branch", "--untracked-files=no"]
    try:
        told = subprocess.run(  # noqa: S603 - nothing in it comes from outside
            command, cwd=root, env=environment, capture_output=True, check=True, timeout=_GIT_LIMIT_S, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    head, *lines = told.stdout.splitlines()
    commit = head.removeprefix("# branch.oid ")
    if commit == "(initial)":
        return None
    is_dirty = any(not line.startswith("#") for line in lines)
    return f"{commit}-dirty" if is_dirty else commit
