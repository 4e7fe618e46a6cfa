"""Clients whose server has gone come back as the page does: each wait is twice as long, and half of it chance."""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

from tests.load.pupil import Pupil

_BACKOFF_JS: Final = Path(__file__).parents[2] / "frontend" / "backoff.js"
_BIN_S: Final = 0.1


def backoff_s(attempt: int, chance: float) -> float:
    """How long the page waits before an attempt, counted from 0, with its own bounds; see `backoffMs` in backoff.js.

    Args:
        attempt: which.
        chance: from 0 to 1.
    """
    least_s, most_s = _bound_s("MIN_BACKOFF_MS"), _bound_s("MAX_BACKOFF_MS")
    longest_s = min(most_s, least_s * 2.0 ** (attempt + 1))
    return max(least_s, longest_s / 2 * (1 + chance))


def _bound_s(name: str) -> float:
    found = re.search(rf"const {name} = ([\d_]+);", _BACKOFF_JS.read_text(encoding="utf-8"))
    if found is None:
        raise LookupError(f"backoff.js has no {name}")
    return int(found[1]) / 1000


async def come_back(pupil: Pupil, chance: random.Random, attempts_s: list[float]) -> None:
    """Try until there is a server again, and bring back what was drawn.

    Args:
        pupil: who has lost their connection.
        chance: decides how long to wait.
        attempts_s: when each attempt was due, by `time.monotonic`, is added to it.
    """
    for attempt in count():
        wait_s = backoff_s(attempt, chance.random())
        attempts_s.append(time.monotonic() + wait_s)
        await asyncio.sleep(wait_s)
        try:
            await pupil.restore()
        except OSError:
            continue
        return


def most_at_once(attempts_s: Sequence[float]) -> int:
    """How many attempts fell into the fullest tenth of a second; 0 for none."""
    return max(Counter(int(at_s / _BIN_S) for at_s in attempts_s).values(), default=0)
