"""Which threads of ours there are, and one for a test alone."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from backend.logic.gate import ComputeGate
from backend.logic.training import Learner, MakeLearner
from backend.logic.training_thread import TrainingThread

DEADLINE_S: Final = 30


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for what another thread does and tells nobody: look again every millisecond.

    Raises:
        TimeoutError: it does not come in time.
    """
    ends_s = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > ends_s:
            raise TimeoutError
        time.sleep(0.001)


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
