"""Runs what checks the frontend: `types` for the TypeScript checker, `units` for Node's test runner.

The units also tell how much of the page's logic they reach, and fail where that is too little.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.frontend_coverage import tell_reached
from tests.support.tools import ROOT, find_node, find_tsc


def main(what: str) -> int:
    """Run it, and return its exit status."""
    node, tsc = find_node(), find_tsc()
    if node is None or tsc is None:
        print("Run `python -m tests.support.tools types` first.", file=sys.stderr)
        return 1
    if what == "types":
        return _run(node, tsc, "--project", ROOT / "tests" / "tsconfig.json")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "lcov.info"
        failed = _run(
            node,
            "--test",
            "--experimental-test-coverage",
            "--test-reporter=lcov",
            f"--test-reporter-destination={report}",
            "--test-reporter=spec",
            "--test-reporter-destination=stdout",
            *sorted((ROOT / "tests" / "frontend").glob("*.test.js")),
        )
        return failed or int(not tell_reached(report))


def _run(*command: str | Path) -> int:
    return subprocess.run(command, check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
