"""metrics.json and baseline.json: how well a run does over its points, and how well a linear model would.

What is divided by zero is no number: null. See contracts/metrics_files.md.
"""

import re
from collections.abc import Callable
from math import isfinite, sqrt
from pathlib import Path
from typing import Final, Literal

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.report import linear_model, losses, predictions
from backend.logic.run_record import RunRecord
from backend.runs.layout import BASELINE, METRICS

FORMAT: Final = 1
FEWEST_STEPS: Final = 1_000
MOST_STEPS: Final = 10_000
"""The linear model is trained as long as the run was, within these bounds."""

GiveWay = Callable[[], None]


class ClassScores(Struct, frozen=True, kw_only=True):
    """How well one class is told from the others."""

    label: int
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


class ClassificationScores(Struct, frozen=True, kw_only=True):
    """How well the classes of some points are told; None where there is nothing to divide by."""

    count: int
    loss: float | None
    accuracy: float | None
    macro_f1: float | None
    classes: tuple[ClassScores, ...]
    confusion: tuple[tuple[int, ...], ...]
    misclassified: tuple[int, ...]


class RegressionScores(Struct, frozen=True, kw_only=True):
    """How close the values of some points are met; None where there is nothing to divide by."""

    count: int
    loss: float | None
    mae: float | None
    rmse: float | None
    r2: float | None


class ClassificationMetrics(Struct, frozen=True, kw_only=True, tag_field="problem", tag="classification"):
    """How well a classification does."""

    format: Literal[1] = FORMAT
    step: int
    train: ClassificationScores
    test: ClassificationScores


class RegressionMetrics(Struct, frozen=True, kw_only=True, tag_field="problem", tag="regression"):
    """How well a regression does."""

    format: Literal[1] = FORMAT
    step: int
    train: RegressionScores
    test: RegressionScores


Metrics = ClassificationMetrics | RegressionMetrics


class Gain(Struct, frozen=True, kw_only=True):
    """What the run's measure is more than the linear model's."""

    measure: Literal["accuracy", "r2"]
    train: float | None
    test: float | None


class Baseline(Struct, frozen=True, kw_only=True):
    """How well the linear model does."""

    format: Literal[1] = FORMAT
    steps: int
    has_diverged: bool
    metrics: Metrics
    gain: Gain


def write_metrics(record: RunRecord, folder: Path, give_way: GiveWay) -> None:
    """Write metrics.json."""
    (folder / METRICS).write_bytes(_json(metrics(record, give_way)))


def write_baseline(record: RunRecord, folder: Path, give_way: GiveWay) -> None:
    """Write baseline.json."""
    (folder / BASELINE).write_bytes(_json(baseline(record, give_way)))


def metrics(record: RunRecord, give_way: GiveWay) -> Metrics:
    """How well a run does where it is."""
    end = record.checkpoint
    return measured(end.config, end.dataset, end.step, end.parameters, give_way)


def baseline(record: RunRecord, give_way: GiveWay) -> Baseline:
    """How well a linear model does on the same points after the same number of steps, and what the run does better."""
    end = record.checkpoint
    model = linear_model(end.config, end.dataset, min(MOST_STEPS, max(FEWEST_STEPS, end.step)), give_way)
    found = measured(model.config, end.dataset, model.steps, model.parameters, give_way)
    return Baseline(
        steps=model.steps, has_diverged=model.has_diverged, metrics=found, gain=gain(metrics(record, give_way), found)
    )


def measured(
    config: RunConfig, dataset: Dataset, step: int, parameters: NDArray[np.float32], give_way: GiveWay
) -> Metrics:
    """How well a network does over the training points and the test points, with dropout off."""
    answered = predictions(config, dataset.positions, parameters, give_way)
    lost = losses(config, dataset, answered)
    give_way()
    splits = dataset.is_train, ~dataset.is_train
    if config.problem == "regression":
        wanted = dataset.targets(config.classes)
        values = [regression_scores(wanted[split], answered.values[split], lost[split]) for split in splits]
        return RegressionMetrics(step=step, train=values[0], test=values[1])
    taken = answered.labels
    classes = [
        classification_scores(dataset.ids[split], dataset.labels[split], taken[split], lost[split], config.classes)
        for split in splits
    ]
    return ClassificationMetrics(step=step, train=classes[0], test=classes[1])


