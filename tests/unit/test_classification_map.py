"""Maps and metrics of a snapshot."""

from dataclasses import replace

import pytest
import torch

from backend.logic.classification_map import ClassificationMap, answer_at, grid_features
from backend.logic.config import RunConfig
from backend.logic.points import TrainingExample
from backend.logic.scalar_cells import as_cells
from backend.logic.snapshot import Examples, Snapshot
from tests.unit.networks import evaluate, observe
from tests.unit.networks import snapshot_of as plain_snapshot

POINTS = [TrainingExample(-3, 0, 0), TrainingExample(3, 0, 1), TrainingExample(4, 1, 0), TrainingExample(5, 1, 1)]


def snapshot_of(
    parameters: list[float], *, classes: int = 2, examples: Examples | None = None, train_fraction: float = 1.0
) -> Snapshot:
    """A linear model of x1 and x2 with these weights and biases."""
    config = RunConfig(hidden_layers=(), classes=classes, train_fraction=train_fraction, seed=3)
    snapshot = plain_snapshot(config, POINTS, parameters=torch.tensor(parameters))
    return snapshot if examples is None else replace(snapshot, examples=examples)


RIGHT_IS_CLASS_1 = [0.0, 0.0, 50.0, 0.0, 0.0, 0.0]
TOP_IS_CLASS_1 = [0.0, 0.0, 0.0, 50.0, 0.0, 0.0]


def render(snapshot: Snapshot, width: int, height: int) -> ClassificationMap:
    return observe(snapshot, width, height).picture


def cell(cells: bytes, width: int, column: int, row: int) -> tuple[int, int]:
    value = cells[row * width + column]
    return value >> 5, value & 31


def test_the_grid_is_cell_centres_from_the_top_left() -> None:
    grid = grid_features(4, 2, ("x1", "x2"))
    assert grid[:, 0].tolist() == [-4.5, 3.0]
    assert grid[:, 3].tolist() == [4.5, 3.0]
    assert grid[:, -1].tolist() == [4.5, -3.0]


def test_columns_go_right_and_rows_go_down() -> None:
    right = render(snapshot_of(RIGHT_IS_CLASS_1), 8, 6)
    assert (cell(right.cells, 8, 0, 3), cell(right.cells, 8, 7, 3)) == ((0, 31), (1, 31))
    top = render(snapshot_of(TOP_IS_CLASS_1), 8, 6)
    assert (cell(top.cells, 8, 3, 0), cell(top.cells, 8, 3, 5)) == ((1, 31), (0, 31))


@pytest.mark.parametrize("classes", [2, 3, 8])
def test_a_network_without_an_idea_has_confidence_zero(classes: int) -> None:
    picture = render(snapshot_of([0.0] * (3 * classes), classes=classes), 8, 8)
    assert {value & 31 for value in picture.cells} == {0}
    assert picture.classes == classes


def test_confidence_is_quantised_as_the_contract_says() -> None:
    probability = 0.8
    logit = torch.logit(torch.tensor(probability)).item()
    picture = render(snapshot_of([0.0, 0.0, 0.0, 0.0, 0.0, logit]), 8, 8)
    assert set(picture.cells) == {1 << 5 | round(31 * (probability - 0.5) / 0.5)}


def test_the_last_class_fits_into_its_bits() -> None:
    picture = render(snapshot_of([0.0] * 23 + [50.0], classes=8), 8, 8)
    assert set(picture.cells) == {7 << 5 | 31}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 3e38])
def test_what_is_not_finite_is_no_idea(value: float) -> None:
    picture = render(snapshot_of([value] * 6), 8, 8)
    assert {cell & 31 for cell in picture.cells} == {0}


def test_metrics_are_over_the_points_of_each_split() -> None:
    metrics = evaluate(snapshot_of(RIGHT_IS_CLASS_1))
    assert metrics.train_accuracy == 0.75
    assert metrics.train_loss == pytest.approx(200 / 4)
    assert (metrics.test_loss, metrics.test_accuracy) == (None, None)


def test_no_points_have_no_metrics() -> None:
    nothing = Examples(torch.empty(0, 2), torch.empty(0).long(), torch.empty(0, 2), torch.empty(0).long())
    metrics = evaluate(snapshot_of(RIGHT_IS_CLASS_1, examples=nothing))
    assert (metrics.train_loss, metrics.train_accuracy) == (None, None)


def test_the_probe_agrees_with_the_map() -> None:
    snapshot = snapshot_of([0.1, 0.2, 0.3, -0.4, 0.5, 0.6])
    picture = render(snapshot, 8, 8)
    grid = grid_features(8, 8, ("x1", "x2"))
    for index in (0, 20, 63):
        x, y = grid[:, index].tolist()
        probabilities, value = answer_at(snapshot, x, y)
        assert value is None
        assert sum(probabilities) == pytest.approx(1)
        winner = max(range(2), key=probabilities.__getitem__)
        expected = winner << 5 | round(31 * (probabilities[winner] - 0.5) / 0.5)
        assert picture.cells[index] == expected


def regression_of(x1_weight: float, bias: float) -> Snapshot:
    config = RunConfig(problem="regression", loss="squared_error", hidden_layers=(), classes=4)
    return plain_snapshot(
        config, [*POINTS, TrainingExample(0, 0, 3, 0.25)], parameters=torch.tensor([x1_weight, 0, bias])
    )


def test_a_regression_is_shown_as_values_from_minus_1_to_1() -> None:
    picture = render(regression_of(0.25, 0.1), 8, 1)
    values = [0.25 * x + 0.1 for x in (-5.25, -3.75, -2.25, -0.75, 0.75, 2.25, 3.75, 5.25)]
    assert list(picture.cells) == [min(255, max(0, round(127.5 * (value + 1)))) for value in values]
    assert (picture.classes, picture.unit) == (0, None)


def test_a_regression_is_scored_by_its_loss_and_has_no_accuracy() -> None:
    scores = evaluate(regression_of(0, 0.5))
    # Where there is no value the label stands for one, from -1 to 1.
    wanted = [-1, -1 / 3, -1, -1 / 3, 0.25]
    assert scores.train_loss == pytest.approx(sum((0.5 - value) ** 2 / 2 for value in wanted) / 5)
    assert (scores.train_accuracy, scores.test_loss, scores.test_accuracy) == (None, None, None)


def test_the_probe_of_a_regression_is_its_value_and_not_clipped() -> None:
    probabilities, value = answer_at(regression_of(0.5, 0.1), 4, 0)
    assert probabilities == []
    assert value == pytest.approx(2.1)


@pytest.mark.parametrize(
    ("value", "byte"), [(-1, 0), (-9, 0), (0, 128), (1, 255), (9, 255), (float("inf"), 255), (float("nan"), 128)]
)
def test_values_as_bytes(value: float, byte: int) -> None:
    assert as_cells(torch.tensor([float(value)])).tolist() == [byte]
