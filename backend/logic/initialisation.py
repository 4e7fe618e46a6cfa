"""How the parameters of a new network begin."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import nn

from backend.logic.architecture import Layer
from backend.logic.config import Initialisation

_SCALES: Final[dict[Initialisation, float]] = {"small": 0.1, "large": 5.0}
"""Those that are PyTorch's, times a number."""


def initialise(layers: Sequence[Layer], kind: Initialisation, generator: torch.Generator) -> None:
    """Fill layers in place, from the inputs on, weight before bias; layer norms begin with gain 1 and shift 0.

    * pytorch: weights and biases uniform in ±1 / sqrt(inputs), as nn.Linear; source: LeCun et al., "Efficient
      BackProp" (1998). small and large are the same numbers times 0.1 and 5.
    * xavier: weights uniform in ±sqrt(6 / (inputs + outputs)), biases 0; source: Glorot and Bengio (2010).
    * he: weights normal with deviation sqrt(2 / inputs), biases 0; source: He et al. (2015).
    * zeros: all weights and biases 0.
    """
    for weight, bias, gain, shift in layers:
        bias.zero_()
        match kind:
            case "zeros":
                weight.zero_()
            case "xavier":
                nn.init.xavier_uniform_(weight, generator=generator)
            case "he":
                nn.init.kaiming_normal_(weight, generator=generator)
            case "pytorch" | "small" | "large":
                bound = weight.shape[1] ** -0.5
                scale = _SCALES.get(kind, 1.0)
                weight.uniform_(-bound, bound, generator=generator).mul_(scale)
                bias.uniform_(-bound, bound, generator=generator).mul_(scale)
        if gain is not None and shift is not None:
            gain.fill_(1)
            shift.zero_()
