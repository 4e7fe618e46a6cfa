"""Tensors as safetensors, written and read: names, types and shapes are known before a file is believed."""

from collections.abc import Mapping
from math import prod
from typing import Any, Final, NamedTuple

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from backend.runs.errors import RunFileError
from backend.runs.layout import CONFIG

Tensors = Mapping[str, NDArray[Any]]

_TYPES: Final[dict[str, np.dtype[Any]]] = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8"), "U8": np.dtype("u1")}
_NAME_LENGTH: Final = 40


class TensorKind(NamedTuple):
    """What a tensor has to be.

    Attributes:
        dtype: as safetensors calls it: F32, I64 or U8.
        shape: its sizes.
    """

    dtype: str
    shape: tuple[int, ...]


def tensor_bytes(tensors: Tensors, metadata: Mapping[str, str] | None = None) -> bytes:
    """A safetensors file of these tensors, float32, int64 or uint8, with this metadata."""
    data: bytes = safetensors.numpy.save(
        {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()},
        metadata=dict(metadata) if metadata else None,
    )
    return data


def read_tensors(data: bytes, kinds: Mapping[str, TensorKind], file: str) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file, each a copy of its own.

    Args:
        data: what is in the file.
        kinds: what has to be in it, and nothing else.
        file: its name.

    Raises:
        RunFileError: something else is, or it is not whole.
    """
    wanted = sum(prod(kind.shape) * _TYPES[kind.dtype].itemsize for kind in kinds.values())
    if len(data) < wanted:
        raise RunFileError(file, f"is cut off: it has {len(data):,} bytes, its tensors alone need {wanted:,}")
    try:
        found = dict(safetensors.deserialize(data))  # type: ignore[no-untyped-call]
    except safetensors.SafetensorError as error:
        raise RunFileError(file, f"is not a whole safetensors file: {str(error).rstrip('.')}") from error
    if missing := [name for name in kinds if name not in found]:
        raise RunFileError(file, f"has no tensor {missing[0]}, which the settings of {CONFIG} need")
    if foreign := [name for name in found if name not in kinds]:
        raise RunFileError(
            file, f"has a tensor {foreign[0][:_NAME_LENGTH]!r} that the settings of {CONFIG} do not need"
        )
    return {name: _array(found[name], kind, name, file) for name, kind in kinds.items()}


def _array(tensor: Mapping[str, Any], kind: TensorKind, name: str, file: str) -> NDArray[Any]:
    if tensor["dtype"] != kind.dtype:
        raise RunFileError(file, f"has {name} as {tensor['dtype']}, not {kind.dtype}")
    if tuple(tensor["shape"]) != kind.shape:
        shape, wanted = (" x ".join(map(str, sizes)) or "1" for sizes in (tensor["shape"], kind.shape))
        raise RunFileError(file, f"has {name} in the shape {shape[:_NAME_LENGTH]}, not {wanted}")
    array: NDArray[Any] = np.frombuffer(tensor["data"], _TYPES[kind.dtype]).reshape(kind.shape).copy()
    return array


def check_finite(array: NDArray[np.float32], what: str, file: str) -> None:
    """See that every number is one.

    Args:
        array: any shape, float32.
        what: what they are, as a plural.
        file: whose they are.

    Raises:
        RunFileError: one is not.
    """
    if not np.isfinite(array).all():
        raise RunFileError(file, f"has {what} that are no numbers or infinite")
