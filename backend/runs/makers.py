"""Who makes which file of a run beside those that are the record written down, and in which order."""

from functools import partial
from typing import NamedTuple

from backend.runs.fiftyone import write_fiftyone
from backend.runs.formula import write_formula
from backend.runs.layout import BASELINE, FIFTYONE, FORMULA, MAP, METRICS, NOTEBOOK, SCRIPT, TENSORBOARD, VERIFICATION
from backend.runs.notebook import write_notebook
from backend.runs.picture import write_map
from backend.runs.scores import write_baseline, write_metrics
from backend.runs.script import write_script
from backend.runs.tensorboard import write_tensorboard
from backend.runs.verification import verify_script
from backend.runs.writing import Maker


class SaveOptions(NamedTuple):
    """What a person can have with a run.

    Attributes:
        tensorboard: its course for TensorBoard, in `tb/`.
        fiftyone: its maps and answers for FiftyOne, in `fiftyone/`.
        verify_timeout_s: how long the check of `train.py` may take.
    """

    tensorboard: bool = False
    fiftyone: bool = False
    verify_timeout_s: float = 30.0


def makers_of(options: SaveOptions) -> tuple[Maker, ...]:
    """What makes the files of a run with these options; the check of `train.py` comes last."""
    chosen = (
        (options.tensorboard, Maker(TENSORBOARD, write_tensorboard)),
        (options.fiftyone, Maker(FIFTYONE, write_fiftyone)),
    )
    return (
        Maker(SCRIPT, write_script),
        Maker(NOTEBOOK, write_notebook),
        Maker(FORMULA, write_formula),
        Maker(METRICS, write_metrics),
        Maker(BASELINE, write_baseline),
        Maker(MAP, write_map),
        *(maker for is_chosen, maker in chosen if is_chosen),
        Maker(VERIFICATION, partial(verify_script, timeout_s=options.verify_timeout_s)),
    )
