"""The optimizers, each one update of the flat parameter buffer, as torch.optim's of the same names."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import ClassVar, Final

import torch
from torch import Tensor

from backend.logic.activation_calls import Call
from backend.logic.config import OptimizerName, RunConfig
from backend.logic.devices import CPU

_ADAMW_DECAY: Final = 0.01


class Optimizer(ABC):
    """An optimizer of one flat buffer of n parameters, and its state.

    Attributes:
        moments: the running averages or sums, (n,) float32 each.
        step: how many updates there were, (1,) float32; 0 for an optimizer that does not count them.
        is_counting: whether it counts them.
    """

    moments: list[Tensor]
    is_counting: ClassVar[bool] = False

    def __init__(self, flat: Tensor, gradient: Tensor, moment_count: int) -> None:
        """Begin with moments of zero over `flat` (n,) and its `gradient` (n,)."""
        self.step = flat.new_zeros(1)
        self.place(flat, gradient, [torch.zeros_like(flat) for _ in range(moment_count)])

    @abstractmethod
    def place(self, flat: Tensor, gradient: Tensor, moments: list[Tensor]) -> None:
        """Work on these tensors, (n,) each, from now on; the moments are taken as they are."""

    def resume(self, moments: Iterable[Tensor], step: float) -> None:
        """Go on with the state of another of its kind."""
        for target, source in zip(self.moments, moments, strict=True):
            target.copy_(source)
        self.step.fill_(step)

    @abstractmethod
    def update(self, learning_rate: float, weight_decay: float) -> None:
        """Change the parameters in place by one step against the gradient, which may be written over."""


class Sgd(Optimizer):
    """Stochastic gradient descent, with momentum (Polyak 1964, or Nesterov 1983) if it is not 0; as torch.optim.SGD."""

    def __init__(self, flat: Tensor, gradient: Tensor, momentum: float, *, nesterov: bool = False) -> None:
        self._momentum, self._nesterov = momentum, nesterov
        super().__init__(flat, gradient, moment_count=1 if momentum else 0)

    def place(self, flat: Tensor, gradient: Tensor, moments: list[Tensor]) -> None:
        """See Optimizer."""
        self.moments = moments
        self._kernel = partial(
            torch._fused_sgd_,
            [flat],
            [gradient],
            moments,
            momentum=self._momentum,
            dampening=0.0,
            nesterov=self._nesterov,
            maximize=False,
            # A velocity of zeros makes PyTorch's special first step needless.
            is_first_step=False,
        )

    def update(self, learning_rate: float, weight_decay: float) -> None:
        """See Optimizer."""
        self._kernel(lr=learning_rate, weight_decay=weight_decay)


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015), or with a decoupled decay AdamW (Loshchilov and Hutter 2019); as torch.optim's."""

    is_counting = True

    def __init__(self, flat: Tensor, gradient: Tensor, *, decoupled: bool = False) -> None:
        self._function = torch._fused_adamw_ if decoupled else torch._fused_adam_
        super().__init__(flat, gradient, moment_count=2)
        # On the CPU the same number, without an operation for counting it up.
        self._count = self.step.numpy() if flat.device == CPU else self.step

    def place(self, flat: Tensor, gradient: Tensor, moments: list[Tensor]) -> None:
        """See Optimizer."""
        self.moments = mean, square = moments
        self._kernel = partial(
            self._function,
            [flat],
            [gradient],
            [mean],
            [square],
            [],
            [self.step],
            beta1=0.9,
            beta2=0.999,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )

    def update(self, learning_rate: float, weight_decay: float) -> None:
        """See Optimizer."""
        self._count[0] += 1
        self._kernel(lr=learning_rate, weight_decay=weight_decay)


