"""What a client wants to see, and what it gets of that while others train too."""

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class ViewWish:
    """What a client wants to see, or what it gets."""

    frames_per_second: int = 30
    width: int = 100
    height: int = 100
    visible: bool = True

    @property
    def picture(self) -> tuple[int, int, bool]:
        """What a resting run has to be shown anew for, if it changes."""
        return self.width, self.height, self.visible


@dataclass(frozen=True, slots=True)
class _Load:
    """What each client gets at most while up to so many sessions train."""

    sessions: float
    frames_per_second: int
    side: int


_LOADS: Final = (
    _Load(sessions=2, frames_per_second=60, side=200),
    _Load(sessions=4, frames_per_second=30, side=80),
    _Load(sessions=12, frames_per_second=20, side=64),
    _Load(sessions=40, frames_per_second=12, side=50),
    _Load(sessions=float("inf"), frames_per_second=5, side=40),
)


def granted(wish: ViewWish, training_sessions: int) -> ViewWish:
    """What a client gets of its wish while so many sessions train: fewer and smaller frames, the proportions kept."""
    load = next(load for load in _LOADS if training_sessions <= load.sessions)
    scale = min(1.0, load.side / max(wish.width, wish.height))
    return replace(
        wish,
        frames_per_second=min(wish.frames_per_second, load.frames_per_second),
        width=max(1, round(wish.width * scale)),
        height=max(1, round(wish.height * scale)),
    )
