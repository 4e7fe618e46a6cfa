"""Written: a run that has been saved, what its files say of it, and what a page is told."""

from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from backend import server_messages
from backend.logic.run_record import RunRecord
from backend.runs.decoding import decode
from backend.runs.layout import BASELINE, METRICS, VERIFICATION
from backend.runs.script import is_trained_throughout
from backend.runs.sources import read_file
from backend.runs.writing import SavedRun

T = TypeVar("T")

_MOST_FIGURES_BYTES: Final = 1_048_576


class Verified(Struct, frozen=True):
    """What `verification.json` says."""

    steps: int
    largest_difference: float | None
    is_same: bool | None
    why_not: str | None


class SplitScores(Struct, frozen=True):
    """How well a network does on some points.

    Attributes:
        loss: None without points.
        accuracy: the share that it takes for their class; None without points, or in a regression.
    """

    loss: float | None
    accuracy: float | None = None


class Scores(Struct, frozen=True):
    """What `metrics.json` says that a page is told."""

    train: SplitScores
    test: SplitScores


class Baseline(Struct, frozen=True):
    """What `baseline.json` says of it."""

    metrics: Scores


_verified: Final = msgspec.json.Decoder(Verified)
_scores: Final = msgspec.json.Decoder(Scores)
_baseline: Final = msgspec.json.Decoder(Baseline)


@dataclass(frozen=True, slots=True)
class Written:
    """A run that has been saved.

    Attributes:
        run: where it is, and what it is called.
        step: at which it was.
        is_replayable: whether its beginning and its changes give the same bits again.
        is_changed: whether settings, points or weights were changed on the way, and `train.py` has another curve.
        verified: what has come out of trying its `train.py`.
        scores: how well it does.
        linear: how well a linear model does on the same points.
    """

    run: SavedRun
    step: int
    is_replayable: bool
    is_changed: bool
    verified: Verified
    scores: Scores
    linear: Scores


def written_of(run: SavedRun, record: RunRecord) -> Written:
    """What is known of a run that has just been saved.

    Args:
        run: where it is.
        record: what was saved.

    Raises:
        RunFileError: a file of it is not there any more.
    """

    def told(name: str, decoder: msgspec.json.Decoder[T]) -> T:
        return decode(read_file(run.path / name, _MOST_FIGURES_BYTES), decoder, name)

    return Written(
        run,
        record.checkpoint.step,
        record.beginning is not None and record.is_exact,
        not is_trained_throughout(record),
        told(VERIFICATION, _verified),
        told(METRICS, _scores),
        told(BASELINE, _baseline).metrics,
    )


def saved_message(message_id: int | None, written: Written, *, kept: bool) -> server_messages.RunSaved:
    """What a page on this computer is told of a run that has been saved."""
    run, verified, scores, linear = written.run, written.verified, written.scores, written.linear
    return server_messages.RunSaved(
        id=message_id,
        run_id=run.run_id,
        config_hash=run.config_hash,
        checkpoint_id=run.checkpoint_id,
        step=written.step,
        train_loss=scores.train.loss,
        test_loss=scores.test.loss,
        train_accuracy=scores.train.accuracy,
        test_accuracy=scores.test.accuracy,
        linear_train_loss=linear.train.loss,
        linear_test_loss=linear.test.loss,
        linear_train_accuracy=linear.train.accuracy,
        linear_test_accuracy=linear.test.accuracy,
        kept=kept,
        directory=str(run.path) if kept else None,
        bytes=run.bytes,
        verified_steps=verified.steps if verified.why_not is None else None,
        largest_difference=verified.largest_difference,
        is_same_curve=verified.is_same,
        why_not_verified=verified.why_not,
        replayable=written.is_replayable,
        changed=written.is_changed,
        files=[server_messages.SavedFile(name, size) for name, size, _ in run.files if "/" not in name],
    )
