"""Checkpoints, compared to the last bit."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from backend.logic.run_record import Checkpoint


def differences(one: Checkpoint, other: Checkpoint) -> list[str]:
    """The names of all in which two checkpoints differ, `dataset.` before those of their points."""
    found = [
        field.name for field in fields(Checkpoint) if not _is_same(getattr(one, field.name), getattr(other, field.name))
    ]
    if "dataset" in found:
        found.remove("dataset")
        names = [field.name for field in fields(one.dataset)]
        found += [
            f"dataset.{name}"
            for name in names
            if not _is_same(getattr(one.dataset, name), getattr(other.dataset, name))
        ]
    return found


def from_outside(checkpoint: Checkpoint) -> Checkpoint:
    """The same in arrays that nobody can write to, as those are that come from a file."""
    arrays: dict[str, Any] = {
        name: _read_only(getattr(checkpoint, name)) for name in ("parameters", "shuffling", "dropping", "order")
    }
    return replace(checkpoint, **arrays, moments=tuple(map(_read_only, checkpoint.moments)))


def _read_only(array: Any) -> Any:
    copied = array.copy()
    copied.flags.writeable = False
    return copied


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and one and isinstance(one[0], np.ndarray):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return bool(one == other)
