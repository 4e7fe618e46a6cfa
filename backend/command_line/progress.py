"""How far a training is: a bar on standard error, if a person sees it."""

import sys
from types import TracebackType
from typing import Self

from tqdm import tqdm


class Progress:
    """Counts the steps that are made, and shows them in a terminal.

    Args:
        steps: how many there are to be.
        is_quiet: whether nothing is to be shown.

    Attributes:
        done: how many have been made.
    """

    def __init__(self, steps: int, *, is_quiet: bool) -> None:
        self.done = 0
        # With None tqdm shows nothing unless the file is a terminal.
        self._bar = tqdm(total=steps, unit=" steps", file=sys.stderr, disable=True if is_quiet else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    def __call__(self, done: int) -> None:
        """Say how many steps have been made by now."""
        self._bar.update(done - self.done)
        self.done = done