def classification_scores(
    ids: NDArray[np.int64],
    labels: NDArray[np.int64],
    taken: NDArray[np.int64],
    lost: NDArray[np.float32],
    classes: int,
) -> ClassificationScores:
    """The scores of N points.

    Args:
        ids: (N,) their ids.
        labels: (N,) which classes they are of.
        taken: (N,) for which ones they are taken.
        lost: (N,) the loss of each.
        classes: how many classes there are.
    """
    confusion = np.bincount(labels * classes + taken, minlength=classes**2).reshape(classes, classes)
    hits, supports, takes = (
        confusion.diagonal().tolist(),
        confusion.sum(axis=1).tolist(),
        confusion.sum(axis=0).tolist(),
    )
    each = tuple(
        ClassScores(
            label=label,
            precision=_ratio(hit, take),
            recall=_ratio(hit, support),
            f1=_ratio(2 * hit, support + take),
            support=support,
        )
        for label, (hit, support, take) in enumerate(zip(hits, supports, takes, strict=True))
    )
    known = [one.f1 for one in each if one.f1 is not None]
    return ClassificationScores(
        count=len(ids),
        loss=_mean(lost),
        accuracy=_ratio(sum(hits), len(ids)),
        macro_f1=_ratio(sum(known), len(known)),
        classes=each,
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        misclassified=tuple(ids[labels != taken].tolist()),
    )


def regression_scores(
    wanted: NDArray[np.float64], values: NDArray[np.float32], lost: NDArray[np.float32]
) -> RegressionScores:
    """The scores of N points.

    Args:
        wanted: (N,) what the values should be.
        values: (N,) what they are.
        lost: (N,) the loss of each.
    """
    errors = values.astype(np.float64) - wanted
    squares = _mean(errors**2)
    # Equal values have a mean that rounding may keep off them: they are asked for by themselves.
    spread = None if len(wanted) == 0 or np.ptp(wanted) == 0 else _mean((wanted - wanted.mean()) ** 2)
    return RegressionScores(
        count=len(wanted),
        loss=_mean(lost),
        mae=_mean(np.abs(errors)),
        rmse=None if squares is None else sqrt(squares),
        r2=None if squares is None or spread is None else 1 - squares / spread,
    )


def gain(found: Metrics, linear: Metrics) -> Gain:
    """What a network does better than another one of the same problem."""
    match found, linear:
        case ClassificationMetrics(), ClassificationMetrics():
            pairs = [(found.train.accuracy, linear.train.accuracy), (found.test.accuracy, linear.test.accuracy)]
            measure: Literal["accuracy", "r2"] = "accuracy"
        case RegressionMetrics(), RegressionMetrics():
            pairs = [(found.train.r2, linear.train.r2), (found.test.r2, linear.test.r2)]
            measure = "r2"
        case _:
            raise ValueError("Only networks of one problem can be compared.")
    train, test = (None if one is None or other is None else one - other for one, other in pairs)
    return Gain(measure=measure, train=train, test=test)


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(values: NDArray[np.float32] | NDArray[np.float64]) -> float | None:
    """None without values, and if one of them is not finite."""
    mean = float(values.mean(dtype=np.float64)) if len(values) else float("nan")
    return mean if isfinite(mean) else None


def _json(value: Struct) -> bytes:
    """Indented for people, but lists of plain values in one line."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    lines = re.sub(r"\[[^][{}]*]", lambda found: "[" + " ".join(found[0][1:-1].split()) + "]", text)
    return f"{lines}\n".encode()
