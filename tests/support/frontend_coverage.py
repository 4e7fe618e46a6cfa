"""How many lines and branches of the page's logic its unit tests reach, out of what Node counts.

The logic is what lies in `frontend/` itself and no page loads by a tag: views draw, and what a page loads puts it
together; both are the browser tests' matter.
"""

import re
from pathlib import Path
from typing import Any, Final

from tests.support.coverage import tell
from tests.support.tools import ROOT

_LEAST_PERCENT: Final = 85
_COUNTS: Final = {"LF": "num_statements", "LH": "covered_lines", "BRF": "num_branches", "BRH": "covered_branches"}
_SCRIPT: Final = re.compile(r'<script[^>]*\ssrc="(?:\./)?([^"]+)"')

Summary = dict[str, int]


def logic_modules(frontend: Path) -> list[Path]:
    """The modules that count: none of a folder below, and none that a page loads by a tag."""
    loaded = {name for page in frontend.glob("*.html") for name in _SCRIPT.findall(page.read_text(encoding="utf-8"))}
    return sorted(path for path in frontend.glob("*.js") if path.name not in loaded)


def read_lcov(text: str) -> dict[str, Summary]:
    """What Node's lcov report says of each file, in the words of coverage's JSON report."""
    files: dict[str, Summary] = {}
    for record in text.split("end_of_record"):
        fields = dict(line.split(":", 1) for line in record.split() if line.startswith(("SF:", *_COUNTS)))
        if "SF" in fields:
            files[fields["SF"]] = _summary({ours: int(fields[theirs]) for theirs, ours in _COUNTS.items()})
    return files


def tell_reached(report: Path) -> bool:
    """Print what is reached; return whether it is enough. A module that no test loads counts as not reached."""
    counted = read_lcov(report.read_text(encoding="utf-8"))
    files: dict[str, Any] = {}
    totals: Summary = {}
    for path in logic_modules(ROOT / "frontend"):
        name = str(path.relative_to(ROOT))
        summary = counted.get(name) or _unreached(path)
        files[name] = {"summary": summary}
        totals = {key: totals.get(key, 0) + count for key, count in summary.items()}
    return tell({"files": files, "totals": totals}, "the page's logic", _LEAST_PERCENT)


def _unreached(path: Path) -> Summary:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    return _summary({"num_statements": lines, "covered_lines": 0, "num_branches": 1, "covered_branches": 0})


def _summary(counts: Summary) -> Summary:
    return {
        **counts,
        "missing_lines": counts["num_statements"] - counts["covered_lines"],
        "missing_branches": counts["num_branches"] - counts["covered_branches"],
    }
