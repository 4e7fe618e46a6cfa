"""A saved run, read back: only JSON, CSV and safetensors, each bounded before it is read, and checked."""

from importlib.metadata import version
from typing import Final, NamedTuple

from backend.logic.config import RunConfig
from backend.logic.run_record import RunRecord
from backend.logic.stretches import GiveWay, nobody_waits
from backend.runs.changes_file import read_changes
from backend.runs.config_file import read_config
from backend.runs.env_file import Identity, read_identity
from backend.runs.errors import RunFileError
from backend.runs.history_file import read_history
from backend.runs.layout import (
    CHANGES,
    CONFIG,
    ENVIRONMENT,
    HISTORY,
    MANIFEST,
    MODEL,
    MOST_BYTES,
    POINTS,
    STATE,
    STATE_TENSORS,
    checkpoint_id,
    config_hash,
)
from backend.runs.manifest import Manifest, read_manifest
from backend.runs.model_file import read_model
from backend.runs.points_file import read_points
from backend.runs.sources import Source
from backend.runs.state_file import read_state

NOT_CHECKED: Final = f"{MANIFEST} is missing: whether the files are as they were saved could not be checked."


class OpenedRun(NamedTuple):
    """A run that was read.

    Attributes:
        record: all that is kept of it.
        run_id: its name, None if the files do not tell it.
        config_hash: of its config.
        checkpoint_id: of its parameters.
        notes: what a person should know of it, as sentences.
    """

    record: RunRecord
    run_id: str | None
    config_hash: str
    checkpoint_id: str
    notes: tuple[str, ...]


def read_config_alone(source: Source) -> RunConfig:
    """The config of a run, of which nothing else has to be there.

    Raises:
        RunFileError: it is missing or not right.
    """
    return read_config(source.read(CONFIG, MOST_BYTES[CONFIG]))


def read_run(source: Source, give_way: GiveWay = nobody_waits) -> OpenedRun:
    """A run as it was saved.

    Args:
        source: where its files are.
        give_way: called between the parts of the work, and in those that take long.

    Raises:
        RunFileError: a file is missing, too large, not right, or does not go with the others.
    """
    files = _Files(source, give_way)
    config = read_config(files.read(CONFIG))
    dataset = read_points(files.read(POINTS), config, give_way=give_way)
    parameters = read_model(files.read(MODEL), config)
    state = read_state(files.read(STATE), files.read(STATE_TENSORS), config, dataset, parameters, give_way=give_way)
    history = read_history(files.read(HISTORY), give_way)
    beginning, changes = read_changes(files.read(CHANGES), give_way=give_way)
    names = config_hash(config), checkpoint_id(parameters)
    identity = read_identity(files.read(ENVIRONMENT)) if source.has(ENVIRONMENT) else None
    if identity is not None:
        _check_identity(identity, *names)
    is_other_version = identity is not None and identity.torch_version != version("torch")
    record = RunRecord(
        checkpoint=state.checkpoint,
        beginning=beginning,
        changes=changes,
        history=history,
        moments=state.moments,
        engine=state.engine,
        is_exact=state.is_exact and not (is_other_version and state.checkpoint.step),
    )
    return OpenedRun(record, None if identity is None else identity.run_id, *names, _notes(files.manifest, identity))


class _Files:
    """The files of a source, each checked with the manifest if there is one.

    Attributes:
        manifest: of the run, None if it is missing.
    """

    def __init__(self, source: Source, give_way: GiveWay) -> None:
        self._source, self._give_way = source, give_way
        has_manifest = source.has(MANIFEST)
        self.manifest = read_manifest(source.read(MANIFEST, MOST_BYTES[MANIFEST])) if has_manifest else None

    def read(self, name: str) -> bytes:
        self._give_way()
        data = self._source.read(name, MOST_BYTES[name])
        if self.manifest is not None:
            self._give_way()
            self.manifest.check(name, data, self._give_way)
        self._give_way()
        return data


def _check_identity(identity: Identity, config: str, checkpoint: str) -> None:
    if identity.config_hash != config:
        raise RunFileError(CONFIG, f"is not the one that {ENVIRONMENT} names: its checksum is another")
    if identity.checkpoint_id != checkpoint:
        raise RunFileError(MODEL, f"has not the weights that {ENVIRONMENT} names: their checksum is another")


def _notes(manifest: Manifest | None, identity: Identity | None) -> tuple[str, ...]:
    notes = [] if manifest is not None else [NOT_CHECKED]
    here = version("torch")
    if identity is not None and identity.torch_version != here:
        notes.append(
            f"This run was trained by PyTorch {identity.torch_version}, and here is {here}: "
            "from here on the last digits may be others."
        )
    return tuple(notes)
