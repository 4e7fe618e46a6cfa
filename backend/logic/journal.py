"""Journal: what a run began with and what was changed since, step by step; bounded."""

from collections.abc import Sequence
from typing import Final, assert_never

from backend.logic.changes import Change, Freeze, SetParameters, UseConfig, UseDataset
from backend.logic.config import RunConfig, differing
from backend.logic.dataset import Dataset
from backend.logic.dataset_difference import DatasetDifference
from backend.logic.run_record import Applied, Beginning, RunRecord

MOST_BYTES: Final = 2 * 2**20
"""What the changes of a run may take. Of one that is changed more nobody can tell how it came where it is."""

_CONFIG_BYTES: Final = 600
_DIFFERENCE_BYTES: Final = 1_000
_VALUE_BYTES: Final = 200
_FROZEN_BYTES: Final = 64
"""What they take in memory, about: a config, a difference without its points, a set value, a frozen parameter."""

STEPWISE_FIELDS: Final = frozenset({"classes", "batch_size", "optimizer"})
"""Fields whose change does something to the run; all others have a value that counts from the next step on."""


class Journal:
    """What has been done to a run. Changes of a kind at one step become one where that is the same.

    Args:
        beginning: what it began with; None if that is not known any more.
        changes: what was changed since.
        config: the present one.
        dataset: the present one.
    """

    def __init__(
        self, beginning: Beginning | None, changes: Sequence[Applied], config: RunConfig, dataset: Dataset
    ) -> None:
        self._beginning = beginning
        self._changes = list(changes)
        self._bytes = sum(_bytes_of(applied.change) for applied in changes)
        self._config, self._dataset = config, dataset
        # What they were before the newest change, None where that is not known.
        self._config_before: RunConfig | None = None
        self._dataset_before: Dataset | None = None
        self._bound()

    @classmethod
    def at_beginning(cls, config: RunConfig, dataset: Dataset) -> "Journal":
        """That of a run to which nothing has been done."""
        return cls(Beginning(config, dataset), (), config, dataset)

    @classmethod
    def of(cls, record: RunRecord) -> "Journal":
        """That of a run that was kept."""
        return cls(record.beginning, record.changes, record.checkpoint.config, record.checkpoint.dataset)

    @property
    def beginning(self) -> Beginning | None:
        """What the run began with; None if too much has been changed since."""
        return self._beginning

    @property
    def changes(self) -> tuple[Applied, ...]:
        """What was changed since, in order."""
        return tuple(self._changes)

    def note(self, step: int, change: Change) -> None:
        """Keep a change that has been made after so many steps."""
        if self._beginning is None:
            return
        newest = self._changes[-1] if self._changes and self._changes[-1].step == step else None
        before = None if newest is None else newest.change
        match change:
            case UseConfig():
                self._note_config(step, change.config, before)
            case UseDataset():
                self._note_dataset(step, change.dataset, before)
            case SetParameters():
                if isinstance(before, SetParameters):
                    self._drop_newest()
                    change = SetParameters({**before.values, **change.values})
                self._append(step, change)
            case Freeze():
                if isinstance(before, Freeze):
                    self._drop_newest()
                self._append(step, change)
            case _:
                assert_never(change)
        self._bound()

    def _note_config(self, step: int, config: RunConfig, before: object) -> None:
        base = self._config
        if isinstance(before, RunConfig) and self._config_before is not None:
            steps_between = differing(self._config_before, before) | differing(before, config)
            if not steps_between & STEPWISE_FIELDS:
                self._drop_newest()
                base = self._config_before
        self._config_before, self._config = base, config
        self._append(step, config)

    def _note_dataset(self, step: int, dataset: Dataset, before: object) -> None:
        base = self._dataset
        if isinstance(before, DatasetDifference) and self._dataset_before is not None:
            self._drop_newest()
            base = self._dataset_before
        self._dataset_before, self._dataset = base, dataset
        self._append(step, DatasetDifference.between(base, dataset))

    def _append(self, step: int, change: "_Kept") -> None:
        self._changes.append(Applied(step, change))
        self._bytes += _bytes_of(change)

    def _drop_newest(self) -> None:
        self._bytes -= _bytes_of(self._changes.pop().change)

    def _bound(self) -> None:
        """Forget everything if it has become too much."""
        if self._bytes > MOST_BYTES:
            self._beginning = None
            self._changes.clear()


_Kept = RunConfig | DatasetDifference | SetParameters | Freeze


def _bytes_of(change: _Kept) -> int:
    """What a kept change takes in memory, about."""
    match change:
        case RunConfig():
            return _CONFIG_BYTES
        case DatasetDifference():
            return _DIFFERENCE_BYTES + change.size_bytes
        case SetParameters():
            return _VALUE_BYTES * (1 + len(change.values))
        case Freeze():
            return _VALUE_BYTES + _FROZEN_BYTES * len(change.parameters)
