"""The optimizers over a stack of networks: one update of all of them, each at its own learning rate.

They are those of optimizers.py, written out in operations on (K, P) buffers, for which a network's own number is a
column.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import torch
from torch import Tensor

from backend.logic.config import OptimizerName


class Stack(NamedTuple):
    """What an optimizer works on: K networks of P parameters, float32, changed in place.

    Attributes:
        flat: (K, P) parameters.
        gradient: (K, P), may be written over.
        moments: (K, P) each, as Optimizer.moments.
    """

    flat: Tensor
    gradient: Tensor
    moments: Sequence[Tensor]


class StackedOptimizer(ABC):
    """The update of a stack.

    Args:
        stack: what it works on.
        decays: (K, 1) float64, the weight decay of each network.
    """

    def __init__(self, stack: Stack, decays: Tensor) -> None:
        self._stack = stack
        self._decays = decays
        self._added_decays = decays.float() if bool(decays.any()) else None

    @abstractmethod
    def prepare(self, rates: Tensor, steps: Tensor) -> None:
        """Say what the next n updates need.

        Args:
            rates: (n, K, 1) float64, the learning rate of each network in each update, above 0.
            steps: (n, K, 1) float64, which update of its network each of them is, from 1 on.
        """

    @abstractmethod
    def update(self, index: int) -> None:
        """Make the update of this index of those prepared."""

    def _decay(self) -> None:
        """Add weight decay to the gradient."""
        if self._added_decays is not None:
            self._stack.gradient.addcmul_(self._stack.flat, self._added_decays)


class _Sgd(StackedOptimizer):
    def __init__(self, stack: Stack, decays: Tensor, momentum: float = 0.0, *, nesterov: bool = False) -> None:
        super().__init__(stack, decays)
        self._momentum = momentum
        self._nesterov = nesterov
        self._rates: Sequence[Tensor] = ()

    def prepare(self, rates: Tensor, steps: Tensor) -> None:  # noqa: ARG002 - the first step is like all others
        self._rates = rates.float().unbind()

    def update(self, index: int) -> None:
        flat, direction, moments = self._stack
        self._decay()
        if self._momentum:
            velocity = moments[0].mul_(self._momentum).add_(direction)
            direction = direction.add_(velocity, alpha=self._momentum) if self._nesterov else velocity
        flat.addcmul_(direction, self._rates[index], value=-1)


class _Adaptive(StackedOptimizer):
    """Those that divide by the root of a running square: w - rate · direction / (root · scale + epsilon).

    Rate and scale are columns, so both go into the divisor: direction / (root · scale / rate + epsilon / rate).
    """

    def __init__(self, stack: Stack, decays: Tensor, epsilon: float) -> None:
        super().__init__(stack, decays)
        self._epsilon = epsilon
        self._divisor = torch.empty_like(stack.flat)
        self._scales: Sequence[Tensor] = ()
        self._epsilons: Sequence[Tensor] = ()

    def prepare(self, rates: Tensor, steps: Tensor) -> None:  # noqa: ARG002 - Adam's alone depends on it
        inverses = rates.reciprocal()
        self._prepare_divisors(inverses, inverses)

    def _prepare_divisors(self, scales: Tensor, inverses: Tensor) -> None:
        """Take (n, K, 1) float64 scale / rate and 1 / rate for the next updates."""
        self._scales = scales.float().unbind()
        self._epsilons = (inverses * self._epsilon).float().unbind()

    def _descend(self, index: int, direction: Tensor, square: Tensor) -> None:
        divisor = torch.sqrt(square, out=self._divisor)
        torch.addcmul(self._epsilons[index], divisor, self._scales[index], out=divisor)
        self._stack.flat.addcdiv_(direction, divisor, value=-1)


class _Adam(_Adaptive):
    def __init__(self, stack: Stack, decays: Tensor, *, decoupled: bool = False) -> None:
        super().__init__(stack, decays, epsilon=1e-8)
        self._decoupled = decoupled
        self._shares_kept: Sequence[Tensor] = ()

    def prepare(self, rates: Tensor, steps: Tensor) -> None:
        inverses = (1 - 0.9**steps).div_(rates)
        self._prepare_divisors((1 - 0.999**steps).rsqrt_().mul_(inverses), inverses)
        if self._decoupled:
            self._shares_kept = (1 - rates * self._decays).float().unbind()

    def update(self, index: int) -> None:
        flat, gradient, (mean, square) = self._stack
        if self._decoupled:
            flat.mul_(self._shares_kept[index])
        else:
            self._decay()
        mean.lerp_(gradient, 0.1)
        square.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
        self._descend(index, mean, square)


class _RmsProp(_Adaptive):
    def __init__(self, stack: Stack, decays: Tensor) -> None:
        super().__init__(stack, decays, epsilon=1e-8)

    def update(self, index: int) -> None:
        _, gradient, (square,) = self._stack
        self._decay()
        square.mul_(0.99).addcmul_(gradient, gradient, value=0.01)
        self._descend(index, gradient, square)


class _Adagrad(_Adaptive):
    def __init__(self, stack: Stack, decays: Tensor) -> None:
        super().__init__(stack, decays, epsilon=1e-10)

    def update(self, index: int) -> None:
        _, gradient, (square,) = self._stack
        self._decay()
        square.addcmul_(gradient, gradient)
        self._descend(index, gradient, square)


_MAKERS: Final[dict[OptimizerName, Callable[[Stack, Tensor], StackedOptimizer]]] = {
    "sgd": _Sgd,
    "momentum": lambda stack, decays: _Sgd(stack, decays, momentum=0.9),
    "nesterov": lambda stack, decays: _Sgd(stack, decays, momentum=0.9, nesterov=True),
    "adam": _Adam,
    "adamw": lambda stack, decays: _Adam(stack, decays, decoupled=True),
    "rmsprop": _RmsProp,
    "adagrad": _Adagrad,
}


def stack_optimizer(name: OptimizerName, stack: Stack, decays: Tensor) -> StackedOptimizer:
    """The optimizer of a stack; `decays`, (K, 1) float64, are the weight decays of its networks."""
    return _MAKERS[name](stack, decays)
