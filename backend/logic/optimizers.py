"""The optimizers, each one update of the flat parameter buffer, as torch.optim's of the same names."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from backend.logic.config import OptimizerName, RunConfig

_ADAMW_DECAY: Final = 0.01


class Optimizer(ABC):
    """The state of an optimizer over one flat buffer of n parameters.

    Attributes:
        moments: the running averages or sums, (n,) float32 each.
    """

    def __init__(self, parameter_count: int, moment_count: int) -> None:
        self.moments = [torch.zeros(parameter_count) for _ in range(moment_count)]

    @abstractmethod
    def update(self, flat: Tensor, gradient: Tensor, learning_rate: float, weight_decay: float) -> None:
        """Change `flat` (n,) in place by one step against `gradient` (n,), which may be written over."""


class Sgd(Optimizer):
    """Stochastic gradient descent, with momentum (Polyak 1964, or Nesterov 1983) if it is not 0; as torch.optim.SGD."""

    def __init__(self, parameter_count: int, momentum: float, *, nesterov: bool = False) -> None:
        super().__init__(parameter_count, moment_count=1 if momentum else 0)
        self._momentum = momentum
        self._nesterov = nesterov

    def update(self, flat: Tensor, gradient: Tensor, learning_rate: float, weight_decay: float) -> None:
        """See Optimizer. A velocity of zeros makes PyTorch's special first step needless."""
        torch._fused_sgd_(
            [flat],
            [gradient],
            self.moments,
            weight_decay=weight_decay,
            momentum=self._momentum,
            lr=learning_rate,
            dampening=0.0,
            nesterov=self._nesterov,
            maximize=False,
            is_first_step=False,
        )


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015), or with a decoupled decay AdamW (Loshchilov and Hutter 2019); as torch.optim's."""

    def __init__(self, parameter_count: int, *, decoupled: bool = False) -> None:
        super().__init__(parameter_count, moment_count=2)
        self._kernel = torch._fused_adamw_ if decoupled else torch._fused_adam_
        self._step = torch.zeros(())

    def update(self, flat: Tensor, gradient: Tensor, learning_rate: float, weight_decay: float) -> None:
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
            weight_decay=weight_decay,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )


class RmsProp(Optimizer):
    """RMSprop (Hinton 2012, lecture 6e); as torch.optim.RMSprop, for which there is no fused kernel."""

    def __init__(self, parameter_count: int) -> None:
        super().__init__(parameter_count, moment_count=1)

    def update(self, flat: Tensor, gradient: Tensor, learning_rate: float, weight_decay: float) -> None:
        """See Optimizer."""
        (square,) = self.moments
        if weight_decay:
            gradient.add_(flat, alpha=weight_decay)
        square.mul_(0.99).addcmul_(gradient, gradient, value=0.01)
        flat.addcdiv_(gradient, square.sqrt().add_(1e-8), value=-learning_rate)


class Adagrad(Optimizer):
    """Adagrad (Duchi, Hazan and Singer 2011); as torch.optim.Adagrad."""

    def __init__(self, parameter_count: int) -> None:
        super().__init__(parameter_count, moment_count=1)
        self._step = torch.zeros(())

    def update(self, flat: Tensor, gradient: Tensor, learning_rate: float, weight_decay: float) -> None:
        """See Optimizer."""
        self._step += 1
        torch._fused_adagrad_(
            [flat],
            [gradient],
            self.moments,
            [self._step],
            lr=learning_rate,
            lr_decay=0.0,
            weight_decay=weight_decay,
            eps=1e-10,
            maximize=False,
        )


_MAKERS: Final[dict[OptimizerName, Callable[[int], Optimizer]]] = {
    "sgd": lambda n: Sgd(n, momentum=0.0),
    "momentum": lambda n: Sgd(n, momentum=0.9),
    "nesterov": lambda n: Sgd(n, momentum=0.9, nesterov=True),
    "adam": Adam,
    "adamw": lambda n: Adam(n, decoupled=True),
    "rmsprop": RmsProp,
    "adagrad": Adagrad,
}


def make_optimizer(name: OptimizerName, parameter_count: int) -> Optimizer:
    """A fresh optimizer for so many parameters, its moments zero."""
    return _MAKERS[name](parameter_count)


def weight_decay_of(config: RunConfig) -> float:
    """The weight decay that a config asks for; without one, the optimizer's default in PyTorch."""
    if config.weight_decay is not None:
        return config.weight_decay
    return _ADAMW_DECAY if config.optimizer == "adamw" else 0.0


def clip(gradient: Tensor, max_norm: float) -> None:
    """Scale a gradient (n,) in place so that its norm is not above max_norm, as torch.nn.utils.clip_grad_norm_."""
    norm = torch.linalg.vector_norm(gradient)
    gradient.mul_((max_norm / (norm + 1e-6)).clamp_(max=1.0))
