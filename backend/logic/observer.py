"""ComputeObserver: who is told how those who compute use their time. Logic measures, and knows no metrics."""

from typing import Final, Literal, Protocol

Contender = Literal["training", "render", "save", "files"]
"""Who takes turns at the gate; files are the runs that are opened or packed."""


class ComputeObserver(Protocol):
    """Is told what there is to count, once a slice or more rarely, never once a step. Any thread may call it."""

    def sliced(self, steps: int, seconds: float) -> None:
        """A slice is over.

        Args:
            steps: how many were made in it, of all runs that trained together.
            seconds: how long it took.
        """

    def waited(self, contender: Contender, seconds: float) -> None:
        """Somebody has waited for so long for a turn at the gate; 0 if it was free."""

    def hung(self) -> None:
        """A step has been given up, because it took too long."""


class NoObserver:
    """Nobody measures."""

    def sliced(self, steps: int, seconds: float) -> None:
        """Take no note."""

    def waited(self, contender: Contender, seconds: float) -> None:
        """Take no note."""

    def hung(self) -> None:
        """Take no note."""


NOBODY: Final = NoObserver()
"""Who does not measure."""
