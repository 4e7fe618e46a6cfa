"""Fineness: how fine a client's maps can be, by what they have been found to cost."""

from collections import deque
from typing import Final

FINEST_SIDE: Final = 200
"""Cells in a row or a column, at most."""

_SIDES: Final = (40, 50, 64, 80, 100, 150, FINEST_SIDE)
"""A map coarser than the coarsest is no picture any more."""
_MAPS: Final = 9
"""The median over so many is what a map costs: one that was interrupted says nothing."""
_ROOM: Final = 0.6
"""Maps become finer when they would then take no more than this share of what they may."""
_SHORTEST_STAY_S: Final = 1.0


class Fineness:
    """Maps become coarser when they take longer than they may, and finer again when there is ample room.

    Attributes:
        side: cells in a row or a column, at most.
    """

    def __init__(self) -> None:
        self.side = FINEST_SIDE
        self._costs_s: deque[float] = deque(maxlen=_MAPS)
        self._stays_until_s = 0.0

    def note(self, width: int, height: int, cost_s: float, allowed_s: float, now_s: float) -> None:
        """Take note of what a map has cost.

        Args:
            width: cells in a row.
            height: rows.
            cost_s: how long it took, waiting left out; of maps that were made together its share.
            allowed_s: how long it may take.
            now_s: on any clock.
        """
        self._costs_s.append(cost_s / max(width, height) ** 2)
        if now_s < self._stays_until_s or len(self._costs_s) < _MAPS:
            return
        median_s = sorted(self._costs_s)[_MAPS // 2]
        coarser, finer = _finest(median_s, allowed_s), _finest(median_s, _ROOM * allowed_s)
        side = coarser if coarser < self.side else max(self.side, finer)
        if side != self.side:
            self.side = side
            self._stays_until_s = now_s + _SHORTEST_STAY_S


def _finest(cost_s: float, allowed_s: float) -> int:
    """The finest side whose map takes no longer than allowed, if it costs so much for each unit of a square."""
    return max((side for side in _SIDES if cost_s * side**2 <= allowed_s), default=_SIDES[0])
