"""What the tests of the shipped configuration need: nginx. Only where there is none, and no CI, they are skipped."""

import os

import pytest

from tests.support.tools import find_server


@pytest.fixture(autouse=True, scope="session")
def needs_nginx() -> None:
    """Skip where nginx is not installed; under CI that is a failure."""
    if find_server("nginx") is None:
        if os.environ.get("CI"):
            pytest.fail("`python -m tests.support.tools servers` installs nginx under CI", pytrace=False)
        pytest.skip("nginx is not installed")
