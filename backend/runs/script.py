"""train.py: a run as plain PyTorch, short enough to be read in one go, with only what this run needs."""

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Final

from backend.logic.architecture import Architecture
from backend.logic.changes import SetParameters
from backend.logic.config import RunConfig, differing
from backend.logic.run_record import RunRecord
from backend.runs.layout import SCRIPT, checkpoint_id
from backend.runs.script_parts import parts

_WIDTH: Final = 100
_HOW: Final = """\
    pip install torch
    python train.py

PyTorch may warn that it finds no NumPy: none is needed here."""
_BEGINNING: Final = """\
if __name__ == "__main__":
    train(STEPS)"""
_IDLE_FIELDS: Final = frozenset({"speed", "speed_unit", "stop_epochs", "stop_loss", "stop_accuracy"})
"""They decide when a step is made, never what it computes."""


def write_script(record: RunRecord, folder: Path, give_way: Callable[[], None]) -> None:
    """Write train.py into a folder."""
    (folder / SCRIPT).write_text(script_text(record, give_way), encoding="utf-8")


def script_text(record: RunRecord, give_way: Callable[[], None] = lambda: None) -> str:
    """A run's train.py: it trains by the present settings and points, from the seed's weights on, for as many steps.

    Args:
        record: the run.
        give_way: called between rows of points.
    """
    told = "\n\n".join(textwrap.fill(paragraph, _WIDTH) for paragraph in paragraphs(record))
    heading = f'"""{title(record)}.\n\n{told}\n\n{_HOW}\n"""'
    settings, *others = (part.code for part in parts(record, give_way))
    return "\n\n\n".join([f"{heading}\n\n{settings}", *others, _BEGINNING]) + "\n"


def title(record: RunRecord) -> str:
    """What a run's network learns, as a heading."""
    config = record.checkpoint.config
    what = f"to tell {config.classes} classes apart" if config.problem == "classification" else "a value for each place"
    return f"A network learns {what}: a run of Boundary Lab in plain PyTorch"


def paragraphs(record: RunRecord) -> list[str]:
    """Which run it is, and how this script differs from it."""
    checkpoint = record.checkpoint
    sizes = "-".join(map(str, Architecture.of(checkpoint.config).sizes))
    identity = checkpoint_id(checkpoint.parameters)[:12]
    if checkpoint.step:
        steps = f"makes as many steps, {checkpoint.step:,}"
    else:
        steps = "makes no step, as the run had made none: raise STEPS to train it"
    first = (
        f"The network, {sizes} units, begins with the random numbers that the run began with and {steps}. "
        f"Settings and points are those of the moment in which the run was saved (checkpoint {identity})."
    )
    found = [first]
    if checkpoint.frozen:
        count = len(checkpoint.frozen)
        told = f"{count:,} weights and biases are frozen: they keep" if count > 1 else "One weight is frozen: it keeps"
        found.append(f"{told} the value of that moment.")
    if not is_trained_throughout(record):
        found.append(
            "Something was changed while the run was trained. Here settings and points are from the first step on as "
            "they were in the end, so this curve is another than the run's own: changes.jsonl tells every change and "
            "its step."
        )
    return found


def is_trained_throughout(record: RunRecord) -> bool:
    """Whether all steps were made by the settings and on the points that there are now, from the seed's weights on."""
    if record.beginning is None:
        return False
    config = record.beginning.config
    for step, change in record.changes:
        if isinstance(change, RunConfig):
            is_idle = differing(config, change) <= _IDLE_FIELDS
            config = change
        else:
            is_idle = False
        if isinstance(change, SetParameters) or (step > 0 and not is_idle):
            return False
    return True
