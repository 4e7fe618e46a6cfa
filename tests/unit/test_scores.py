"""metrics.json and baseline.json against cases reckoned by hand, and against a formulation without any shortcut."""

from dataclasses import replace
from math import sqrt
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.logic.config import RunConfig
from backend.logic.points import TrainingExample
from backend.runs.differences import differences
from backend.runs.scores import (
    Baseline,
    ClassificationMetrics,
    ClassificationScores,
    RegressionMetrics,
    baseline,
    classification_scores,
    gain,
    metrics,
    regression_scores,
    write_baseline,
    write_metrics,
)
from tests.unit.trained_records import record_of, unhindered

CLASSES = 4


def scores_of(pairs: list[tuple[int, int]]) -> ClassificationScores:
    """The scores of points, each given by its class and the one that it is taken for; ids count from 1."""
    labels, taken = np.array(pairs, np.int64).reshape(-1, 2).T
    return classification_scores(
        np.arange(1, len(pairs) + 1), labels, taken, np.full(len(pairs), 0.5, np.float32), CLASSES
    )


def test_the_scores_of_six_points_are_as_by_hand() -> None:
    found = scores_of([(0, 0), (0, 0), (0, 1), (1, 1), (1, 0), (2, 1)])
    assert found.count == 6
    assert found.loss == 0.5
    assert found.accuracy == 3 / 6
    assert found.confusion == ((2, 1, 0, 0), (1, 1, 0, 0), (0, 1, 0, 0), (0, 0, 0, 0))
    assert found.misclassified == (3, 5, 6)
    each = [(one.precision, one.recall, one.f1, one.support) for one in found.classes]
    assert each == [(2 / 3, 2 / 3, 2 / 3, 3), (1 / 3, 1 / 2, 2 / 5, 2), (None, 0, 0, 1), (None, None, None, 0)]
    assert found.macro_f1 == pytest.approx((2 / 3 + 2 / 5 + 0) / 3)


def test_without_points_there_are_no_numbers() -> None:
    found = scores_of([])
    assert (found.count, found.loss, found.accuracy, found.macro_f1) == (0, None, None, None)
    assert found.misclassified == ()
    values = regression_scores(np.empty(0), np.empty(0, np.float32), np.empty(0, np.float32))
    assert msgspec.to_builtins(values) == {"count": 0, "loss": None, "mae": None, "rmse": None, "r2": None}


@given(st.lists(st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)), max_size=40))
def test_scores_are_those_of_counting_one_by_one(pairs: list[tuple[int, int]]) -> None:
    found = scores_of(pairs)
    f1s = []
    for label, one in enumerate(found.classes):
        true_positives = len([1 for actual, taken in pairs if actual == label and taken == label])
        false_positives = len([1 for actual, taken in pairs if actual != label and taken == label])
        false_negatives = len([1 for actual, taken in pairs if actual == label and taken != label])
        if true_positives + false_positives:
            assert one.precision == pytest.approx(true_positives / (true_positives + false_positives))
        else:
            assert one.precision is None
        if true_positives + false_negatives:
            assert one.recall == pytest.approx(true_positives / (true_positives + false_negatives))
        else:
            assert one.recall is None
        if one.precision and one.recall:
            # The harmonic mean.
            assert one.f1 == pytest.approx(2 / (1 / one.precision + 1 / one.recall))
        elif true_positives + false_positives + false_negatives:
            assert one.f1 == 0
        else:
            assert one.f1 is None
        assert one.support == true_positives + false_negatives
        if label in {label for pair in pairs for label in pair}:
            f1s.append(one.f1 or 0)
        assert found.confusion[label] == tuple(pairs.count((label, taken)) for taken in range(CLASSES))
    assert found.macro_f1 == (pytest.approx(sum(f1s) / len(f1s)) if pairs else None)
    wrong = [place for place, (actual, taken) in enumerate(pairs, start=1) if actual != taken]
    assert list(found.misclassified) == wrong
    assert found.accuracy == (pytest.approx(1 - len(wrong) / len(pairs)) if pairs else None)


def test_the_scores_of_three_values_are_as_by_hand() -> None:
    wanted, values = np.array([0.0, 1.0, -1.0]), np.array([0.5, 1.0, -1.0], np.float32)
    found = regression_scores(wanted, values, np.array([0.125, 0, 0], np.float32))
    assert found.mae == pytest.approx(1 / 6)
    assert found.rmse == pytest.approx(sqrt(0.25 / 3))
    assert found.r2 == pytest.approx(1 - 0.25 / 2)
    assert found.loss == pytest.approx(0.125 / 3)


def test_where_all_wanted_values_are_equal_there_is_no_r2() -> None:
    found = regression_scores(np.full(3, 0.1), np.array([0.1, 0.2, 0.3], np.float32), np.zeros(3, np.float32))
    assert found.r2 is None
    assert found.rmse is not None


def test_what_is_not_finite_is_no_number() -> None:
    values = np.array([np.inf, 0], np.float32)
    found = regression_scores(np.array([0.0, 1.0]), values, np.array([np.inf, 0.5], np.float32))
    assert (found.loss, found.mae, found.rmse, found.r2) == (None, None, None, None)


