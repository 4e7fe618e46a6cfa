"""The warm-up: what PyTorch does slowly the first time is done before the first person comes."""

import gc
from typing import get_args

import torch

from backend.logic.classification_map import answer_at
from backend.logic.config import OptimizerName, RunConfig
from backend.logic.dataset import Dataset
from backend.logic.gate import compute_single_threaded
from backend.logic.generators import generate
from backend.logic.insight import insight_into
from backend.logic.observation import Look, Observer
from backend.logic.progress import snapshot_of
from backend.logic.training import Learner, MakeLearner


def warm_up(make_learner: MakeLearner) -> None:
    """Train, evaluate and render once with every optimizer, and for values."""
    compute_single_threaded()
    dataset = Dataset.empty(1.0, 0).adding(generate("xor", 200, 0.0, 2, 0))
    every_optimizer = [
        RunConfig(optimizer=name, dropout=0.1, l1=0.001, l2=0.001, gradient_clip=1.0, layer_norm=True)
        for name in get_args(OptimizerName)
    ]
    observer = Observer()
    for config in [*every_optimizer, RunConfig(problem="regression", loss="squared_error")]:
        # As the threads that train and render do it.
        with torch.inference_mode():
            _warm_up_with(make_learner(config, dataset), observer)
    # What has been loaded stays: the garbage collector need not look at it again in the middle of a step.
    gc.collect()
    gc.freeze()


def _warm_up_with(learner: Learner, observer: Observer) -> None:
    for _ in range(30):
        learner.step()
    snapshot = snapshot_of(learner)
    observer.observe([snapshot], Look(100, 100, unit=(1, 0), tile_size=24))
    observer.observe([snapshot, snapshot], Look(100, 100))
    insight_into(snapshot)
    answer_at(snapshot, 0.0, 0.0)
