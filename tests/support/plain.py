"""What PyTorch itself has under the names of our settings: the yardstick of many tests."""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor, nn

from backend.logic.config import Activation, OptimizerName


class Sine(nn.Module):
    """The one activation that has no module in PyTorch."""

    def forward(self, x: Tensor) -> Tensor:
        """The sine of each element."""
        return torch.sin(x)


ACTIVATIONS: Final[dict[Activation, Callable[[], nn.Module]]] = {
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "elu": nn.ELU,
    "sigmoid": nn.Sigmoid,
    "linear": nn.Identity,
    "selu": nn.SELU,
    "softplus": nn.Softplus,
    "mish": nn.Mish,
    "sine": Sine,
}
OPTIMIZERS: Final[dict[OptimizerName, Callable[..., torch.optim.Optimizer]]] = {
    "sgd": torch.optim.SGD,
    "momentum": lambda parameters, **options: torch.optim.SGD(parameters, momentum=0.9, **options),
    "nesterov": lambda parameters, **options: torch.optim.SGD(parameters, momentum=0.9, nesterov=True, **options),
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "adagrad": torch.optim.Adagrad,
}
