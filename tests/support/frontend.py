"""Runs what checks the frontend: `types` for the TypeScript checker, `units` for Node's test runner."""

import subprocess
import sys
from pathlib import Path

from tests.support.tools import ROOT, find_node, find_tsc


def main(what: str) -> int:
    """Run it, and return its exit status."""
    node, tsc = find_node(), find_tsc()
    if node is None or tsc is None:
        print("Run `python -m tests.support.tools types` first.", file=sys.stderr)
        return 1
    if what == "types":
        command: list[str | Path] = [node, tsc, "--project", ROOT / "tests" / "tsconfig.json"]
    else:
        command = [node, "--test", *sorted((ROOT / "tests" / "frontend").glob("*.test.js"))]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
