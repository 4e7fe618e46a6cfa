"""Records of runs that have been trained: for tests of what is made of them."""

import numpy as np
import torch

from backend.logic.architecture import ParameterId
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.points import TrainingExample
from backend.logic.run_record import Beginning, Checkpoint, HistoryRow, Moment, RunRecord
from backend.logic.training import Learner
from tests.support import run_records as untrained
from tests.unit.networks import CORNERS


def unhindered() -> None:
    """Nobody waits for a turn."""


class GivenWay:
    """Counts how often way is given."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def dataset_of(config: RunConfig, examples: list[TrainingExample] | None = None) -> Dataset:
    """The points as a session with this config has them; 16 unless others are given."""
    return untrained.dataset_of(config, CORNERS if examples is None else examples)


def record_of(
    config: RunConfig,
    examples: list[TrainingExample] | None = None,
    *,
    steps: int = 40,
    moments: tuple[int, ...] = (0, 20),
    frozen: frozenset[ParameterId] = frozenset(),
) -> RunRecord:
    """A run of so many steps, with its networks at some of them; some parameters are frozen from the first on."""
    dataset = dataset_of(config, examples)
    kept, history = [], []
    with torch.inference_mode():
        learner = Learner(config, dataset)
        learner.freeze(frozen)
        for step in range(steps + 1):
            if step in moments:
                kept.append(Moment(step, learner.epoch, config, learner.network.flat.numpy().copy()))
            if step % 10 == 0 and len(learner.examples.train_targets):
                loss, accuracy = learner.evaluate()
                history.append(HistoryRow(step, learner.epoch, loss, None, accuracy, None))
            if step < steps:
                learner.step()
        parameters = learner.network.flat.numpy().copy()
    end = Checkpoint(
        config=config,
        dataset=dataset,
        step=steps,
        epochs_before=0.0,
        is_new=steps == 0,
        frozen=frozen,
        parameters=parameters,
        moments=(),
        optimizer_step=0.0,
        shuffling=np.empty(0, np.uint8),
        dropping=np.empty(0, np.uint8),
        order=np.empty(0, np.int64),
        passes=0,
        has_begun=steps > 0,
        first_point=0,
        next_batch=0,
    )
    return RunRecord(end, Beginning(config, dataset), (), tuple(history), tuple(kept), "torch", is_exact=True)
