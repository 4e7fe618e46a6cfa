"""The native kernel: training steps on the tensors' own memory, float32, to be compiled by Numba.

All of it is in this module, so that a kernel kept on disk is never older than its source, and all of it becomes one
function. A layer's numbers lie as (B, units), one layer behind another.
"""

import math
from typing import Final

import numpy as np
from numba import float32, float64, int64
from numpy.typing import NDArray

from backend.logic.compiled import compiled
from backend.logic.config import Activation, Loss, OptimizerName, Problem

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

ACTIVATIONS: Final[tuple[Activation, ...]] = (
    *("tanh", "relu", "leaky_relu", "sigmoid", "linear", "silu"),
    *("elu", "selu", "sine", "softplus", "gelu", "mish"),
)
"""The place of a name is its code in the kernel; so are those of LOSSES and OPTIMIZERS."""
LOSSES: Final[tuple[tuple[Problem, Loss], ...]] = (
    ("classification", "cross_entropy"),
    ("classification", "squared_error"),
    ("regression", "squared_error"),
    ("regression", "huber"),
)
OPTIMIZERS: Final[tuple[OptimizerName, ...]] = ("sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad")

_TANH, _RELU, _LEAKY_RELU, _SIGMOID, _LINEAR, _SILU, _ELU, _SELU, _SINE, _SOFTPLUS, _GELU, _MISH = range(12)
_CROSS_ENTROPY, _PROBABILITY_ERROR, _VALUE_ERROR, _HUBER = range(4)
_SGD, _MOMENTUM, _NESTEROV, _ADAM, _ADAMW, _RMSPROP, _ADAGRAD = range(7)

_ZERO, _HALF, _ONE = np.float32(0), np.float32(0.5), np.float32(1)
_TANH_END: Final = np.float32(7.90531110763549805)
"""From here on tanh is 1 in float32."""
_LEAK, _SELU_ALPHA, _SELU_SCALE = np.float32(0.01), np.float32(1.6732632423543772), np.float32(1.0507009873554805)


@compiled
def _tanh(x: np.float32) -> np.float32:
    """A quotient of polynomials, within 2.7e-7 of tanh, relatively; unlike libm's it fits the processor's vectors."""
    x = min(x, _TANH_END)
    x = max(x, -_TANH_END)
    q = x * x
    p = np.float32(2.00018790482477e-13) - np.float32(2.76076847742355e-16) * q
    p = np.float32(-8.60467152213735e-11) + p * q
    p = np.float32(5.12229709037114e-08) + p * q
    p = np.float32(1.48572235717979e-05) + p * q
    p = np.float32(6.37261928875436e-04) + p * q
    p = np.float32(4.89352455891786e-03) + p * q
    d = np.float32(1.18534705686654e-04) + np.float32(1.19825839466702e-06) * q
    d = np.float32(2.26843463243900e-03) + d * q
    d = np.float32(4.89352518554385e-03) + d * q
    return x * p / d


@compiled
def _sigmoid(x: np.float32) -> np.float32:
    return _HALF + _HALF * _tanh(_HALF * x)


@compiled
def _softplus(x: np.float32) -> np.float32:
    return max(x, _ZERO) + np.float32(math.log1p(math.exp(-abs(x))))


@compiled
def _activate(code: int, h: Floats, slope: Floats) -> None:
    """Replace what reaches each unit in h (n,) by what the unit gives, its derivative in slope (n,)."""
    if code == _TANH:
        for k in range(h.size):
            y = _tanh(h[k])
            h[k] = y
            slope[k] = _ONE - y * y
    elif code == _RELU:
        for k in range(h.size):
            x = h[k]
            slope[k] = _ZERO if x <= _ZERO else _ONE
            h[k] = max(_ZERO, x)
    elif code == _LEAKY_RELU:
        for k in range(h.size):
            s = _ONE if h[k] > _ZERO else _LEAK
            h[k] *= s
            slope[k] = s
    elif code == _SIGMOID:
        for k in range(h.size):
            y = _sigmoid(h[k])
            h[k] = y
            slope[k] = y * (_ONE - y)
    elif code == _LINEAR:
        slope[:] = _ONE
    elif code == _SILU:
        for k in range(h.size):
            x = h[k]
            s = _sigmoid(x)
            h[k] = x * s
            slope[k] = s * (_ONE + x * (_ONE - s))
    else:
        _activate_by_libm(code, h, slope)


