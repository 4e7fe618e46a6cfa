"""The loss curve of a run by its train.py and by our engine, and how far they are apart."""

import contextlib
import io
from collections.abc import Sequence
from typing import Any

from backend.logic.loss_curve import loss_curve
from backend.logic.run_record import RunRecord
from backend.runs.script import script_text
from backend.runs.script_data import frozen_values

ROUNDING = 1e-5
"""How far two losses of the same step may be apart, and so many times a loss above 1: the last bits of a float32."""


def script_of(record: RunRecord) -> dict[str, Any]:
    return read(script_text(record))


def read(text: str) -> dict[str, Any]:
    """The names of a script that has been read but not begun."""
    names: dict[str, Any] = {"__name__": "train"}
    exec(compile(text, "train.py", "exec"), names)  # noqa: S102 - what is tested is that it can be
    return names


def their_curve(record: RunRecord, steps: int) -> list[float]:
    return curve_of(script_text(record), steps)


def curve_of(text: str, steps: int) -> list[float]:
    with contextlib.redirect_stdout(io.StringIO()):
        losses: list[float] = read(text)["train"](steps)
    return losses


def our_curve(record: RunRecord, steps: int) -> list[float]:
    checkpoint = record.checkpoint
    frozen = frozen_values(checkpoint)
    return loss_curve(checkpoint.config, checkpoint.dataset, frozen, steps, most_s=60, give_way=lambda: None)


def largest_difference(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Of two curves, in units of the loss where that is above 1."""
    return max((abs(our - their) / max(1, our) for our, their in zip(ours, theirs, strict=True)), default=0.0)
