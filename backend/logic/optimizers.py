"""The optimizers, each one update of the flat parameter buffer by PyTorch's fused kernels."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from backend.logic.config import OptimizerName


class Optimizer(ABC):
    """The state of an optimizer over one flat buffer of n parameters.

    Attributes:
        moments: the running averages, (n,) float32 each.
    """

    def __init__(self, parameter_count: int, moment_count: int) -> None:
        self.moments = [torch.zeros(parameter_count) for _ in range(moment_count)]

    @abstractmethod
    def update(self, flat: Tensor, gradient: Tensor, learning_rate: float) -> None:
        """Change `flat` (n,) in place by one step against `gradient` (n,)."""


class Sgd(Optimizer):
    """Stochastic gradient descent, with momentum (Polyak 1964) if it is not 0; as torch.optim.SGD."""

    def __init__(self, parameter_count: int, momentum: float) -> None:
        super().__init__(parameter_count, moment_count=1 if momentum else 0)
        self._momentum = momentum

    def update(self, flat: Tensor, gradient: Tensor, learning_rate: float) -> None:
        """See Optimizer. A velocity of zeros makes PyTorch's special first step needless."""
        torch._fused_sgd_(
            [flat],
            [gradient],
            self.moments,
            weight_decay=0.0,
            momentum=self._momentum,
            lr=learning_rate,
            dampening=0.0,
            nesterov=False,
            maximize=False,
            is_first_step=False,
        )


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015); with a decoupled decay AdamW (Loshchilov and Hutter 2019). As torch.optim's."""

    def __init__(self, parameter_count: int, weight_decay: float) -> None:
        super().__init__(parameter_count, moment_count=2)
        self._weight_decay = weight_decay
        self._kernel = torch._fused_adamw_ if weight_decay else torch._fused_adam_
        self._step = torch.zeros(())

    def update(self, flat: Tensor, gradient: Tensor, learning_rate: float) -> None:
        """See Optimizer."""
        self._step += 1
        mean, square = self.moments
        self._kernel(
            [flat],
            [gradient],
            [mean],
            [square],
            [],
            [self._step],
            lr=learning_rate,
            beta1=0.9,
            beta2=0.999,
            weight_decay=self._weight_decay,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )


class RmsProp(Optimizer):
    """RMSprop (Hinton 2012, lecture 6e); as torch.optim.RMSprop, for which there is no fused kernel."""

    def __init__(self, parameter_count: int) -> None:
        super().__init__(parameter_count, moment_count=1)

    def update(self, flat: Tensor, gradient: Tensor, learning_rate: float) -> None:
        """See Optimizer."""
        (square,) = self.moments
        square.mul_(0.99).addcmul_(gradient, gradient, value=0.01)
        flat.addcdiv_(gradient, square.sqrt().add_(1e-8), value=-learning_rate)


_MAKERS: Final[dict[OptimizerName, Callable[[int], Optimizer]]] = {
    "sgd": lambda n: Sgd(n, momentum=0.0),
    "momentum": lambda n: Sgd(n, momentum=0.9),
    "adam": lambda n: Adam(n, weight_decay=0.0),
    "adamw": lambda n: Adam(n, weight_decay=0.01),
    "rmsprop": RmsProp,
}


def make_optimizer(name: OptimizerName, parameter_count: int) -> Optimizer:
    """A fresh optimizer for so many parameters, its moments zero."""
    return _MAKERS[name](parameter_count)
