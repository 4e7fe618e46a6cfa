"""Who makes which file of a run beside those that are the record written down, and in which order."""

from typing import NamedTuple

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
    del options
    return ()