@compiled
def _activate_by_libm(code: int, h: Floats, slope: Floats) -> None:
    """The same for those whose functions do not fit the processor's vectors."""
    for k in range(h.size):
        x = h[k]
        if code == _ELU:
            y = x if x > _ZERO else np.float32(math.expm1(x))
            s = _ONE if x > _ZERO else y + _ONE
        elif code == _SELU:
            y = _SELU_SCALE * (x if x > _ZERO else _SELU_ALPHA * np.float32(math.expm1(x)))
            s = _SELU_SCALE if x > _ZERO else y + _SELU_SCALE * _SELU_ALPHA
        elif code == _SINE:
            y = np.float32(math.sin(x))
            s = np.float32(math.cos(x))
        elif code == _SOFTPLUS:
            y = _softplus(x)
            s = _sigmoid(x)
        elif code == _GELU:
            share = _HALF * (_ONE + np.float32(math.erf(x * np.float32(math.sqrt(0.5)))))
            y = x * share
            s = share + x * np.float32(1 / math.sqrt(2 * math.pi)) * np.float32(math.exp(-_HALF * x * x))
        else:
            t = _tanh(_softplus(x))
            y = x * t
            s = t + x * _sigmoid(x) * (_ONE - t * t)
        h[k] = y
        slope[k] = s


@compiled
def _forward(weight: Floats, bias: Floats, x: Floats, z: Floats) -> None:
    """Set z (B, out) to x (B, in) times the weight (out, in), plus the bias: two rows and two units at a time."""
    rows = x.shape[0]
    n_out, n_in = weight.shape
    for b in range(0, rows, 2):
        x0, z0 = x[b], z[b]
        x1, z1 = (x[b + 1], z[b + 1]) if b + 1 < rows else (x0, z0)
        for o in range(0, n_out - 1, 2):
            w0, w1 = weight[o], weight[o + 1]
            s00 = s10 = bias[o]
            s01 = s11 = bias[o + 1]
            for i in range(n_in):
                s00 += x0[i] * w0[i]
                s01 += x0[i] * w1[i]
                s10 += x1[i] * w0[i]
                s11 += x1[i] * w1[i]
            z0[o], z0[o + 1] = s00, s01
            z1[o], z1[o + 1] = s10, s11
        if n_out % 2:
            w0 = weight[n_out - 1]
            s00 = s10 = bias[n_out - 1]
            for i in range(n_in):
                s00 += x0[i] * w0[i]
                s10 += x1[i] * w0[i]
            z0[n_out - 1], z1[n_out - 1] = s00, s10


