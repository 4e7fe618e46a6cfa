"""`--smoke`: a tiny training, saved and evaluated in a temporary folder: whether this installation is in order."""

import tempfile
import time
from pathlib import Path
from typing import Final

from backend.command_line.evaluate import SAME, evaluated
from backend.command_line.orders import SmokeOrder, Speech, TrainOrder
from backend.command_line.telling import tell_facts
from backend.command_line.train import saved, trained
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.runs.layout import CONFIG, POINTS, config_bytes
from backend.runs.makers import makers_of
from backend.runs.points_file import points_bytes
from backend.settings import Settings

_STEPS: Final = 60
_POINTS: Final = 60


def smoke(order: SmokeOrder) -> bool:
    """Train a little, save and evaluate it, and return whether all came out again.

    Raises:
        FailedError: not even that can be done here.
    """
    began_s = time.perf_counter()
    config = RunConfig(train_fraction=0.8)
    dataset = Dataset.empty(config.train_fraction, config.seed).adding(generate("xor", _POINTS, 0.0, 2, config.seed))
    # The train.py is not tried out: that is another start of PyTorch.
    makers = makers_of()
    with tempfile.TemporaryDirectory(prefix="boundary-lab-") as name:
        folder = Path(name)
        (folder / CONFIG).write_bytes(config_bytes(config))
        (folder / POINTS).write_bytes(points_bytes(dataset))
        training = TrainOrder(
            folder / CONFIG,
            folder / POINTS,
            None,
            _STEPS,
            Settings(runs_dir=folder / "outputs"),
            fiftyone=False,
            speech=Speech(as_json=order.speech.as_json, is_quiet=True),
        )
        run = saved(training, trained(training), makers)
        facts = evaluated(run.path)
    differing = [name for name, fact in facts.items() if fact != SAME]
    tell_facts(
        {
            "steps": _STEPS,
            "checkpoint_id": run.checkpoint_id,
            "files": len(run.files),
            "compared": len(facts),
            "differing": differing,
            "seconds": round(time.perf_counter() - began_s, 3),
        },
        as_json=order.speech.as_json,
    )
    return not differing
