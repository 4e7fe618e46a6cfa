"""`python -m backend` on a disk that is full: no file may grow beyond MOST_BYTES; run it by `python -m`.

Python ignores SIGXFSZ, so that a write fails by EFBIG, as it would by ENOSPC.
"""

import resource
import sys
from typing import Final

from backend import __main__ as command_line

MOST_BYTES: Final = 20_000
"""Less than the picture of a map has, and more than what is logged."""


def main() -> int:
    """Run the server until it is told to end, and return the exit status."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, resource.RLIM_INFINITY))
    return command_line.main()


if __name__ == "__main__":
    sys.exit(main())
