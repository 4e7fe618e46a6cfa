"""Whether a run's train.py gives the same loss curve as we do: it is run, as it is, in a process of its own."""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from backend.logic.dataset import why_not_trainable
from backend.logic.loss_curve import loss_curve
from backend.logic.run_record import RunRecord
from backend.runs import script_process
from backend.runs.layout import SCRIPT, VERIFICATION, canonical_json
from backend.runs.script_data import frozen_values

MOST_STEPS: Final = 200
TIMEOUT_S: Final = 30.0
OURS_S: Final = 3.0
"""Our own curve ends after so long: plain PyTorch takes a few times as long for a step."""
ROUNDING: Final = 1e-5
"""Two losses that differ by less, or by less than this part of a loss above 1, are the same but for rounding."""
NUDGE: Final = 2.0**-24
"""The last digit of a float32 of the size that weights have."""
ENLARGED: Final = 100
"""Rounding comes in every step, a nudge once: so many times what that has come to is still rounding alone."""
_MOST_BYTES: Final = 64 * 1024
"""Of a curve: one of 200 steps has about 5,000."""
_MOST_LETTERS: Final = 2000
_LOOK_S: Final = 0.002
_FREE_S: Final = 0.0005
"""Who gives way for less than this had nobody to give way to."""
_KEPT_VARIABLES: Final = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Without these a Python may not find its own parts."""

Waiting = Callable[[], AbstractContextManager[None]]
"""Makes what surrounds a time in which nothing is computed here."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How a script did beside us.

    Attributes:
        steps: whose losses were compared, from the first on.
        largest_difference: of two losses of the same step; None if they could not be compared.
        sensitivity: how far our own curve goes from itself if every first weight is another in its last digit.
        is_same: whether all differences are of rounding alone: below `ROUNDING`, or not above `ENLARGED` times what
            the sensitivity has come to by that step.
        seconds: how long it took.
        why_not: why they could not be compared, as a sentence; None if they were.
    """

    steps: int
    largest_difference: float | None
    sensitivity: float | None
    is_same: bool | None
    seconds: float
    why_not: str | None


class _UnusableError(Exception):
    """There is no curve of a script or of ours; its text says why, as a sentence."""


def verify_script(
    record: RunRecord,
    folder: Path,
    give_way: Callable[[], None],
    *,
    timeout_s: float = TIMEOUT_S,
    waiting: Waiting = nullcontext,
) -> None:
    """Write verification.json about the train.py in a folder; see `verify`."""
    found = verify(folder / SCRIPT, record, timeout_s, give_way, waiting)
    (folder / VERIFICATION).write_bytes(canonical_json(asdict(found)))


def verify(
    script: Path, record: RunRecord, timeout_s: float, give_way: Callable[[], None], waiting: Waiting = nullcontext
) -> Verification:
    """Compare the losses of a script's first steps, 200 at most, with ours.

    Args:
        script: the very file that a person is given.
        record: the run that it is of.
        timeout_s: how long it may take.
        give_way: called between our steps, and while the script runs.
        waiting: surrounds the time in which the script runs, and nothing is computed here.
    """
    began_s = time.perf_counter()
    try:
        ours, nudged = _our_curves(record, min(OURS_S, timeout_s / 6), give_way)
        with waiting():
            theirs = _curve_of(script.resolve(), len(ours), began_s + timeout_s, give_way)
        _check_finite(theirs)
    except subprocess.TimeoutExpired:
        why_not = f"train.py was not done within {timeout_s:g} s."
    except _UnusableError as error:
        why_not = str(error)
    except OSError as error:
        why_not = f"train.py could not be run: {error.strerror}."
    else:
        return Verification(
            steps=len(ours),
            largest_difference=_largest_difference(ours, theirs),
            sensitivity=_largest_difference(ours, nudged),
            is_same=is_same(ours, theirs, nudged),
            seconds=_seconds_since(began_s),
            why_not=None,
        )
    return Verification(0, None, None, None, _seconds_since(began_s), why_not)


def is_same(ours: Sequence[float], theirs: Sequence[float], nudged: Sequence[float]) -> bool:
    """Whether two curves differ by rounding alone; see `Verification`.

    Args:
        ours: a loss for each step.
        theirs: those that are compared with them.
        nudged: ours again, from first weights that are others in their last digits.
    """
    enlarged = 0.0
    for our, their, moved in zip(ours, theirs, nudged, strict=True):
        enlarged = max(enlarged, abs(our - moved))
        if abs(our - their) > max(ROUNDING * max(1.0, our), ENLARGED * enlarged):
            return False
    return True


def _our_curves(
    record: RunRecord, most_s: float, give_way: Callable[[], None]
) -> tuple[Sequence[float], Sequence[float]]:
    """The losses of a run's first steps by our engine, as they are and with its first weights nudged."""
    checkpoint = record.checkpoint
    why_not = why_not_trainable(checkpoint.dataset, checkpoint.config.problem)
    if why_not is not None:
        raise _UnusableError(why_not)
    if not checkpoint.step:
        raise _UnusableError("The run has made no step yet.")
    steps = min(MOST_STEPS, checkpoint.step)
    ours, nudged = (
        loss_curve(
            checkpoint.config,
            checkpoint.dataset,
            frozen_values(checkpoint),
            steps,
            most_s=most_s,
            give_way=give_way,
            nudge=nudge,
        )
        for nudge in (0.0, NUDGE)
    )
    steps = min(len(ours), len(nudged))
    if not steps:
        raise _UnusableError("The run diverges in its first step.")
    return ours[:steps], nudged[:steps]


