"""The activations and their slopes, as calls on buffers that are made once: what gradient.py is made of."""

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from backend.logic.config import Activation

Call = Callable[[], object]
"""An operation with all its arguments."""

_aten = torch.ops.aten
_LEAKY: Final = 0.01
_ELU: Final = (1.0, 1.0, 1.0)
_SELU: Final = (1.6732632423543772848170429916717, 1.0507009873554804934193349852946, 1.0)
"""Alpha, scale and input scale, of both."""
_SOFTPLUS: Final = (1.0, 20.0)
"""Beta and threshold."""
_OF_ANSWERS: Final = True


class InPlace(NamedTuple):
    """An activation whose slope can be told from its answers, so that they may replace the sums.

    Attributes:
        apply: of sums z, the call that turns them into answers.
        slope: of answers a, the number 1 and slopes s, the call that fills s.
    """

    apply: Callable[[Tensor], Call]
    slope: Callable[[Tensor, Tensor, Tensor], Call]


class Apart(NamedTuple):
    """An activation whose slope needs the sums.

    Attributes:
        apply: of sums z and answers a, the call that fills a.
        slope: of sums z, the number 1 and slopes s, the call that fills s.
    """

    apply: Callable[[Tensor, Tensor], Call]
    slope: Callable[[Tensor, Tensor, Tensor], Call]


IN_PLACE: Final[dict[Activation, InPlace]] = {
    # 1 - a^2, and a - a^2.
    "tanh": InPlace(lambda z: z.tanh_, lambda a, one, s: partial(torch.addcmul, one, a, a, value=-1, out=s)),
    "sigmoid": InPlace(lambda z: z.sigmoid_, lambda a, _, s: partial(torch.addcmul, a, a, a, value=-1, out=s)),
    "relu": InPlace(lambda z: z.relu_, lambda a, _, s: partial(torch.sign, a, out=s)),
    "leaky_relu": InPlace(
        lambda z: partial(F.leaky_relu_, z, _LEAKY),
        lambda a, one, s: partial(_aten.leaky_relu_backward.grad_input, one, a, _LEAKY, _OF_ANSWERS, grad_input=s),
    ),
    "elu": InPlace(
        lambda z: partial(_aten.elu_, z, *_ELU),
        lambda a, one, s: partial(_aten.elu_backward.grad_input, one, *_ELU, _OF_ANSWERS, a, grad_input=s),
    ),
    "selu": InPlace(
        lambda z: partial(_aten.elu_, z, *_SELU),
        lambda a, one, s: partial(_aten.elu_backward.grad_input, one, *_SELU, _OF_ANSWERS, a, grad_input=s),
    ),
}
APART: Final[dict[Activation, Apart]] = {
    "gelu": Apart(
        lambda z, a: partial(_aten.gelu.out, z, out=a),
        lambda z, _, s: partial(_aten.gelu_backward.grad_input, torch.ones_like(z), z, grad_input=s),
    ),
    "silu": Apart(
        lambda z, a: partial(_aten.silu.out, z, out=a),
        lambda z, one, s: partial(_aten.silu_backward.grad_input, one, z, grad_input=s),
    ),
    "softplus": Apart(
        lambda z, a: partial(_aten.softplus.out, z, *_SOFTPLUS, out=a),
        lambda z, one, s: partial(_aten.softplus_backward.grad_input, one, z, *_SOFTPLUS, grad_input=s),
    ),
    "mish": Apart(
        lambda z, a: partial(_aten.mish.out, z, out=a),
        # PyTorch has no derivative of mish that writes into a buffer.
        lambda z, one, s: lambda: s.copy_(_aten.mish_backward(one, z)),
    ),
    "sine": Apart(lambda z, a: partial(torch.sin, z, out=a), lambda z, _, s: partial(torch.cos, z, out=s)),
}
"""Both together have all activations but linear, whose answers are its sums and whose slopes are 1."""
