"""Alarm: wakes whoever has something to do, when it is called or when its time has come."""

import asyncio
import math

from backend import metrics


class Alarm:
    """Wakes one sleeper. All is done in the thread of the loop.

    Attributes:
        tick_s: times are put off to the next multiple of this, on the loop's clock: what several sleepers begin at one
            tick is made in one go. 0 for none.
    """

    def __init__(self) -> None:
        self.tick_s = 0.0
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the sleeper; one that is awake does not fall asleep before it has looked again."""
        self._rung.set()

    def look(self) -> None:
        """The sleeper looks now what there is to do: it need not be woken for what came before."""
        self._rung.clear()

    async def sleep(self, delay_s: float | None) -> None:
        """Wait until it rings, or for some seconds; None for as long as it does not ring."""
        timer = None
        if delay_s is not None:
            due_s = self._on_tick(self._loop.time() + delay_s)
            timer = self._loop.call_at(due_s, self._ring_late, due_s)
        await self._rung.wait()
        if timer is not None:
            timer.cancel()

    def _on_tick(self, time_s: float) -> float:
        """The first tick at a time or after it."""
        return math.ceil(time_s / self.tick_s) * self.tick_s if self.tick_s else time_s

    def _ring_late(self, due_s: float) -> None:
        """Ring at a time, which tells how late the loop is."""
        metrics.ioloop_late_seconds.observe(max(0.0, self._loop.time() - due_s))
        self.ring()