class RmsProp(Optimizer):
    """RMSprop (Hinton 2012, lecture 6e); as torch.optim.RMSprop, for which there is no fused kernel."""

    def __init__(self, flat: Tensor, gradient: Tensor) -> None:
        self._alpha, self._epsilon = flat.new_tensor(0.99), flat.new_tensor(1e-8)
        super().__init__(flat, gradient, moment_count=1)

    def place(self, flat: Tensor, gradient: Tensor, moments: list[Tensor]) -> None:
        """See Optimizer."""
        self._flat, self._gradient, self.moments = flat, gradient, moments
        self._root = torch.zeros_like(flat)

    def update(self, learning_rate: float, weight_decay: float) -> None:
        """See Optimizer."""
        gradient, (square,), root = self._gradient, self.moments, self._root
        if weight_decay:
            gradient.add_(self._flat, alpha=weight_decay)
        square.mul_(self._alpha).addcmul_(gradient, gradient, value=0.01)
        torch.sqrt(square, out=root).add_(self._epsilon)
        self._flat.addcdiv_(gradient, root, value=-learning_rate)


_ADAGRAD_EPSILON: Final = 1e-10


def adagrad_by_parts(flat: Tensor, gradient: Tensor, square: Tensor, *, lr: float, weight_decay: float) -> None:
    """What the fused kernel does, which MPS has not: (n,) each; the parameters and the sums of squares are changed."""
    if weight_decay:
        gradient.add_(flat, alpha=weight_decay)
    square.addcmul_(gradient, gradient)
    flat.addcdiv_(gradient, square.sqrt().add_(_ADAGRAD_EPSILON), value=-lr)


class Adagrad(Optimizer):
    """Adagrad (Duchi, Hazan and Singer 2011); as torch.optim.Adagrad without a decay of the learning rate."""

    def __init__(self, flat: Tensor, gradient: Tensor) -> None:
        super().__init__(flat, gradient, moment_count=1)

    def place(self, flat: Tensor, gradient: Tensor, moments: list[Tensor]) -> None:
        """See Optimizer."""
        self.moments = moments
        if flat.device == CPU:
            self._kernel = partial(
                torch._fused_adagrad_,
                [flat],
                [gradient],
                moments,
                [self.step],
                lr_decay=0.0,
                eps=_ADAGRAD_EPSILON,
                maximize=False,
            )
        else:
            self._kernel = partial(adagrad_by_parts, flat, gradient, *moments)

    def update(self, learning_rate: float, weight_decay: float) -> None:
        """See Optimizer."""
        self._kernel(lr=learning_rate, weight_decay=weight_decay)


_MAKERS: Final[dict[OptimizerName, Callable[[Tensor, Tensor], Optimizer]]] = {
    "sgd": partial(Sgd, momentum=0.0),
    "momentum": partial(Sgd, momentum=0.9),
    "nesterov": partial(Sgd, momentum=0.9, nesterov=True),
    "adam": Adam,
    "adamw": partial(Adam, decoupled=True),
    "rmsprop": RmsProp,
    "adagrad": Adagrad,
}


def make_optimizer(name: OptimizerName, flat: Tensor, gradient: Tensor) -> Optimizer:
    """A fresh optimizer of `flat` (n,) by its `gradient` (n,), its moments zero."""
    return _MAKERS[name](flat, gradient)


def weight_decay_of(config: RunConfig) -> float:
    """The weight decay that a config asks for; without one, the optimizer's default in PyTorch."""
    if config.weight_decay is not None:
        return config.weight_decay
    return _ADAMW_DECAY if config.optimizer == "adamw" else 0.0


def clip_calls(gradient: Tensor, max_norm: float) -> Iterator[Call]:
    """What scales a gradient (n,) in place so that its norm is not above max_norm, as nn.utils.clip_grad_norm_."""
    scale, epsilon, most = gradient.new_zeros(()), gradient.new_tensor(1e-6), gradient.new_tensor(max_norm)
    yield partial(torch.linalg.vector_norm, gradient, out=scale)
    yield partial(scale.add_, epsilon)
    yield partial(torch.div, most, scale, out=scale)
    yield partial(scale.clamp_, max=1.0)
    yield partial(gradient.mul_, scale)


def penalty_calls(flat: Tensor, gradient: Tensor, l1: float, l2: float) -> Iterator[Call]:
    """What adds the gradient of l1 * sum |w| + l2 / 2 * sum w^2 over the weights `flat` (n,) to `gradient` (n,)."""
    if l1:
        signs = torch.zeros_like(flat)
        yield partial(torch.sign, flat, out=signs)
        yield partial(gradient.add_, signs, alpha=l1)
    if l2:
        yield partial(gradient.add_, flat, alpha=l2)
