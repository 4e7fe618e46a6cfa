"""Who makes which file of a run beside those that are the record written down, and in which order."""

from functools import partial

from backend.runs.colors import ThemeName
from backend.runs.fiftyone import write_fiftyone
from backend.runs.formula import write_formula
from backend.runs.layout import BASELINE, FIFTYONE, FORMULA, MAP, METRICS, NOTEBOOK, SCRIPT, TENSORBOARD, VERIFICATION
from backend.runs.notebook import write_notebook
from backend.runs.picture import write_map
from backend.runs.scores import write_baseline, write_metrics
from backend.runs.script import write_script
from backend.runs.tensorboard import write_tensorboard
from backend.runs.writing import Make, Maker


def makers_of(
    *, tensorboard: bool = False, fiftyone: bool = False, theme: ThemeName = "light", check: Make | None = None
) -> tuple[Maker, ...]:
    """What makes the files of a run.

    Args:
        tensorboard: whether its course for TensorBoard, in `tb/`, is among them.
        fiftyone: whether its maps and answers for FiftyOne are, in `fiftyone/`.
        theme: of its map.png.
        check: tries out its `train.py`, last, and writes verification.json; None to leave that out.
    """
    chosen = (
        (tensorboard, Maker(TENSORBOARD, write_tensorboard)),
        (fiftyone, Maker(FIFTYONE, write_fiftyone)),
    )
    return (
        Maker(SCRIPT, write_script),
        Maker(NOTEBOOK, write_notebook),
        Maker(FORMULA, write_formula),
        Maker(METRICS, write_metrics),
        Maker(BASELINE, write_baseline),
        Maker(MAP, partial(write_map, theme=theme)),
        *(maker for is_chosen, maker in chosen if is_chosen),
        *([] if check is None else [Maker(VERIFICATION, check)]),
    )
