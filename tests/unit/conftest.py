"""Tests compare bits with the training thread: they compute as it does."""

import pytest

from backend.logic.gate import compute_single_threaded


@pytest.fixture(autouse=True)
def _single_threaded() -> None:
    compute_single_threaded()