def _curve_of(script: Path, steps: int, ends_s: float, give_way: Callable[[], None]) -> list[float]:
    """The losses of a script's first steps."""
    with tempfile.TemporaryDirectory(prefix="boundary-lab-") as folder:
        curve, said = Path(folder, "curve.json"), Path(folder, "said.txt")
        # It knows of nothing but its own folder, and computes in one thread, as we do.
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        environment |= {"OMP_NUM_THREADS": "1", "HOME": folder, "TMPDIR": folder, "USER": "nobody"}
        command = [sys.executable, "-I", "-B", script_process.__file__, str(script), str(steps), str(curve)]
        with said.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own Python, our own file
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
            )
            try:
                _wait(process, ends_s, give_way)
            finally:
                process.kill()
                process.wait()
        if process.returncode:
            raise _UnusableError(f"train.py ended with an error: {_last_line(said)}")
        if curve.stat().st_size > _MOST_BYTES:
            raise _UnusableError("train.py gave more than a curve.")
        return _as_curve(json.loads(curve.read_text(encoding="utf-8")), steps)


def _as_curve(found: object, steps: int) -> list[float]:
    if isinstance(found, list) and len(found) == steps and all(isinstance(loss, float) for loss in found):
        return found
    raise _UnusableError("train.py did not give a curve.")


def _wait(process: subprocess.Popen[bytes], ends_s: float, give_way: Callable[[], None]) -> None:
    """Wait until a process has ended, and keep nobody else from computing meanwhile."""
    while process.poll() is None:
        now_s = time.perf_counter()
        if now_s > ends_s:
            raise subprocess.TimeoutExpired(process.args, ends_s)
        give_way()
        if time.perf_counter() - now_s < _FREE_S:
            time.sleep(_LOOK_S)


def _last_line(said: Path) -> str:
    """The end of what a script said: of an error, what it is."""
    with said.open("rb") as log:
        log.seek(max(0, said.stat().st_size - _MOST_LETTERS))
        lines = log.read(_MOST_LETTERS).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing."


def _check_finite(losses: Sequence[float]) -> None:
    if not all(map(math.isfinite, losses)):
        raise _UnusableError("The loss of train.py is not a number, where ours is one.")


def _largest_difference(some: Sequence[float], others: Sequence[float]) -> float:
    return max(abs(one - other) for one, other in zip(some, others, strict=True))


def _seconds_since(began_s: float) -> float:
    return round(time.perf_counter() - began_s, 3)
