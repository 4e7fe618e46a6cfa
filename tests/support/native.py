"""The compiled kernel for tests: made once a process, kept on disk for the next."""

from functools import cache

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.native import NativeLearner, Train, compile_kernel


@cache
def train_kernel() -> Train:
    """The kernel."""
    return compile_kernel(lambda: None)


def native_learner(config: RunConfig, dataset: Dataset) -> NativeLearner:
    """A learner that trains natively where that is the rule."""
    return NativeLearner(config, dataset, train_kernel())
