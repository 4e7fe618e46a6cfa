"""A desk to sit at: a session without a server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

import pytest

from backend.logic.errors import RefusedError
from backend.logic.points import TrainingExample
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from backend.logic.training_thread import TrainingThread

DEADLINE_S = 30
TWO_CLASSES = [TrainingExample(1, 1, 0), TrainingExample(-1, -1, 1)]


class Desk:
    """A session whose own thread is the test's: what the trainer posts waits until it is asked for."""

    def __init__(self, thread: TrainingThread) -> None:
        self._posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.thread = thread
        self.session = TrainingSession(thread, self._posted.put)

    def until(self, condition: Callable[[TrainingSession], bool]) -> None:
        while not condition(self.session):
            self.next_call()()

    def next_call(self) -> Callable[[], None]:
        """What the trainer posts next."""
        return self._posted.get(timeout=DEADLINE_S)

    def settle(self) -> None:
        self.until(lambda session: session.run_state is not RunState.TRAINING and not session.is_settling)


@contextmanager
def opened_desk(thread: TrainingThread) -> Iterator[Desk]:
    """A desk whose session is closed in the end."""
    made = Desk(thread)
    try:
        yield made
    finally:
        made.session.close()()


def refusal(action: Callable[[], object]) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        action()
    return refused.value
