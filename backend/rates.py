"""How fast somebody may go on."""

from collections.abc import Callable


class TokenBucket:
    """So many at once, then so many a second. Whoever takes more than there is owes it, and is told how long to wait.

    Args:
        per_second: tokens that come in a second.
        burst: tokens there can be, and there are at first.
        clock: the time in seconds.
    """

    def __init__(self, per_second: float, burst: float, clock: Callable[[], float]) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._filled_s = clock()

    def take(self, count: int = 1) -> float:
        """Take tokens, and return after how many seconds they will have been there: 0 if they are there."""
        self._fill()
        self._tokens -= count
        return max(0.0, -self._tokens / self._per_second)

    def take_if_there(self) -> bool:
        """Take a token and return whether there was one; nobody owes anything by this."""
        self._fill()
        is_there = self._tokens >= 1
        self._tokens -= is_there
        return is_there

    def _fill(self) -> None:
        now_s = self._clock()
        self._tokens = min(self._burst, self._tokens + (now_s - self._filled_s) * self._per_second)
        self._filled_s = now_s
