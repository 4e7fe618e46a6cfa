"""What counts as enough coverage: lines and branches, each for itself."""

from typing import Any

import pytest

from tests.support.coverage import reached_percent, tell


def summary(lines: int, branches: int) -> dict[str, Any]:
    """Of 100 lines and 50 branches."""
    return {
        "num_statements": 100,
        "covered_lines": lines,
        "missing_lines": 100 - lines,
        "num_branches": 50,
        "covered_branches": branches,
        "missing_branches": 50 - branches,
    }


@pytest.mark.parametrize(
    ("lines", "branches", "is_enough"), [(90, 45, True), (100, 44, False), (89, 50, False), (100, 50, True)]
)
def test_neither_lines_nor_branches_make_up_for_the_other(
    lines: int, branches: int, *, is_enough: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    told = summary(lines, branches)
    assert tell({"files": {"backend/app.py": {"summary": told}}, "totals": told}) is is_enough
    assert f"{lines:.1f} %" in capsys.readouterr().out


def test_a_file_without_branches_has_them_all() -> None:
    assert reached_percent({"num_branches": 0, "covered_branches": 0}, "branches") == 100
