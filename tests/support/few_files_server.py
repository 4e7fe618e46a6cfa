"""`python -m backend` in a process that may have few files open; run it by `python -m`."""

import resource
import sys
from typing import Final

from backend import __main__ as command_line

MOST_FILES: Final = 64


def main() -> int:
    """Run the server until it is told to end, and return the exit status."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
    return command_line.main()


if __name__ == "__main__":
    sys.exit(main())
