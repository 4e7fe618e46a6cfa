"""Scheduler: which run computes next. Fair by time, not by steps; it knows no threads."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final, Generic

from backend.logic.pace import Clock
from backend.logic.units import Group, R, Units

_CYCLE_S: Final = 0.03
"""In about this time every run that trains should have had a turn."""
_LONGEST_SLICE_S: Final = 0.005
_SHORTEST_SLICE_S: Final = 0.001
_COMMAND_LEAD_S: Final = 0.005
"""Commands are applied out of turn as long as they take no more than this beyond the run's share of the time."""
_UNSEEN_WEIGHT: Final = 1 / 8


@dataclass(slots=True, eq=False)
class _Account(Generic[R]):
    """What a run has had. Virtual time is time that was used, and counts as many times as the run weighs less than 1.

    Attributes:
        virtual_s: of all that it has used.
        commands_s: of what its commands have used.
        is_waiting: whether it has commands that have not been applied yet.
    """

    run: R
    virtual_s: float = 0.0
    commands_s: float = 0.0
    is_waiting: bool = False


class Scheduler(Generic[R]):
    """All runs. In each round commands are applied, then the run that has had least of the time trains for a slice.

    Runs that can train together take their turns together, and each of them has used its part of the time.
    A run that comes, or comes back, begins with the virtual time of the one that has had least: what it did not use is
    gone. Commands of a run that is not on turn are applied at once, but as they count, a flood of them has to wait.

    Args:
        make_group: makes an empty group, for those that can train together.
        fewest_together: how many it takes to begin one.
        clock: what tells the time; the one of the runs.
        work_clock: what tells how long this thread has computed. While the machine does something else no time is used:
            on a busy one, whoever was on turn just then would have to pay for it.

    Attributes:
        on_turn: whose steps or command are computed, or were at last.
    """

    def __init__(
        self,
        make_group: Callable[[], Group[R]],
        fewest_together: int,
        clock: Clock = time.perf_counter,
        work_clock: Clock = time.thread_time,
    ) -> None:
        self.on_turn: Sequence[R] = ()
        self._make_group = make_group
        self._fewest_together = fewest_together
        self._clock = clock
        self._work_clock = work_clock
        self._units = Units(make_group, fewest_together)
        self._accounts: dict[R, _Account[R]] = {}
        self._training: dict[R, _Account[R]] = {}
        self._commanded: deque[_Account[R]] = deque()
        self._least_s = 0.0

    def __len__(self) -> int:
        return len(self._accounts)

    def notice(self, run: R) -> None:
        """This run is new, has commands that wait, or has been closed."""
        if run.is_closed:
            self._units.leave(run)
            self._accounts.pop(run, None)
            self._training.pop(run, None)
            run.end()
            return
        account = self._accounts.setdefault(run, _Account(run))
        if run.backlog and not account.is_waiting:
            account.is_waiting = True
            self._commanded.append(account)

    def rest_s(self) -> float | None:
        """For how long there is nothing to do, unless a run gets commands; None for ever."""
        if self._commanded:
            return 0.0
        if not self._training:
            return None
        return max(0.0, min(run.due_s for run in self._training) - self._clock())

    def go_round(self, renew: Callable[[], None] = lambda: None) -> None:
        """Apply commands, then train a slice.

        Args:
            renew: called after each command and after the slice, before anything else is touched. What it raises ends
                the round.
        """
        if self._commanded:
            self._apply_commands(self._clock() + _LONGEST_SLICE_S, renew)
        ready = self._ready(self._clock())
        if not ready:
            return
        account = min(ready, key=attrgetter("virtual_s"))
        self._least_s = max(self._least_s, account.virtual_s)
        began_s = self._work_clock()
        train, runs = self._units.on_turn(account.run, (other.run for other in ready))
        self.on_turn = runs = list(runs)
        try:
            train(self._clock() + self._slice_s(len(runs)))
        finally:
            renew()
            used_s = (self._work_clock() - began_s) / len(runs)
            yields = not account.run.is_seen and any(other.run.is_seen for other in ready)
            for run in runs:
                self._charge(self._accounts[run], used_s / _UNSEEN_WEIGHT if yields else used_s)
                self._look_at(self._accounts[run])

    def succeeded(self, heirs: Mapping[R, R]) -> "Scheduler[R]":
        """Another scheduler for another thread, in which heirs have the places of the runs that are on turn here.

        Nothing that the thread of this one still does in their turn changes anything there.
        """
        after = Scheduler(self._make_group, self._fewest_together, self._clock, self._work_clock)
        after._units = self._units.without(heirs)
        after._least_s = self._least_s
        for run, before in list(self._accounts.items()):
            account = replace(before, run=heirs.get(run, run), is_waiting=False)
            after._accounts[account.run] = account
            after._look_at(account)
            after.notice(account.run)
        return after

    def close(self) -> None:
        """Let all runs go."""
        for run in self._accounts:
            self._units.leave(run)
            run.end()
        self._accounts.clear()
        self._training.clear()
        self._commanded.clear()

    def _slice_s(self, members: int) -> float:
        """How long a turn of so many runs is: their part of a cycle, so that a large group keeps no other waiting."""
        return min(_LONGEST_SLICE_S, max(_SHORTEST_SLICE_S, _CYCLE_S * members / len(self._training)))

    def _ready(self, now_s: float) -> list[_Account[R]]:
        """Who can make a step now."""
        return [account for run, account in self._training.items() if run.due_s <= now_s]

    def _apply_commands(self, until_s: float, renew: Callable[[], None]) -> None:
        """Apply commands, of all runs by turns, until this time or until those that are left have to wait."""
        is_contended = bool(self._ready(self._clock()))
        put_off = 0
        while put_off < len(self._commanded):
            account = self._commanded.popleft()
            run = account.run
            if run.is_closed:
                continue
            if is_contended and account.commands_s > self._least_s + _COMMAND_LEAD_S:
                self._commanded.append(account)
                put_off += 1
                continue
            put_off = 0
            self._apply_next(account, renew, is_contended=is_contended)
            if self._clock() >= until_s:
                return

    def _apply_next(self, account: _Account[R], renew: Callable[[], None], *, is_contended: bool) -> None:
        run = account.run
        self.on_turn = (run,)
        # Whoever gets a command takes it alone: the others need not know.
        self._units.leave(run)
        began_s = self._work_clock()
        try:
            run.apply_next()
        finally:
            renew()
            if is_contended:
                used_s = self._work_clock() - began_s
                account.commands_s = max(account.commands_s, self._least_s) + used_s
                self._charge(account, used_s)
            self._look_at(account)
            account.is_waiting = run.backlog > 0
            if account.is_waiting:
                self._commanded.append(account)

    def _charge(self, account: _Account[R], used_s: float) -> None:
        account.virtual_s = max(account.virtual_s, self._least_s) + used_s

    def _look_at(self, account: _Account[R]) -> None:
        """See whether a run trains."""
        if account.run.is_training:
            self._training[account.run] = account
        else:
            self._training.pop(account.run, None)
            self._units.leave(account.run)
