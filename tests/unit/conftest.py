"""What several files of tests want."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from hypothesis import settings

from backend.logic.gate import compute_single_threaded
from backend.logic.training_thread import TrainingThread
from tests.support.threads import training_thread
from tests.unit.desk import Desk, opened_desk
from tests.unit.pump_rig import Rig
from tests.unit.scheduler_lab import Lab
from tests.unit.trainer_bench import Bench

# How long an example takes says more of the machine than of the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(autouse=True)
def _single_threaded() -> None:
    """Tests compare bits with the training thread: they compute as it does."""
    compute_single_threaded()


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    """A frame pump with credit for two frames."""
    made = Rig()
    yield made
    await made.close()


@pytest.fixture
def thread() -> Iterator[TrainingThread]:
    """A training thread."""
    with training_thread() as made:
        yield made


@pytest.fixture
def bench(thread: TrainingThread) -> Bench:
    """A trainer in this thread."""
    return Bench(thread)


@pytest.fixture
def desk(thread: TrainingThread) -> Iterator[Desk]:
    """A session that trains in this thread."""
    with opened_desk(thread) as made:
        yield made


@pytest.fixture
def other(thread: TrainingThread) -> Iterator[Desk]:
    """Another session that trains in the same thread."""
    with opened_desk(thread) as made:
        yield made


@pytest.fixture
def lab() -> Lab:
    """A scheduler with its clock."""
    return Lab()
