"""What the tests of the shipped configuration need: nginx."""

import pytest

from tests.support.nginx import require_nginx


@pytest.fixture(autouse=True, scope="session")
def needs_nginx() -> None:
    """Skip where it is not installed, but not under CI."""
    require_nginx()
