"""What is shown of snapshots, alone and together, against the same networks in plain PyTorch."""

import weakref
from typing import get_args

import pytest
import torch
from torch import Tensor

from backend.logic.classification_map import grid_features
from backend.logic.config import Activation, Loss, RunConfig
from backend.logic.evaluation import Points
from backend.logic.losses import accuracy, loss
from backend.logic.model import logits
from backend.logic.observation import Look, Observer
from backend.logic.points import TrainingExample
from backend.logic.snapshot import Snapshot
from tests.unit.networks import observe, snapshot_of

WIDTH, HEIGHT = 30, 20
LOOK = Look(WIDTH, HEIGHT)


def plain_outputs(snapshot: Snapshot, inputs: Tensor) -> Tensor:
    """(N, features) to (N, outputs), one network and no tricks."""
    with torch.inference_mode():
        return logits(snapshot.architecture.layers(snapshot.parameters), snapshot.architecture, inputs)


def plain_cells(snapshot: Snapshot) -> Tensor:
    """(N, 2): class and confidence of each cell as the contract defines them."""
    probabilities = plain_outputs(snapshot, grid_features(WIDTH, HEIGHT, snapshot.features).t()).softmax(dim=1)
    highest, winner = probabilities.max(dim=1)
    chance = 1 / probabilities.shape[1]
    return torch.stack([winner, (31 * (highest - chance) / (1 - chance)).round().long()], dim=1)


def cells_of(cells: bytes) -> Tensor:
    """(N, 2): class and confidence of each cell as they are sent."""
    return torch.tensor([[cell >> 5, cell & 31] for cell in cells])


def assert_same_picture(told: Tensor, wanted: Tensor) -> None:
    """Float rounding may move a confidence by one step, and the winner only where there is none."""
    assert (told[:, 1] - wanted[:, 1]).abs().max() <= 1
    differ = told[:, 0] != wanted[:, 0]
    assert not wanted[differ, 1].any()
    # Nearly all are equal, or a systematic shift would hide in that step.
    assert (told == wanted).all(dim=1).float().mean() > 0.99


def crowd(count: int, **fields: object) -> list[Snapshot]:
    """Networks of one shape with different weights and points."""
    return [
        snapshot_of(
            RunConfig(seed=seed, initialisation="large", train_fraction=0.7, **fields),  # type: ignore[arg-type]
            [TrainingExample(x, (x * seed) % 5 - 2, (x + seed) % 2) for x in range(-5, 3 + seed)],
        )
        for seed in range(count)
    ]


@pytest.mark.parametrize("activation", get_args(Activation))
@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("classes", [2, 3, 8])
def test_a_map_is_the_plain_forward_pass_cell_by_cell(activation: Activation, layer_norm: bool, classes: int) -> None:  # noqa: FBT001
    (snapshot,) = crowd(
        1, activation=activation, layer_norm=layer_norm, classes=classes, layer_activations=(None, "tanh")
    )
    assert_same_picture(cells_of(observe(snapshot, WIDTH, HEIGHT).picture.cells), plain_cells(snapshot))


@pytest.mark.parametrize("hidden_layers", [(), (10,), (8, 8), (10, 5, 3)])
def test_together_each_has_the_picture_and_the_scores_that_it_has_alone(hidden_layers: tuple[int, ...]) -> None:
    snapshots = crowd(5, hidden_layers=hidden_layers)
    together = Observer().observe(snapshots, LOOK)
    for snapshot, seen in zip(snapshots, together, strict=True):
        alone = observe(snapshot, WIDTH, HEIGHT)
        assert_same_picture(cells_of(seen.picture.cells), cells_of(alone.picture.cells))
        assert (seen.picture.width, seen.picture.height, seen.picture.classes) == (WIDTH, HEIGHT, 2)
        assert seen.scores.train_loss == pytest.approx(alone.scores.train_loss, rel=1e-5)
        assert seen.scores.test_loss == pytest.approx(alone.scores.test_loss, rel=1e-5)
        assert seen.scores.train_accuracy == alone.scores.train_accuracy
        assert seen.scores.test_accuracy == alone.scores.test_accuracy


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        ("classification", "cross_entropy"),
        ("classification", "squared_error"),
        ("regression", "squared_error"),
        ("regression", "huber"),
    ],
)
def test_scores_are_the_losses_and_accuracies_over_each_split(problem: str, kind: Loss) -> None:
    snapshots = crowd(4, loss=kind, problem=problem)
    for snapshot, seen in zip(snapshots, Observer().observe(snapshots, LOOK), strict=True):
        examples, scores = snapshot.examples, seen.scores
        train, test = (plain_outputs(snapshot, inputs) for inputs in (examples.train_inputs, examples.test_inputs))
        assert scores.train_loss == pytest.approx(loss(train, examples.train_targets, kind).item(), rel=1e-5)
        assert scores.test_loss == pytest.approx(loss(test, examples.test_targets, kind).item(), rel=1e-5)
        if problem == "classification":
            assert scores.train_accuracy == accuracy(train, examples.train_targets)
            assert scores.test_accuracy == accuracy(test, examples.test_targets)
        else:
            assert (scores.train_accuracy, scores.test_accuracy) == (None, None)


def test_a_value_map_is_the_plain_forward_pass() -> None:
    snapshots = crowd(3, problem="regression", loss="squared_error")
    for snapshot, seen in zip(snapshots, Observer().observe(snapshots, LOOK), strict=True):
        values = plain_outputs(snapshot, grid_features(WIDTH, HEIGHT, snapshot.features).t())[:, 0]
        wanted = ((values + 1) * 127.5).round().clamp(0, 255)
        assert (torch.tensor(list(seen.picture.cells)) - wanted).abs().max() <= 1


def test_a_loss_beyond_all_numbers_spoils_neither_the_other_split_nor_the_neighbour() -> None:
    fine, broken = crowd(2, hidden_layers=())
    alone = observe(fine, WIDTH, HEIGHT)
    broken.examples.train_inputs[0] = 3e38
    spoilt, kept = Observer().observe([broken, fine], LOOK)
    assert kept.scores == alone.scores
    assert spoilt.scores.train_loss == float("inf") or spoilt.scores.train_loss != spoilt.scores.train_loss
    assert spoilt.scores.test_loss == pytest.approx(Observer().evaluate(crowd(2, hidden_layers=())[1]).test_loss)


def test_what_was_seen_stays_when_the_observer_looks_elsewhere() -> None:
    observer = Observer()
    first, second = crowd(2)
    (seen,) = observer.observe([first], LOOK)
    cells, scores = bytes(seen.picture.cells), seen.scores
    observer.observe([second], LOOK)
    observer.observe([second, first], LOOK)
    assert (seen.picture.cells, seen.scores) == (cells, scores)
    assert observer.observe([first], LOOK)[0] == seen


def test_the_points_of_a_data_set_are_prepared_once_and_forgotten_with_it() -> None:
    points = Points()
    (snapshot,) = crowd(1)
    prepared = points.of(snapshot.examples)
    assert points.of(snapshot.examples) is prepared
    # A tensor of it, because what has slots takes no weak reference.
    targets = weakref.ref(prepared.targets)
    del snapshot, prepared
    assert targets() is None
