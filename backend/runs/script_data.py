"""What a script was given, as Python: its points and its frozen weights, exact to the last bit of a float32."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np

from backend.logic.architecture import Architecture, ParameterId
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.run_record import Checkpoint
from backend.runs.modules import parameter_names

_WIDTH: Final = 100
"""Letters in a row."""


def digits(value: float) -> str:
    """The fewest digits that tell a float32 from all others."""
    return str(np.float32(value))


def point_rows(dataset: Dataset, config: RunConfig, *, is_train: bool) -> Iterator[str]:
    """The rows of a list of points: x, y and class or value of each, several in a row."""
    of_split = dataset.is_train == is_train
    positions = dataset.positions[of_split].tolist()
    if config.problem == "regression":
        wanted = [digits(value) for value in dataset.targets(config.classes)[of_split].tolist()]
    else:
        wanted = [str(label) for label in dataset.labels[of_split].tolist()]
    points = (f"({digits(x)}, {digits(y)}, {answer})," for (x, y), answer in zip(positions, wanted, strict=True))
    return _rows(points, "    ")


def frozen_rows(checkpoint: Checkpoint) -> Iterator[str]:
    """The rows of a dictionary: for each tensor of the network its frozen places, each with its value."""
    names, layers = parameter_names(checkpoint.config), len(checkpoint.config.hidden_layers) + 1
    entries: dict[str, list[str]] = defaultdict(list)
    for (layer, unit, before), value in frozen_values(checkpoint).items():
        place = f"{unit}" if before is None else f"{unit}, {before}"
        name = names[layer - 1 + (layers if before is None else 0)]
        entries[name].append(f"({place}, {digits(value)}),")
    for name, places in entries.items():
        yield f'    "{name}": ['
        yield from _rows(places, " " * 8)
        yield "    ],"


def frozen_values(checkpoint: Checkpoint) -> dict[ParameterId, float]:
    """The frozen parameters, in the order in which they lie in the buffer, each with its value."""
    frozen = list(checkpoint.frozen)
    places = Architecture.of(checkpoint.config).places(frozen)
    return {
        parameter: float(checkpoint.parameters[place]) for place, parameter in sorted(zip(places, frozen, strict=True))
    }


def in_one(rows: Iterable[str], give_way: Callable[[], None]) -> str:
    """The rows as one text, letting others compute in between."""
    text = []
    for row in rows:
        give_way()
        text.append(row)
    return "\n".join(text)


def _rows(entries: Iterable[str], indent: str) -> Iterator[str]:
    """Entries side by side, as many as a row has room for."""
    row = indent
    for entry in entries:
        if len(row) + len(entry) > _WIDTH and row != indent:
            yield row.rstrip()
            row = indent
        row += f"{entry} "
    if row != indent:
        yield row.rstrip()
