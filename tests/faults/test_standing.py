"""The standing assertions themselves: they hold where nothing happens, and see what does."""

import pytest

from tests.faults.standing import assert_the_log_is_clean, standing
from tests.support.server import Ended


async def test_they_hold_where_nothing_happens() -> None:
    async with standing():
        pass


@pytest.mark.parametrize(
    "line",
    ["Traceback (most recent call last):", "refused 10.9.8.7", "from ::1", "session " + "0f" * 16 + " ended"],
)
def test_they_see_what_no_log_may_hold(line: str) -> None:
    with pytest.raises(AssertionError):
        assert_the_log_is_clean(Ended(0, "", f"Warming up …\n{line}\n"), may_log_tracebacks=False)


def test_a_fault_of_the_server_may_be_told_by_a_traceback() -> None:
    told = "2026-11-25 07:11:31,042 ERROR backend: a step failed\nTraceback (most recent call last):\n"
    assert_the_log_is_clean(Ended(0, "", told), may_log_tracebacks=True)
