"""`make coverage`: how many of the backend's lines and branches the unit, integration and fault tests reach."""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[2]
_TESTS: Final = ("tests/unit", "tests/integration", "tests/faults")
_LEAST_PERCENT: Final = 90
_WORST: Final = 12


def reached_percent(totals: dict[str, Any], what: str) -> float:
    """How many of the lines (or "branches") are reached; coverage's own percentage mixes the two.

    Args:
        totals: of coverage's JSON report, or the summary of one file in it.
        what: "lines" or "branches".
    """
    count = totals["num_statements" if what == "lines" else "num_branches"]
    return 100 * totals[f"covered_{what}"] / count if count else 100.0


def tell(document: dict[str, Any], whole: str = "the whole backend", least_percent: float = _LEAST_PERCENT) -> bool:
    """Print what is reached in all, and the files with most left out; return whether it is enough."""
    files = {name: told["summary"] for name, told in document["files"].items()}
    left_out = {name: told["missing_lines"] + told["missing_branches"] for name, told in files.items()}
    print(f"\n{'':<44} {'lines':>8} {'branches':>9}")
    for name in sorted(files, key=lambda name: -left_out[name])[:_WORST]:
        if left_out[name]:
            print(_row(name, files[name]))
    totals = document["totals"]
    print(_row(whole, totals))
    is_enough = all(reached_percent(totals, what) >= least_percent for what in ("lines", "branches"))
    print(f"At least {least_percent} % of each are wanted: {'reached' if is_enough else 'NOT reached'}.")
    return is_enough


def _row(name: str, summary: dict[str, Any]) -> str:
    return f"{name:<44} {reached_percent(summary, 'lines'):>6.1f} % {reached_percent(summary, 'branches'):>7.1f} %"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tests, print, and return the exit status: 1 if a test fails or too little is reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.coverage", description=__doc__)
    parser.add_argument("tests", nargs="*", default=_TESTS, help=f"what to run ({', '.join(_TESTS)})")
    parser.add_argument("--json", type=Path, default=Path("coverage.json"), help="where the figures go")
    chosen = parser.parse_args(arguments)
    _coverage("erase")
    tested = _coverage("run", "-m", "pytest", *chosen.tests)
    _coverage("combine", "--quiet")
    _coverage("json", "--quiet", "-o", str(chosen.json))
    is_enough = tell(json.loads(chosen.json.read_text(encoding="utf-8")))
    return 0 if tested == 0 and is_enough else 1


def _coverage(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=_ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
