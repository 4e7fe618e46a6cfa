"""`python -m backend`, whose runs go wrong where their config asks for it; run it by `python -m`.

A config asks by its `l2`, which live changes can set and which does not keep runs apart that train together.
"""

import sys
import threading
import time
from typing import Final
from unittest.mock import patch

from backend import __main__ as command_line
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.training import Learner

RAISES: Final = 1.1e-5
"""Each step from FIRST_BAD_STEP on raises a RuntimeError."""
LACKS_MEMORY: Final = 1.2e-5
"""Each step from FIRST_BAD_STEP on raises a MemoryError."""
HANGS: Final = 1.3e-5
"""The step FIRST_BAD_STEP waits for what never comes."""
HANGS_AND_WAKES: Final = 1.4e-5
"""The step FIRST_BAD_STEP takes NAP_S, and then goes on as if nothing had been."""
LACKS_MEMORY_TO_BUILD: Final = 1.5e-5
"""Building a model raises a MemoryError."""
HANGS_IN_BUILDING: Final = 1.6e-5
"""Building a model waits for what never comes."""
HANGS_IN_A_COMMAND: Final = 1.7e-5
"""A new data set waits for what never comes."""

FIRST_BAD_STEP: Final = 200
NAP_S: Final = 4.0

_MESSAGE: Final = "this fault was asked for"


class FaultyLearner(Learner):
    """A Learner with the fault that its config asks for, whether it steps alone or with others."""

    def __init__(self, config: RunConfig, dataset: Dataset) -> None:
        if config.l2 == LACKS_MEMORY_TO_BUILD:
            raise MemoryError(_MESSAGE)
        if config.l2 == HANGS_IN_BUILDING:
            _wait_for_ever()
        super().__init__(config, dataset)

    def use_dataset(self, dataset: Dataset) -> None:
        """See Learner."""
        if self.config.l2 == HANGS_IN_A_COMMAND:
            _wait_for_ever()
        super().use_dataset(dataset)

    def step(self) -> None:
        """See Learner."""
        self._go_wrong(1)
        super().step()

    def count_steps(self, count: int) -> None:
        """See Learner; called in each step that is made with others."""
        self._go_wrong(count)
        super().count_steps(count)

    def _go_wrong(self, count: int) -> None:
        """Do what the config asks for, if the next so many steps are far enough."""
        last = self.step_count + count
        if last < FIRST_BAD_STEP:
            return
        fault = self.config.l2
        if fault == RAISES:
            raise RuntimeError(_MESSAGE)
        if fault == LACKS_MEMORY:
            raise MemoryError(_MESSAGE)
        if fault == HANGS:
            _wait_for_ever()
        if fault == HANGS_AND_WAKES and self.step_count < FIRST_BAD_STEP:
            time.sleep(NAP_S)


def _wait_for_ever() -> None:
    threading.Event().wait()


def main() -> int:
    """Run the server until it is told to end, and return the exit status."""
    with patch.object(command_line, "make_learner_of", lambda *_: FaultyLearner):
        return command_line.main()


if __name__ == "__main__":
    sys.exit(main())
