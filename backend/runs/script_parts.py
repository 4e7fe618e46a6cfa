"""The parts of a script, in order, each with only what its run's settings need."""

from collections.abc import Callable
from typing import Final

from backend.logic.config import RunConfig
from backend.logic.run_record import RunRecord
from backend.runs.script_data import frozen_rows, in_one, point_rows
from backend.runs.script_network import Part, examples_part, first_weights_part, network_part
from backend.runs.script_training import (
    batches_part,
    freezing_part,
    has_decay,
    is_dropping,
    learning_rate_part,
    loss_part,
    report_part,
    training_part,
)

_ONE_THREAD: Final = (
    "# So small a network is fastest in one thread: several would mostly wait for each other.",
    "torch.set_num_threads(1)",
    "",
)


def parts(record: RunRecord, give_way: Callable[[], None]) -> list[Part]:
    """All parts of a run's script, in order, but for its heading and for what begins the training."""
    config, steps = record.checkpoint.config, record.checkpoint.step
    has_test = not record.checkpoint.dataset.is_train.all()
    found = [
        _settings(record),
        _random_numbers(config),
        examples_part(config),
        network_part(config),
        first_weights_part(config),
        loss_part(config),
    ]
    if config.schedule != "constant":
        found.append(learning_rate_part(config))
    found += [batches_part(), report_part(config, has_test=has_test)]
    if record.checkpoint.frozen:
        found.append(freezing_part())
    return [*found, training_part(config, steps, has_frozen=bool(record.checkpoint.frozen)), _data(record, give_way)]


def _settings(record: RunRecord) -> Part:
    config = record.checkpoint.config
    train_count = int(record.checkpoint.dataset.is_train.sum())
    settings: dict[str, float | None] = {
        "SEED": config.seed,
        "STEPS": record.checkpoint.step,
        "BATCH_SIZE": min(config.batch_size, train_count),
        "LEARNING_RATE": config.learning_rate,
        "WEIGHT_DECAY": config.weight_decay if has_decay(config) else None,
        "DROPOUT": config.dropout if is_dropping(config) else None,
        "L1": config.l1 or None,
        "L2": config.l2 or None,
        "GRADIENT_CLIP": config.gradient_clip or None,
    }
    lines = [f"{name} = {value!r}" for name, value in settings.items() if value is not None]
    imports = ["import math", ""] * (config.schedule != "constant") + ["import torch", "from torch import nn", ""]
    return Part("What it needs, and the settings of the run.", "\n".join([*imports, *_ONE_THREAD, *lines]))


def _random_numbers(config: RunConfig) -> Part:
    streams = "1 is for the order of the points"
    if config.initialisation != "zeros":
        streams = "0 is for the first weights, 1 for the order of the points"
    return Part(
        "Random numbers come from streams of their own, so that one purpose never disturbs another.",
        f'''\
def random_numbers(stream):
    """Stream {streams}: the same in every run."""
    return torch.Generator().manual_seed(4 * SEED + stream)''',
    )


def _data(record: RunRecord, give_way: Callable[[], None]) -> Part:
    checkpoint = record.checkpoint
    config, dataset = checkpoint.config, checkpoint.dataset
    what = "value" if config.problem == "regression" else "class"
    lists = [("TRAINING_POINTS", True)] + [("TEST_POINTS", False)] * (not dataset.is_train.all())
    code = [
        f"{name} = [\n{in_one(point_rows(dataset, config, is_train=is_train), give_way)}\n]" for name, is_train in lists
    ]
    if checkpoint.frozen:
        frozen = in_one(frozen_rows(checkpoint), give_way)
        code.append(
            f"# By the name of its tensor: the place of each frozen weight, and its value.\nFROZEN = {{\n{frozen}\n}}"
        )
    return Part("The points.", f"# x, y and {what} of each point.\n" + "\n\n".join(code))
