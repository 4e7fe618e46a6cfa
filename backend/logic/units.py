"""Units: which runs take their turns together. It knows no threads, and nothing of how they train."""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import Generic, Protocol, TypeVar


class Run(Protocol):
    """A run, as whoever gives out turns sees it; see `TrainingRun`."""

    is_closed: bool
    is_seen: bool
    is_training: bool
    due_s: float
    key: str | None

    @property
    def backlog(self) -> int:
        """How many commands have not been applied yet."""

    def apply_next(self) -> None:
        """Apply one command."""

    def train(self, until_s: float, most_steps: float) -> None:
        """Make steps, one at least, until this time, or until it has made so many."""

    def end(self) -> None:
        """Hear that it has been let go."""


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

    @property
    def turns_saved(self) -> int:
        """How many turns fewer there are by those that take them together."""
        return len(self._kind_of) - len(self._groups)

    def on_turn(self, run: R, ready: Iterable[R]) -> tuple[Callable[[float], None], Sequence[R]]:
        """What trains until some time when it is the turn of a run, and whose turn it is with that.

        In a group's turn one more run joins, however much of the time it has had: there it costs next to none. No more
        than one does, so that no one waits for a whole class that begins at once.

        Args:
            run: on turn.
            ready: all that could be; it is one of them.
        """
        kind = _kind_of(run)
        self._part(self._kind_of.get(run))
        self._part(kind)
        newcomer = self._newcomer(run, kind, ready)
        if newcomer is not None:
            group = self._groups[kind][0] if kind in self._groups else self._make_group()
            steps = self._join(newcomer, kind, group)
            if steps:
                return partial(self._catch_up, newcomer, kind, group, steps), [newcomer]
        if run in self._kind_of:
            group, members = self._groups[kind]
            return group.train, members
        return partial(run.train, most_steps=math.inf), [run]

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

    def _newcomer(self, run: R, kind: Hashable | None, ready: Iterable[R]) -> R | None:
        """Who can join the group of this kind, or begin one: the run on turn before all others."""
        if kind is None:
            return None
        outside = [other for other in ready if other not in self._kind_of and _kind_of(other) == kind]
        if kind not in self._groups and len(outside) < self._fewest:
            return None
        return run if run in outside else next(iter(outside), None)

    def _join(self, run: R, kind: Hashable, group: Group[R]) -> int:
        """Have a run join a group; or tell how many steps it makes alone before it can."""
        steps = group.join(run)
        if not steps:
            _, members = self._groups.setdefault(kind, (group, []))
            members.append(run)
            self._kind_of[run] = kind
        return steps

    def _catch_up(self, run: R, kind: Hashable, group: Group[R], steps: int, until_s: float) -> None:
        """Have a run make these steps alone and join in the same turn: in the next one the group is further."""
        run.train(until_s, most_steps=steps)
        if run.is_training and _kind_of(run) == kind:
            self._join(run, kind, group)


def _kind_of(run: Run) -> Hashable | None:
    return None if run.key is None else (run.key, run.is_seen)
