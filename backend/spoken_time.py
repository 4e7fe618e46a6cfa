"""How a person says a time."""

from typing import Final

_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def spoken(seconds: float) -> str:
    """A time as a person says it, in the largest unit of which it is a whole number."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0 or size == 1)
    count = seconds / size
    return f"{count:g} {unit}" if count == 1 else f"{count:g} {unit}s"
