"""Scheduler: which run computes next. Fair by time, not by steps; it knows no threads."""

import time
from collections import deque
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Protocol

from backend.logic.training_run import Clock

_CYCLE_S: Final = 0.06
"""In about this time every run that trains should have had a turn."""
_LONGEST_SLICE_S: Final = 0.005
_SHORTEST_SLICE_S: Final = 0.001
_COMMAND_LEAD_S: Final = 0.005
"""Commands are applied out of turn as long as they take no more than this beyond the run's share of the time."""
_UNSEEN_WEIGHT: Final = 1 / 8


class Run(Protocol):
    """A run, as the scheduler sees it; see `TrainingRun`."""

    is_closed: bool
    is_seen: bool
    is_training: bool
    due_s: float

    @property
    def backlog(self) -> int:
        """How many commands have not been applied yet."""

    def apply_next(self) -> None:
        """Apply one command."""

    def train(self, until_s: float) -> None:
        """Make steps, one at least, until this time."""

    def end(self) -> None:
        """Hear that it has been let go."""


@dataclass(slots=True, eq=False)
class _Account:
    """What a run has had. Virtual time is time that was used, and counts as many times as the run weighs less than 1.

    Attributes:
        virtual_s: of all that it has used.
        commands_s: of what its commands have used.
        is_waiting: whether it has commands that have not been applied yet.
    """

    run: Run
    virtual_s: float = 0.0
    commands_s: float = 0.0
    is_waiting: bool = False


class Scheduler:
    """All runs. In each round commands are applied, then the run that has had least of the time trains for a slice.

    A run that comes, or comes back, begins with the virtual time of the one that has had least: what it did not use is
    gone. Commands of a run that is not on turn are applied at once, but as they count, a flood of them has to wait.

    Args:
        clock: what tells the time; the one of the runs.
    """

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self._clock = clock
        self._accounts: dict[Run, _Account] = {}
        self._training: dict[Run, _Account] = {}
        self._commanded: deque[_Account] = deque()
        self._least_s = 0.0

    def __len__(self) -> int:
        return len(self._accounts)

    def notice(self, run: Run) -> None:
        """This run is new, has commands that wait, or has been closed."""
        if run.is_closed:
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

    def go_round(self) -> None:
        """Apply commands, then train a slice."""
        now_s = self._clock()
        until_s = now_s + self._slice_s
        if self._commanded:
            self._apply_commands(until_s)
            now_s = self._clock()
        ready = self._ready(now_s)
        if not ready:
            return
        account = min(ready, key=attrgetter("virtual_s"))
        self._least_s = max(self._least_s, account.virtual_s)
        account.run.train(until_s)
        yields = not account.run.is_seen and any(other.run.is_seen for other in ready)
        self._charge(account, (self._clock() - now_s) / (_UNSEEN_WEIGHT if yields else 1))
        self._look_at(account)

    def close(self) -> None:
        """Let all runs go."""
        for run in self._accounts:
            run.end()
        self._accounts.clear()
        self._training.clear()
        self._commanded.clear()

    @property
    def _slice_s(self) -> float:
        """How long a turn is: shorter, the more train."""
        return min(_LONGEST_SLICE_S, max(_SHORTEST_SLICE_S, _CYCLE_S / max(1, len(self._training))))

    def _ready(self, now_s: float) -> list[_Account]:
        """Who can make a step now."""
        return [account for run, account in self._training.items() if run.due_s <= now_s]

    def _apply_commands(self, until_s: float) -> None:
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
            began_s = self._clock()
            run.apply_next()
            now_s = self._clock()
            if is_contended:
                account.commands_s = max(account.commands_s, self._least_s) + now_s - began_s
                self._charge(account, now_s - began_s)
            self._look_at(account)
            if run.backlog:
                self._commanded.append(account)
            else:
                account.is_waiting = False
            if now_s >= until_s:
                return

    def _charge(self, account: _Account, used_s: float) -> None:
        account.virtual_s = max(account.virtual_s, self._least_s) + used_s

    def _look_at(self, account: _Account) -> None:
        """See whether a run trains."""
        if account.run.is_training:
            self._training[account.run] = account
        else:
            self._training.pop(account.run, None)
