"""Units: which runs take their turns together. It knows no threads, and nothing of how they train."""

import math
from collections.abc import Callable, Container, Hashable, Iterable, Sequence
from functools import partial
from typing import Final, Generic, Protocol, TypeVar


class Run(Protocol):
    """A run, as whoever gives out turns sees it; see `TrainingRun`."""

    is_seen: bool
    is_training: bool
    due_s: float
    key: str | None

    @property
    def is_closed(self) -> bool:
        """Whether nothing is wanted of it any more."""

    @property
    def backlog(self) -> int:
        """How many commands have not been applied yet."""

    def apply_next(self) -> None:
        """Apply one command."""

    def train(self, until_s: float, most_steps: float) -> None:
        """Make steps, one at least, until this time, or until it has made so many."""

    def end(self) -> None:
        """Hear that it has been let go."""


_MOST_NEWCOMERS: Final = 4
"""So many join a group in one turn: each makes up to 31 steps alone before."""

R = TypeVar("R", bound=Run)
R_contra = TypeVar("R_contra", bound=Run, contravariant=True)


class Group(Protocol[R_contra]):
    """Runs that train as one; see `TrainingGroup`."""

    def join(self, run: R_contra) -> int:
        """Let a run train with the others; or return how many steps it has to make alone before it can."""

    def leave(self, run: R_contra) -> None:
        """Let a run train alone, if it did not."""

    def train(self, until_s: float) -> None:
        """Make steps, one of every member at least, until this time."""


class Units(Generic[R]):
    """Runs with equal keys are a group; those that somebody sees and those that nobody sees are apart.

    Args:
        make_group: makes an empty group.
        fewest: how many it takes to begin one; with two less it ends, so that who leaves for a moment does not end it.
    """

    def __init__(self, make_group: Callable[[], Group[R]], fewest: int) -> None:
        self._make_group = make_group
        self._fewest = fewest
        self._groups: dict[Hashable, tuple[Group[R], list[R]]] = {}
        self._kind_of: dict[R, Hashable] = {}

    def on_turn(self, run: R, ready: Iterable[R]) -> tuple[Callable[[float], None], Sequence[R]]:
        """What trains until some time when it is the turn of a run, and whose turn it is with that.

        In a group's turn others join, however much of the time they have had: there they cost next to none. Only some
        do at once, so that no one waits for a whole class that begins.

        Args:
            run: on turn.
            ready: all that could be; it is one of them.
        """
        kind = _kind_of(run)
        self._part(self._kind_of.get(run))
        self._part(kind)
        newcomers = self._newcomers(kind, ready)
        if kind is not None and (newcomers or run in self._kind_of):
            if kind not in self._groups:
                self._groups[kind] = self._make_group(), []
            _, members = self._groups[kind]
            return partial(self._train_together, kind, newcomers), [*members, *newcomers]
        return partial(run.train, most_steps=math.inf), [run]

    def without(self, runs: Container[R]) -> "Units[R]":
        """Other units in which all is as in these, but for the groups of these runs: with those nobody has to do."""
        others = Units(self._make_group, self._fewest)
        others._kind_of = {run: kind for run, kind in list(self._kind_of.items()) if run not in runs}
        kinds = set(others._kind_of.values())
        others._groups = {kind: unit for kind, unit in list(self._groups.items()) if kind in kinds}
        return others

    def leave(self, run: R) -> None:
        """Let a run take its turns alone, if it did not; so do all of a group of which too few are left."""
        kind = self._kind_of.pop(run, None)
        if kind is None:
            return
        group, members = self._groups[kind]
        members.remove(run)
        group.leave(run)
        if len(members) <= self._fewest - 2:
            for member in members:
                del self._kind_of[member]
                group.leave(member)
            del self._groups[kind]

    def _part(self, kind: Hashable | None) -> None:
        """Have those leave a group who do not belong there any more."""
        _, members = self._groups.get(kind, (None, ()))
        for member in list(members):
            if not member.is_training or _kind_of(member) != kind:
                self.leave(member)

    def _newcomers(self, kind: Hashable | None, ready: Iterable[R]) -> Sequence[R]:
        """Some of those who can join the group of this kind, or begin one."""
        if kind is None:
            return []
        outside = [run for run in ready if run not in self._kind_of and _kind_of(run) == kind]
        return outside[:_MOST_NEWCOMERS] if kind in self._groups or len(outside) >= self._fewest else []

    def _train_together(self, kind: Hashable, newcomers: Sequence[R], until_s: float) -> None:
        """Have newcomers join a group, and the group train."""
        group, members = self._groups[kind]
        for run in newcomers:
            steps = group.join(run)
            if steps:
                # They are made in this turn: in the next one the group would be further.
                run.train(until_s, most_steps=steps)
                if not run.is_training or _kind_of(run) != kind or group.join(run):
                    continue
            members.append(run)
            self._kind_of[run] = kind
        if members:
            group.train(until_s)
        else:
            del self._groups[kind]


def _kind_of(run: Run) -> Hashable | None:
    return None if run.key is None else (run.key, run.is_seen)