@compiled
def _combine(factors: Floats, x: Floats, y: Floats) -> None:
    """Set y (R, n) to factors (R, K) times x (K, n), four rows of x at a time; factors may be a transposed view."""
    rows, n = y.shape
    count = x.shape[0]
    for r in range(rows):
        yr = y[r]
        yr[:] = _ZERO
        for k in range(0, count - 3, 4):
            a0, a1, a2, a3 = factors[r, k], factors[r, k + 1], factors[r, k + 2], factors[r, k + 3]
            x0, x1, x2, x3 = x[k], x[k + 1], x[k + 2], x[k + 3]
            for i in range(n):
                yr[i] += a0 * x0[i] + a1 * x1[i] + a2 * x2[i] + a3 * x3[i]
        for k in range(count // 4 * 4, count):
            a0, x0 = factors[r, k], x[k]
            for i in range(n):
                yr[i] += a0 * x0[i]


@compiled
def _loss(code: int, z: Floats, wanted: Floats, d: Floats) -> float:
    """The mean loss over B outputs z (B, C) that should be `wanted` (≥ B, C); its gradient goes to d (B, C)."""
    rows, classes = z.shape
    scale = np.float32(1 / rows)
    total = 0.0
    for b in range(rows):
        if code in (_VALUE_ERROR, _HUBER):
            e = z[b, 0] - wanted[b, 0]
            if code == _HUBER and abs(e) > _ONE:
                total += abs(float(e)) - 0.5
                e = _ONE if e > _ZERO else -_ONE
            else:
                total += 0.5 * float(e) * float(e)
            d[b, 0] = e * scale
            continue
        highest = z[b, 0]
        for c in range(1, classes):
            highest = max(highest, z[b, c])
        s = _ZERO
        for c in range(classes):
            p = np.float32(math.exp(z[b, c] - highest))
            d[b, c] = p
            s += p
        if code == _CROSS_ENTROPY:
            at = _ZERO
            for c in range(classes):
                at += wanted[b, c] * (z[b, c] - highest)
                d[b, c] = (d[b, c] / s - wanted[b, c]) * scale
            total += math.log(s) - float(at)
        else:
            mean = _ZERO
            for c in range(classes):
                p = d[b, c] / s
                e = p - wanted[b, c]
                total += float(e) * float(e)
                mean += p * e
            for c in range(classes):
                p = d[b, c] / s
                d[b, c] = p * (p - wanted[b, c] - mean) * (scale + scale)
    return float(total / rows)


@compiled
def _penalise(weights: Floats, gradient: Floats, l1: float, l2: float) -> None:
    if l1 != 0 or l2 != 0:
        for k in range(weights.size):
            w = weights[k]
            sign = (_ONE if w > _ZERO else _ZERO) - (_ONE if w < _ZERO else _ZERO)
            gradient[k] += np.float32(l1) * sign + np.float32(l2) * w


@compiled
def _clip(gradient: Floats, max_norm: float) -> None:
    if max_norm > 0:
        total = _ZERO
        for k in range(gradient.size):
            total += gradient[k] * gradient[k]
        factor = np.float32(max_norm / (math.sqrt(total) + 1e-6))
        if not factor > _ONE:
            for k in range(gradient.size):
                gradient[k] *= factor


@compiled
def _update(
    code: int, flat: Floats, gradient: Floats, first: Floats, second: Floats, updates: Floats, rate: float, decay: float
) -> None:
    """One step of an optimizer, as backend.logic.optimizers has it, on its moments and its count of updates."""
    lr, wd = np.float32(rate), np.float32(decay)
    if code == _ADAMW:
        kept = np.float32(1 - rate * decay)
        for k in range(flat.size):
            flat[k] *= kept
    elif decay != 0:
        for k in range(flat.size):
            gradient[k] += wd * flat[k]
    if code in (_ADAM, _ADAMW):
        updates[0] += _ONE
        step = np.float32(rate / (1 - 0.9 ** float(updates[0])))
        spread = np.float32(1 / math.sqrt(1 - 0.999 ** float(updates[0])))
        for k in range(flat.size):
            g = gradient[k]
            m = first[k] + (g - first[k]) * np.float32(0.1)
            v = second[k] * np.float32(0.999) + g * g * np.float32(0.001)
            first[k] = m
            second[k] = v
            flat[k] -= step * m / (np.sqrt(v) * spread + np.float32(1e-8))
    elif code == _SGD:
        for k in range(flat.size):
            flat[k] -= lr * gradient[k]
    elif code in (_MOMENTUM, _NESTEROV):
        ahead, own = (np.float32(0.9), _ONE) if code == _NESTEROV else (_ONE, _ZERO)
        for k in range(flat.size):
            v = first[k] * np.float32(0.9) + gradient[k]
            first[k] = v
            flat[k] -= lr * (own * gradient[k] + ahead * v)
    else:
        kept, new = (np.float32(0.99), np.float32(0.01)) if code == _RMSPROP else (_ONE, _ONE)
        least = np.float32(1e-8 if code == _RMSPROP else 1e-10)
        for k in range(flat.size):
            g = gradient[k]
            v = first[k] * kept + g * g * new
            first[k] = v
            flat[k] -= lr * g / (np.sqrt(v) + least)


_F, _F3, _I = float32[::1], float32[:, :, ::1], int64[::1]
SIGNATURE: Final = int64(
    *(_I, _I, int64, int64, _F, _F, _F, _F, float64, float64, float64, float64, _I, float64, int64),
    *(_F3, _F3, float64[::1], int64),
)


def train(
    sizes: Integers,
    activations: Integers,
    loss_code: int,
    optimizer_code: int,
    flat: Floats,
    first: Floats,
    second: Floats,
    updates: Floats,
    decay: float,
    l1: float,
    l2: float,
    max_norm: float,
    frozen: Integers,
    highest_loss: float,
    look_every: int,
    batches: Floats,
    masks: Floats,
    rates: NDArray[np.float64],
    step_count: int,
) -> int:
    """Make a step on each of S batches, fewer if a loss is not below highest_loss; returns how many.

    Args:
        sizes: units of each layer.
        activations: codes of the hidden layers.
        loss_code: which loss.
        optimizer_code: which optimizer.
        flat: (P,) the parameters, changed.
        first: (P,) or (0,), the optimizer's first moment, changed.
        second: likewise.
        updates: (1,), counts the optimizer's updates where it wants to know them.
        decay: the optimizer's weight decay.
        l1: weight of the penalty.
        l2: likewise.
        max_norm: of the gradient, 0 for no bound.
        frozen: places in `flat` that stay as they are.
        highest_loss: see above.
        look_every: losses are looked at in so many steps at first, then in one of so many; see training.looks_at_loss.
        batches: (S, B, Columns.total), each column of batches.Columns as a row.
        masks: (S, hidden units, B), dropout's factors; (0, 0, 0) for none.
        rates: (S,), the learning rate of each step.
        step_count: number of the first step.
    """
    layers, features, classes, most_rows = sizes.size - 1, sizes[0], sizes[-1], batches.shape[1]
    weight_count = flat.size - sizes[1:].sum()
    gradient, kept = np.empty_like(flat), np.empty(frozen.size, np.float32)
    room = np.empty((3, most_rows * sizes.sum()), np.float32)
    h, slope, d = room[0], room[1], room[2]
    for done in range(rates.size):
        batch = batches[done]
        rows = most_rows
        while batch[rows - 1, -1] == _ZERO:
            # What fills up the last batch of a pass weighs nothing.
            rows -= 1
        h[: rows * features].reshape(rows, features)[:] = batch[:rows, :features]
        weight_at, bias_at, at, unit = 0, weight_count, 0, 0
        for layer in range(layers):
            n_in, n_out = sizes[layer], sizes[layer + 1]
            after = at + rows * n_in
            z = h[after : after + rows * n_out]
            weight = flat[weight_at : weight_at + n_in * n_out].reshape(n_out, n_in)
            _forward(weight, flat[bias_at : bias_at + n_out], h[at:after].reshape(rows, n_in), z.reshape(rows, n_out))
            if layer < layers - 1:
                slopes = slope[after : after + rows * n_out]
                _activate(activations[layer], z, slopes)
                if masks.size:
                    for k in range(rows * n_out):
                        factor = masks[done, unit + k % n_out, k // n_out]
                        z[k] *= factor
                        slopes[k] *= factor
            weight_at, bias_at, at, unit = weight_at + n_in * n_out, bias_at + n_out, after, unit + n_out
        end = at + rows * classes
        answers, deltas = h[at:end].reshape(rows, classes), d[at:end].reshape(rows, classes)
        error = _loss(loss_code, answers, batch[:, features : features + classes], deltas)
        number = step_count + done
        if (number < look_every or number % look_every == 0) and not error < highest_loss:
            return done
        for layer in range(layers - 1, -1, -1):
            n_in, n_out = sizes[layer], sizes[layer + 1]
            weight_at, bias_at, before = weight_at - n_in * n_out, bias_at - n_out, at - rows * n_in
            delta = d[at : at + rows * n_out].reshape(rows, n_out)
            bias_gradient = gradient[bias_at : bias_at + n_out]
            bias_gradient[:] = _ZERO
            for b in range(rows):
                bias_gradient += delta[b]
            weight_gradient = gradient[weight_at : weight_at + n_in * n_out].reshape(n_out, n_in)
            _combine(delta.T, h[before:at].reshape(rows, n_in), weight_gradient)
            if layer:
                weight = flat[weight_at : weight_at + n_in * n_out].reshape(n_out, n_in)
                _combine(delta, weight, d[before:at].reshape(rows, n_in))
                for k in range(before, at):
                    d[k] *= slope[k]
            at = before
        _penalise(flat[:weight_count], gradient[:weight_count], l1, l2)
        for k in range(frozen.size):
            kept[k] = flat[frozen[k]]
            gradient[frozen[k]] = _ZERO
        _clip(gradient, max_norm)
        _update(optimizer_code, flat, gradient, first, second, updates, rates[done], decay)
        for k in range(frozen.size):
            # Momentum and weight decay move what has no gradient, too.
            flat[frozen[k]] = kept[k]
    return int(rates.size)
