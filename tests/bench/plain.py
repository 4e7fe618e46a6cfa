"""The plain loop: the PyTorch training loop that anyone would write. It is what every speed is a ratio to.

Run as a process, it reads requests, a line of JSON each, and answers each with steps per second: between them it
rests, so that it can take turns with what it is compared with.
"""

import functools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from types import TracebackType
from typing import Final, Self

import torch
from torch import nn

from backend.logic.generators import generate

Layers = tuple[int, ...]

POINTS: Final = 200
_OPTIMIZERS: Final[dict[str, Callable[..., torch.optim.Optimizer]]] = {
    "sgd": functools.partial(torch.optim.SGD, lr=0.03),
    "adam": functools.partial(torch.optim.Adam, lr=0.01),
}


class PlainLoop:
    """A network of 2 inputs and 2 classes that learns XOR.

    Args:
        hidden_layers: units of each hidden layer; tanh follows each.
        optimizer: sgd or adam.
        batch_size: how many of the 200 points make a step.
    """

    def __init__(self, hidden_layers: Sequence[int], optimizer: str = "adam", batch_size: int = 10) -> None:
        examples = generate("xor", POINTS, 0.0, 2, 0)
        self._inputs = torch.tensor([[example.x, example.y] for example in examples])
        self._labels = torch.tensor([example.label for example in examples])
        sizes = [2, *hidden_layers]
        hidden = [module for pair in pairwise(sizes) for module in (nn.Linear(*pair), nn.Tanh())]
        self._model = nn.Sequential(*hidden, nn.Linear(sizes[-1], 2))
        self._optimizer = _OPTIMIZERS[optimizer](self._model.parameters())
        self._criterion = nn.CrossEntropyLoss()
        self._batch_size = batch_size

    def epoch(self) -> int:
        """One pass over the points; return how many steps it took."""
        order = torch.randperm(POINTS)
        for start in range(0, POINTS, self._batch_size):
            batch = order[start : start + self._batch_size]
            self._optimizer.zero_grad()
            loss = self._criterion(self._model(self._inputs[batch]), self._labels[batch])
            loss.backward()
            self._optimizer.step()
        return -(-POINTS // self._batch_size)


def rate(advance: Callable[[], int], duration_s: float, clock: Callable[[], float]) -> float:
    """How much per second of that clock `advance` gets done, called for so long."""
    began_s, done = clock(), 0
    while clock() - began_s < duration_s:
        done += advance()
    return done / (clock() - began_s)


class PlainProcess:
    """The plain loop in a process of its own, one thread; it computes only while it is asked."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.plain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def steps_per_second(self, duration_s: float, networks: Sequence[Layers]) -> float:
        """Train these networks one after the other, each for its share of the time, and return their mean rate.

        By the time of its thread: what else the machine does must not make the reference slower.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([duration_s, networks]), file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())


def main() -> None:
    """Answer requests until there are no more."""
    torch.set_num_threads(1)
    loops: dict[Layers, PlainLoop] = {}
    for line in sys.stdin:
        duration_s, networks = json.loads(line)
        for layers in map(tuple, networks):
            if layers not in loops:
                loops[layers] = PlainLoop(layers)
                loops[layers].epoch()
        shares = [rate(loops[tuple(layers)].epoch, duration_s / len(networks), time.thread_time) for layers in networks]
        print(sum(shares) / len(shares), flush=True)


if __name__ == "__main__":
    main()
