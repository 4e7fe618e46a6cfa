"""Records of runs, made by hand: for tests of what is written of them, and read."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from backend.logic.architecture import Architecture, ParameterId
from backend.logic.changes import Freeze, SetParameters
from backend.logic.checkpoints import moment_count
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.dataset_difference import DatasetDifference
from backend.logic.points import TrainingExample
from backend.logic.run_record import Applied, Beginning, Checkpoint, HistoryRow, Moment, RunRecord

RUN = "20261125T101530Z-4f3a9c1b"
"""A run id."""
CORNERS = [TrainingExample(x, y, int(x * y < 0)) for x in (-3, -1.1, 2, 4) for y in (-3, -1.3, 2, 4)]


def dataset_of(config: RunConfig, examples: list[TrainingExample] | None = None) -> Dataset:
    """Points as a session has them: 16 near the corners, unless others are given."""
    return Dataset.empty(config.train_fraction, config.seed).adding(CORNERS if examples is None else examples)


def checkpoint_of(config: RunConfig, dataset: Dataset, seed: int = 0, **changes: Any) -> Checkpoint:
    """A checkpoint with numbers drawn at random, at the second batch of the fourth pass."""
    numbers = np.random.default_rng(seed)
    size = Architecture.of(config).parameter_count
    count = len(dataset.train_labels)
    generators = [torch.Generator().manual_seed(seed + index) for index in range(2)]
    for drawn, generator in enumerate(generators):
        torch.rand(100 * drawn, generator=generator)
    checkpoint = Checkpoint(
        config=config,
        dataset=dataset,
        step=27,
        epochs_before=1.25,
        is_new=False,
        frozen=frozenset([ParameterId(1, 0, 1), ParameterId(1, 0, None)]),
        parameters=numbers.normal(size=size).astype(np.float32),
        moments=tuple(numbers.random(size).astype(np.float32) for _ in range(moment_count(config.optimizer))),
        optimizer_step=27.0,
        shuffling=generators[0].get_state().numpy(),
        dropping=generators[1].get_state().numpy(),
        order=numbers.permutation(count),
        passes=3,
        has_begun=True,
        first_point=0,
        next_batch=min(1, count),
    )
    return replace(checkpoint, **changes)


def record_of(config: RunConfig | None = None, seed: int = 0, **changes: Any) -> RunRecord:
    """A run of this config with something in every field: it has had its points, learning rate and weights changed."""
    config = config or RunConfig(hidden_layers=(3, 2))
    before = replace_config(config, learning_rate=config.learning_rate / 2)
    beginning = dataset_of(before)
    after = beginning.removing([2, 5]).adding([TrainingExample(0.1, -0.2, 1, 0.5)])
    checkpoint = checkpoint_of(config, after, seed)
    moment = Moment(20, 2.5, before, checkpoint.parameters * np.float32(0.5))
    record = RunRecord(
        checkpoint=checkpoint,
        beginning=Beginning(before, beginning),
        changes=(
            Applied(3, DatasetDifference.between(beginning, after)),
            Applied(3, config),
            Applied(10, SetParameters({ParameterId(1, 0, 1): 0.75, ParameterId(1, 0, None): -2.0})),
            Applied(12, Freeze(checkpoint.frozen)),
        ),
        history=(
            HistoryRow(0, 0.0, 0.7, None, 0.5, None),
            HistoryRow(10, 1.25, 0.6000000000000001, None, 0.75, None),
            HistoryRow(27, 3.1, 0.1, None, 0.9375, None),
        ),
        moments=(moment,),
        engine="torch",
        is_exact=True,
    )
    return replace(record, **changes)


def replace_config(config: RunConfig, **changes: Any) -> RunConfig:
    """The config with other values in some fields."""
    return RunConfig(**{name: getattr(config, name) for name in RunConfig.__struct_fields__} | changes)


def comparable(value: Any) -> Any:
    """A value that is equal to another's if the two hold the same, bit for bit."""
    if isinstance(value, np.ndarray):
        return _bits(value)
    if isinstance(value, Dataset | DatasetDifference | Checkpoint | RunRecord | SetParameters | Freeze):
        return type(value).__name__, {field.name: comparable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [comparable(part) for part in value]
    return value


def _bits(array: NDArray[Any]) -> tuple[str, tuple[int, ...], bytes]:
    return array.dtype.str, array.shape, array.tobytes()
