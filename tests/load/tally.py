"""Tally: what a crowd that comes and goes has counted, and what it has missed."""

from collections import Counter
from dataclasses import dataclass, field

_MOST_SENTENCES = 20


@dataclass
class Tally:
    """What all pupils together have seen.

    Attributes:
        command_ms: how long each command took to be answered.
        probe_ms: the same of questions what the network says at a place, which are computed between two slices.
        done: how often what was done.
        losses: of each kind, how often something was not as it has to be.
        sentences: what the first of them were.
    """

    command_ms: list[float] = field(default_factory=list)
    probe_ms: list[float] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    losses: Counter[str] = field(default_factory=Counter)
    sentences: list[str] = field(default_factory=list)

    def lose(self, kind: str, sentence: str) -> None:
        """Take note of what was lost."""
        self.losses[kind] += 1
        if len(self.sentences) < _MOST_SENTENCES:
            self.sentences.append(f"{kind}: {sentence}")


@dataclass
class Steps:
    """The steps that one kind of message tells of: they never go back, unless the weights were made anew.

    Attributes:
        last: the newest.
    """

    last: int = 0
    _renewals: int = 0

    def renew(self) -> None:
        """The weights are made anew: from here or later on the steps count from 0 again."""
        if self.last > 0:
            self._renewals += 1

    def see(self, step: int) -> bool:
        """Take note of a step; return whether it could come."""
        before, self.last = self.last, step
        if step >= before:
            return True
        self._renewals -= 1
        return self._renewals >= 0
