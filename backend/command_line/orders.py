"""Orders: what a command can be told to do, immutable."""

from dataclasses import dataclass
from pathlib import Path

from backend.settings import Settings


@dataclass(frozen=True, slots=True)
class Speech:
    """How a command speaks.

    Attributes:
        as_json: whether its results are JSON.
        is_quiet: whether it says nothing but its results and what goes wrong.
    """

    as_json: bool
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class TrainOrder:
    """Train without a browser.

    Attributes:
        config: the file of the settings.
        points: the file of the points.
        changes: the file of what is changed on the way, None for nothing.
        steps: how many steps to make.
        settings: what computes, and how the run is kept.
        fiftyone: whether to write the files for FiftyOne.
        speech: how it speaks.
    """

    config: Path
    points: Path
    changes: Path | None
    steps: int
    settings: Settings
    fiftyone: bool
    speech: Speech


@dataclass(frozen=True, slots=True)
class EvaluateOrder:
    """See whether a saved run is what it says.

    Attributes:
        run: its folder, or its zip.
        tells_all: whether to tell also what is the same.
        speech: how it speaks.
    """

    run: Path
    tells_all: bool
    speech: Speech


@dataclass(frozen=True, slots=True)
class ListOrder:
    """List the saved runs."""

    runs_dir: Path
    speech: Speech


@dataclass(frozen=True, slots=True)
class ShowOrder:
    """Show a saved run: `name` is the beginning of its run_id or checkpoint_id."""

    runs_dir: Path
    name: str
    speech: Speech


@dataclass(frozen=True, slots=True)
class PruneOrder:
    """Delete old runs.

    Attributes:
        runs_dir: the directory of all runs.
        older_than_days: those saved longer ago than that; None for those past the day until which they are kept.
        is_rehearsal: whether they are only named.
        speech: how it speaks.
    """

    runs_dir: Path
    older_than_days: int | None
    is_rehearsal: bool
    speech: Speech


@dataclass(frozen=True, slots=True)
class SmokeOrder:
    """Train a little and look at it."""

    speech: Speech


Order = TrainOrder | EvaluateOrder | ListOrder | ShowOrder | PruneOrder | SmokeOrder
