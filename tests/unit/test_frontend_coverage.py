"""What counts as the page's logic, and as reached."""

from pathlib import Path

import pytest

from tests.support.frontend_coverage import logic_modules, read_lcov, tell_reached
from tests.support.tools import ROOT


def lcov(path: str, lines: tuple[int, int], branches: tuple[int, int]) -> str:
    """One file's record as Node writes it: found and reached."""
    counts = f"LH:{lines[1]}\nLF:{lines[0]}\nBRF:{branches[0]}\nBRH:{branches[1]}\n"
    return f"TN:\nSF:{path}\nFN:31,createThing\nDA:1,4\n{counts}end_of_record\n"


def test_a_report_is_read_file_by_file() -> None:
    files = read_lcov(lcov("frontend/a.js", (10, 8), (4, 3)) + lcov("frontend/b.js", (5, 5), (0, 0)))
    assert [*files] == ["frontend/a.js", "frontend/b.js"]
    assert files["frontend/a.js"] == {
        "num_statements": 10,
        "covered_lines": 8,
        "num_branches": 4,
        "covered_branches": 3,
        "missing_lines": 2,
        "missing_branches": 1,
    }


def test_logic_is_what_no_page_loads_by_a_tag_and_lies_in_no_folder_below() -> None:
    names = {path.name for path in logic_modules(ROOT / "frontend")}
    assert {"socket.js", "sync.js", "commands.js", "door_words.js", "unit_names.js"} <= names
    assert not names & {"main.js", "class.js", "enter.js", "theme_first.js", "words_first.js", "plane.js", "en.js"}


@pytest.mark.parametrize(("reached", "is_enough"), [(90, True), (80, False)])
def test_it_is_enough_from_85_percent_on(tmp_path: Path, *, reached: int, is_enough: bool) -> None:
    report = tmp_path / "lcov.info"
    files = [f"frontend/{path.name}" for path in logic_modules(ROOT / "frontend")]
    report.write_text("".join(lcov(name, (100, 100), (100, reached)) for name in files), encoding="utf-8")
    assert tell_reached(report) is is_enough


def test_what_no_test_loads_is_not_reached(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "lcov.info"
    report.write_text(lcov("frontend/socket.js", (300, 300), (90, 90)), encoding="utf-8")
    assert not tell_reached(report)
    assert " 0.0 %" in capsys.readouterr().out
