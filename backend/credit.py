"""Credit: which frames of a connection are on their way, and whether another may be sent."""

from collections import deque
from collections.abc import Callable

from backend import metrics


class Credit:
    """Counts frames out and acknowledgements in.

    Args:
        most_in_flight: how many frames may be unacknowledged.
        clock: what tells the time, in seconds.
    """

    def __init__(self, most_in_flight: int, clock: Callable[[], float]) -> None:
        self._most_in_flight = most_in_flight
        self._clock = clock
        self._acknowledged_seq = 0
        # When each frame was sent that has not been acknowledged, the oldest first.
        self._sent_s: deque[float] = deque()

    @property
    def is_left(self) -> bool:
        """Whether another frame may be sent."""
        return len(self._sent_s) < self._most_in_flight

    @property
    def next_seq(self) -> int:
        """The number of the frame that is sent next."""
        return self._acknowledged_seq + len(self._sent_s) + 1

    def spend(self) -> None:
        """A frame has been sent."""
        self._sent_s.append(self._clock())

    def take_back(self, seq: int) -> None:
        """All frames up to this one have been painted; a number that has not been sent says nothing."""
        if seq >= self.next_seq:
            return
        now_s = self._clock()
        while self._acknowledged_seq < seq:
            self._acknowledged_seq += 1
            metrics.acknowledge_seconds.observe(now_s - self._sent_s.popleft())
