"""The plain loop: the PyTorch training loop that anyone would write. It is what every speed is a ratio to."""

import sys
import time
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

from backend.logic.generators import generate


def plain_steps_per_second(duration_s: float, hidden_layers: Sequence[int]) -> float:
    """Train a network of 2 inputs and 2 classes on XOR with Adam, batches of 10, alone in this process, one thread."""
    torch.set_num_threads(1)
    examples = generate("xor", 200, 0.0, 2, 0)
    inputs = torch.tensor([[example.x, example.y] for example in examples])
    labels = torch.tensor([example.label for example in examples])
    sizes = [2, *hidden_layers]
    hidden = [module for pair in pairwise(sizes) for module in (nn.Linear(*pair), nn.Tanh())]
    model = nn.Sequential(*hidden, nn.Linear(sizes[-1], 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    criterion = nn.CrossEntropyLoss()

    def epoch() -> int:
        order = torch.randperm(len(labels))
        for start in range(0, len(labels), 10):
            batch = order[start : start + 10]
            optimizer.zero_grad()
            loss = criterion(model(inputs[batch]), labels[batch])
            loss.backward()
            optimizer.step()
        return len(labels) // 10

    for _ in range(20):
        epoch()
    began = time.perf_counter()
    steps = 0
    while time.perf_counter() - began < duration_s:
        steps += epoch()
    return steps / (time.perf_counter() - began)


if __name__ == "__main__":
    print(plain_steps_per_second(float(sys.argv[1]), [int(units) for units in sys.argv[2:]]))
