"""Which threads of ours there are, and one for a test alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from backend.logic.gate import ComputeGate
from backend.logic.training import Learner, MakeLearner
from backend.logic.training_thread import TrainingThread


def training_threads() -> set[threading.Thread]:
    """The training threads that are alive."""
    return {thread for thread in threading.enumerate() if thread.name == "training"}


@contextmanager
def training_thread(gate: ComputeGate | None = None, make_learner: MakeLearner = Learner) -> Iterator[TrainingThread]:
    """A training thread that has ended when the block has."""
    thread = TrainingThread(gate or ComputeGate(), make_learner)
    try:
        yield thread
    finally:
        thread.close()