numbers = st.floats(-1, 1, width=32)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30))
def test_r2_is_one_less_the_share_of_the_spread_that_is_left(pairs: list[tuple[float, float]]) -> None:
    wanted, values = np.array(pairs, np.float64).T
    found = regression_scores(wanted, values.astype(np.float32), np.zeros(len(pairs), np.float32))
    left = sum((value - target) ** 2 for target, value in pairs)
    middle = sum(target for target, _ in pairs) / len(pairs)
    spread = sum((target - middle) ** 2 for target, _ in pairs)
    assert found.mae == pytest.approx(sum(abs(value - target) for target, value in pairs) / len(pairs))
    assert found.rmse == pytest.approx(sqrt(left / len(pairs)))
    if len({target for target, _ in pairs}) == 1:
        assert found.r2 is None
    elif spread > 1e-12:
        assert found.r2 == pytest.approx(1 - left / spread, rel=1e-6, abs=1e-6)


def test_training_and_test_points_are_scored_apart_under_their_ids(tmp_path: Path) -> None:
    record = record_of(RunConfig(train_fraction=0.5))
    write_metrics(record, tmp_path, unhindered)
    found = msgspec.json.decode((tmp_path / "metrics.json").read_bytes(), type=ClassificationMetrics)
    assert found == metrics(record, unhindered)
    assert found.step == 40
    dataset = record.checkpoint.dataset
    for scores, ids in ((found.train, dataset.ids[dataset.is_train]), (found.test, dataset.ids[~dataset.is_train])):
        assert scores.count == len(ids) > 0
        assert set(scores.misclassified) <= set(ids.tolist())
        assert scores.accuracy == 1 - len(scores.misclassified) / scores.count
    assert found.train.loss == pytest.approx(record.history[-1].train_loss, rel=1e-5)


def test_lists_of_plain_values_stand_in_one_line(tmp_path: Path) -> None:
    write_metrics(record_of(RunConfig()), tmp_path, unhindered)
    text = (tmp_path / "metrics.json").read_text()
    assert text.endswith("}\n")
    assert '"test": {\n    "count": 0,' in text
    assert "[0, 0]" in text


def test_depth_is_worth_what_it_brings_where_no_line_parts_the_classes(tmp_path: Path) -> None:
    record = record_of(RunConfig(learning_rate=0.03), steps=400)
    write_baseline(record, tmp_path, unhindered)
    found = msgspec.json.decode((tmp_path / "baseline.json").read_bytes(), type=Baseline)
    assert found.steps == 1_000
    assert found.metrics.step == 1_000
    assert isinstance(found.metrics, ClassificationMetrics)
    deep = metrics(record, unhindered)
    assert isinstance(deep, ClassificationMetrics)
    assert deep.train.accuracy == 1.0
    assert found.metrics.train.accuracy is not None
    assert found.gain.measure == "accuracy"
    assert found.gain.train == 1 - found.metrics.train.accuracy >= 0.25
    assert found.gain.test is None


def test_a_regression_is_compared_by_its_r2() -> None:
    examples = [TrainingExample(x, y, 0, x * y / 36) for x in (-6, -2, 2, 6) for y in (-6, -2, 2, 6)]
    record = record_of(
        RunConfig(problem="regression", loss="squared_error", features=("x1", "x2", "x1_x2")), examples, steps=50
    )
    found, linear = metrics(record, unhindered), baseline(record, unhindered)
    assert isinstance(found, RegressionMetrics)
    assert isinstance(linear.metrics, RegressionMetrics)
    assert linear.gain.measure == "r2"
    assert found.train.r2 is not None
    assert linear.metrics.train.r2 == pytest.approx(1, abs=0.01), "the product is a feature: a line is all it takes"
    assert linear.metrics.train.r2 is not None
    assert linear.gain.train == found.train.r2 - linear.metrics.train.r2


def test_the_linear_model_trains_no_longer_than_it_should() -> None:
    record = record_of(RunConfig(), steps=1)
    long = replace(record, checkpoint=replace(record.checkpoint, step=10_001))
    assert baseline(long, unhindered).steps == 10_000


def test_only_what_differs_by_more_than_rounding_is_named() -> None:
    kept = metrics(record_of(RunConfig()), unhindered)
    assert isinstance(kept, ClassificationMetrics)
    assert kept.train.loss is not None
    assert kept.train.accuracy is not None
    replace_in = msgspec.structs.replace
    rounded = replace_in(kept, train=replace_in(kept.train, loss=kept.train.loss * (1 + 1e-6)))
    assert differences(kept, rounded) == []
    other = replace_in(
        kept,
        step=3,
        train=replace_in(kept.train, accuracy=kept.train.accuracy - 0.01, misclassified=(99,)),
        test=replace_in(kept.test, loss=1.0),
    )
    assert differences(kept, other) == ["step", "train.accuracy", "train.misclassified", "test.loss"]


def test_networks_of_two_problems_are_not_compared() -> None:
    values = metrics(record_of(RunConfig(problem="regression", loss="huber"), steps=0), unhindered)
    with pytest.raises(ValueError, match="one problem"):
        gain(metrics(record_of(RunConfig(), steps=0), unhindered), values)
