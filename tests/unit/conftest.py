"""What several files of tests want."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from hypothesis import settings

from backend.logic.gate import compute_single_threaded
from backend.logic.training_thread import TrainingThread
from tests.support.threads import training_thread
from tests.unit.pump_rig import Rig

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
