"""SessionLimits: how large one person's work may become."""

from typing import NamedTuple

from backend.logic.architecture import Architecture
from backend.logic.config import MAX_POINTS, RunConfig
from backend.logic.errors import LimitError


class SessionLimits(NamedTuple):
    """What a session may hold at most.

    Attributes:
        points: training and test points together.
        parameters: of its network; None for as many as a config can ask for.
    """

    points: int = MAX_POINTS
    parameters: int | None = None

    def check_network(self, config: RunConfig) -> None:
        """See that the network of a config is not too large.

        Raises:
            LimitError: it is.
        """
        count = Architecture.of(config).parameter_count
        if self.parameters is not None and count > self.parameters:
            raise LimitError(
                f"A network can have {self.parameters:,} weights and biases at most: this one would have {count:,}.",
                "hidden_layers",
            )
