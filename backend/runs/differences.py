"""How figures that were kept differ from those that are found now."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

TOLERANCE: Final = 1e-5
"""Two numbers are the same if they differ by no more, beside the larger one or beside 1."""


def differences(kept: object, found: object) -> list[str]:
    """The names of what differs, such as `train.accuracy`: numbers by more than TOLERANCE, all else at all."""
    return list(_differing(msgspec.to_builtins(kept), msgspec.to_builtins(found), ""))


def _differing(kept: Any, found: Any, name: str) -> Iterator[str]:  # noqa: ANN401 - JSON values
    match kept, found:
        case dict(), dict() if kept.keys() == found.keys():
            for key in kept:
                yield from _differing(kept[key], found[key], f"{name}.{key}" if name else key)
        case list() | tuple(), list() | tuple() if len(kept) == len(found):
            for index, (one, other) in enumerate(zip(kept, found, strict=True)):
                yield from _differing(one, other, f"{name}[{index}]")
        case float(), float():
            if abs(kept - found) > TOLERANCE * max(1.0, abs(kept), abs(found)):
                yield name
        case _ if kept != found:
            yield name
