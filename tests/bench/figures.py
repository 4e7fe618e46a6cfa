"""Owns what a figure is: what was measured, how it is told to a person, and whether it reaches its goal."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure shall be, such as `Goal("≥", 7)`."""

    relation: Literal["≥", "≤", "<"]
    bound: float

    def is_reached_by(self, value: float) -> bool:
        """Whether it is; a value that is no number reaches nothing."""
        match self.relation:
            case "≥":
                return value >= self.bound
            case "≤":
                return value <= self.bound
            case "<":
                return value < self.bound

    def __str__(self) -> str:
        return f"{self.relation} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table.

    Attributes:
        case: what it was measured in.
        name: what it is.
        value: what is compared with the goal.
        text: the value, with its range or unit, for a person.
        samples: all that the value was taken from.
        goal: what it shall be, if anything.
    """

    case: str
    name: str
    value: float
    text: str
    samples: tuple[float, ...]
    goal: Goal | None = None

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None if there is none."""
        return None if self.goal is None else self.goal.is_reached_by(self.value)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that so large a share of them does not exceed; NaN for none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def percentile_of_buckets(counts: Mapping[float, float], share: float) -> float:
    """The same of a histogram, evenly spread within each bucket; NaN if nothing is in it.

    Args:
        counts: for each upper bound, in seconds say, how many values do not exceed it; the highest is infinity.
        share: from 0 to 1.
    """
    bounds = sorted(counts)
    if not bounds or counts[bounds[-1]] == 0:
        return math.nan
    wanted = share * counts[bounds[-1]]
    lower, below = 0.0, 0.0
    for bound in bounds:
        if counts[bound] >= wanted:
            inside = counts[bound] - below
            return bound if math.isinf(bound) or inside == 0 else lower + (bound - lower) * (wanted - below) / inside
        lower, below = bound, counts[bound]
    return math.inf


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median and range, for a person."""
    if not values:
        return "nothing measured"
    if len(values) == 1:
        return f"{values[0]:,.{digits}f}"
    return f"{statistics.median(values):,.{digits}f}  ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def slowest_over_fastest(rates: Sequence[float]) -> float:
    """How even rates are: 1 if all are the same, 0 if one stands still."""
    return min(rates) / max(rates) if rates and max(rates) > 0 else 0.0
