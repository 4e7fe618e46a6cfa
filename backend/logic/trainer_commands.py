"""What goes into a trainer and what comes out of it: commands and outcomes, immutable."""

from collections.abc import Callable
from dataclasses import dataclass

from backend.logic.changes import Change
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.run_record import RunRecord


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Begin anew: a new model from the config's seed, not training."""

    ticket: int
    generation: int
    config: RunConfig
    config_version: int
    dataset: Dataset


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on where a run that was kept has come, not training yet."""

    ticket: int
    generation: int
    config_version: int
    record: RunRecord


@dataclass(frozen=True, slots=True)
class Train:
    """Train so many steps; or, with None, until stopped or until a stop condition of the config is met."""

    ticket: int
    steps: int | None


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop training; everything stays as it is."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Capture:
    """Keep the run as it is now, without its history; training goes on.

    Attributes:
        on_captured: called between two steps; with None if there is no network of usable numbers.
    """

    on_captured: Callable[[RunRecord | None], None]


Command = Rebuild | Resume | Change | Train | Stop | Capture


@dataclass(frozen=True, slots=True)
class Settled:
    """What the command with this ticket asked for is done; the final snapshot is in the mailbox.

    Attributes:
        ticket: of the command.
        reason: the stop condition that ended a training, as a sentence; None if it came to its end otherwise.
    """

    ticket: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Diverged:
    """Training stopped after `step` steps and `epoch` epochs: the next step would not have had a usable loss."""

    ticket: int
    step: int
    epoch: float


@dataclass(frozen=True, slots=True)
class Failed:
    """Training stopped by what has been logged; only Rebuild and Resume go on from here.

    Attributes:
        ticket: of the newest command.
        has_hung: whether a step or a command did not end, and was given up; if not, it was an exception.
    """

    ticket: int
    has_hung: bool = False


Outcome = Settled | Diverged | Failed
