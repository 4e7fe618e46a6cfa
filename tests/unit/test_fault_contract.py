"""The contract of faults names tests that exist, and leaves none of them out."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACT = (ROOT / "specs" / "005-holds" / "contracts" / "faults.md").read_text()
NAMED = [(path, name) for path, name in re.findall(r"`([\w/.-]+\.(?:py|js))::([^`]+)`", CONTRACT)]


def names_in(path: Path) -> set[str]:
    """The names of the tests of a file, those in classes as `Class::test`; in JavaScript their titles."""
    if path.suffix == ".js":
        return set(re.findall(r"""^\s*(?:test|it)\(\s*["'`](.+?)["'`],""", path.read_text(), re.MULTILINE))
    found = set()
    for node in ast.parse(path.read_text()).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        found |= {prefix + each.name for each in inside if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
    return {name for name in found if name.rpartition("::")[2].startswith("test_")}


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_that_the_contract_names_exists(path: str, name: str) -> None:
    assert name in names_in(ROOT / path)


def test_no_file_of_faults_is_left_out() -> None:
    files = {f"tests/faults/{path.name}" for path in (ROOT / "tests" / "faults").glob("test_*.py")}
    assert files <= {path for path, _ in NAMED}


def test_every_row_names_a_test_and_what_is_expected() -> None:
    tables = re.findall(r"^\|(.+)\|$", CONTRACT, re.MULTILINE)
    rows = [[cell.strip() for cell in line.split("|")] for line in tables]
    for row in rows:
        assert len(row) == 3
        assert all(row)
    told = [row for row in rows if row[0] not in {"fault", "---"}]
    assert all("::" in row[1] for row in told)
