"""Files of a run that somebody has broken, and what is said of them."""

import json
import re
import struct
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from safetensors.numpy import load, save

from backend.runs.errors import RunFileError
from backend.runs.reading import read_run
from backend.runs.sources import FilesSource, Source

Files = dict[str, bytes]
Break = Callable[[bytes], bytes]


def refusal_of(files: Files) -> str:
    with pytest.raises(RunFileError) as refused:
        read_run(FilesSource(files))
    return str(refused.value)


def check_refusal(files: Files, name: str, change: Break, sentence: str) -> None:
    """See that with this file broken the run is refused, by a short sentence that the expression matches."""
    found = refusal_of(files | {name: change(files[name])})
    assert re.fullmatch(sentence, found, re.DOTALL), found
    assert len(found) < 400


def in_json(**changes: Any) -> Break:
    return lambda data: json.dumps(json.loads(data) | changes).encode()


def in_lines(number: int, line: str) -> Break:
    def replace(data: bytes) -> bytes:
        lines = data.decode().splitlines()
        lines[number - 1 : number] = [line]
        return "\n".join([*lines, ""]).encode()

    return replace


def in_tensors(change: Callable[[dict[str, Any]], Any]) -> Break:
    def replace(data: bytes) -> bytes:
        tensors = load(data)
        change(tensors)
        return bytes(save(tensors))

    return replace


@contextmanager
def allocating_less_than(most_bytes: int) -> Iterator[None]:
    """See that what is done in the block needs no more memory at any time."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most_bytes
    finally:
        tracemalloc.stop()


def what_becomes_of(source: Callable[[], Source]) -> str:
    """Whether a run is opened, or the name of the file by which it is refused."""
    try:
        read_run(source())
    except RunFileError as error:
        return error.file
    return "opened"


def as_bytes(text: str | bytes) -> Break:
    return lambda _: text.encode() if isinstance(text, str) else text


def header_of(text: str, tail: bytes = bytes(2_000)) -> Break:
    return lambda _: struct.pack("<Q", len(text)) + text.encode() + tail
