"""The table of features names tests that exist, so that none of its rows is a promise alone."""

import re
from typing import Final

from tests.support.tools import ROOT

_TABLE: Final = ROOT / "specs" / "003-full-playground" / "playground-table.md"
_NAMED: Final = re.compile(r"`((?:browser|unit|integration|frontend)/[\w.]+?\.(?:py|js))(?:::([^`]+))?`")


def test_every_row_of_the_table_names_a_test_that_exists() -> None:
    rows = [line for line in _TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith("| there") and not row.startswith("| asked")]
    assert len(rows) > 60
    for row in rows:
        named = _NAMED.findall(row)
        assert named, row
        for path, name in named:
            text = (ROOT / "tests" / path).read_text(encoding="utf-8")
            assert is_in(text, path, name), f"{path} has no {name}"


def is_in(text: str, path: str, name: str) -> bool:
    """Whether a test file has such a test; a parametrised name in JavaScript is made of its cases."""
    if path.endswith(".py"):
        return re.search(rf"^(async )?def {name}\(", text, re.MULTILINE) is not None
    case = re.match(r"of (\S+) the rest is taken", name)
    return f'test("{name}"' in text or name == "" or (case is not None and f'"{case[1]}"' in text)
