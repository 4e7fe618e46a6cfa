"""The ready data sets."""

from collections.abc import Callable
from itertools import pairwise
from math import sin
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from backend.logic.config import MAX_CLASSES, MAX_POINTS, MAX_SEED, RunConfig
from backend.logic.errors import FieldError
from backend.logic.generators import CATALOGUE, DatasetName, generate, generate_for
from backend.logic.points import PLANE, TrainingExample

NAMES = get_args(DatasetName)
BY_CLASS = ("gauss", "spiral", "moons", "rings", "blobs", "anisotropic")
"""These give each class its share of the points; the others ask each point where it lies."""
REGRESSION = [name for name in NAMES if CATALOGUE[name].problem == "regression"]
CLASSIFICATION = [name for name in NAMES if CATALOGUE[name].problem == "classification"]

noises = st.floats(0, 0.5)
seeds = st.integers(0, MAX_SEED)


@st.composite
def kinds(draw: st.DrawFn) -> tuple[DatasetName, int]:
    """A data set and a number of classes that it can have."""
    name: DatasetName = draw(st.sampled_from(NAMES))
    return name, draw(st.integers(2, CATALOGUE[name].most_classes))


def columns(examples: list[TrainingExample]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(N, 2) positions and (N,) labels."""
    return np.array([(e.x, e.y) for e in examples]), np.array([e.label for e in examples])


def gaps_between_classes(name: DatasetName, count: int, classes: int) -> float:
    """The least distance between two points of different classes, without noise."""
    positions, labels = columns(generate(name, count, 0.0, classes, 5))
    distances = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    return float(distances[labels[:, None] != labels[None]].min())


@given(kinds(), st.integers(2, 700), noises, seeds)
def test_every_dataset_has_its_count_in_the_plane_with_labels_and_values_in_bounds(
    kind: tuple[DatasetName, int], count: int, noise: float, seed: int
) -> None:
    name, classes = kind
    examples = generate(name, count, noise, classes, seed)
    assert len(examples) == count
    for x, y, label, value in examples:
        assert -PLANE <= x <= PLANE
        assert -PLANE <= y <= PLANE
        assert 0 <= label < classes
        if CATALOGUE[name].problem == "regression":
            assert value is not None
            assert -1 <= value <= 1
            assert label == (value >= 0)
        else:
            assert value is None


@given(kinds(), st.integers(2, 700), noises, seeds)
def test_every_class_there_is_a_point_for_is_there(
    kind: tuple[DatasetName, int], count: int, noise: float, seed: int
) -> None:
    name, classes = kind
    _, labels = columns(generate(name, count, noise, classes, seed))
    if name in BY_CLASS:
        sizes = np.bincount(labels, minlength=classes)
        assert sizes.max() - sizes.min() <= 1
        assert set(labels.tolist()) == set(range(min(count, classes)))
    elif count >= 100:
        assert set(labels.tolist()) == {0, 1}


@pytest.mark.parametrize("count", range(2, MAX_CLASSES))
@pytest.mark.parametrize("name", ["spiral", "rings", "blobs", "anisotropic"])
def test_of_fewer_points_than_classes_the_first_classes_have_one_each(name: DatasetName, count: int) -> None:
    _, labels = columns(generate(name, count, 0.1, MAX_CLASSES, 1))
    assert labels.tolist() == list(range(count))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [2, 3, 7, MAX_POINTS])
def test_the_fewest_and_the_most_points_are_made_with_the_most_classes_and_noise(name: DatasetName, count: int) -> None:
    examples = generate(name, count, 0.5, CATALOGUE[name].most_classes, 0)
    positions, labels = columns(examples)
    assert positions.shape == (count, 2)
    assert np.abs(positions).max() <= PLANE
    assert labels.max() < CATALOGUE[name].most_classes


@given(kinds(), st.integers(2, 200), noises, seeds)
def test_the_same_seed_gives_the_same_points(
    kind: tuple[DatasetName, int], count: int, noise: float, seed: int
) -> None:
    name, classes = kind
    assert generate(name, count, noise, classes, seed) == generate(name, count, noise, classes, seed)


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_gives_other_points(name: DatasetName) -> None:
    assert generate(name, 50, 0.2, 2, 3) != generate(name, 50, 0.2, 2, 4)


@pytest.mark.parametrize("name", NAMES)
def test_noise_changes_something_in_every_dataset(name: DatasetName) -> None:
    assert generate(name, 200, 0.0, 2, 3) != generate(name, 200, 0.5, 2, 3)


@pytest.mark.parametrize("name", NAMES)
def test_another_number_of_classes_than_a_dataset_can_have_is_refused(name: DatasetName) -> None:
    most = CATALOGUE[name].most_classes
    for classes in (0, 1, most + 1, 9):
        with pytest.raises(FieldError, match=rf"{name} has 2 (to 8 )?classes, not {classes}") as refused:
            generate(name, 10, 0.0, classes, 0)
        assert refused.value.path == "classes"


def test_spiral_rings_blobs_and_anisotropic_have_up_to_eight_classes_and_the_others_two() -> None:
    several = {name for name, kind in CATALOGUE.items() if kind.most_classes == MAX_CLASSES}
    assert several == {"spiral", "rings", "blobs", "anisotropic"}
    assert all(kind.most_classes == 2 for name, kind in CATALOGUE.items() if name not in several)


def test_the_classes_lie_where_the_well_known_playground_puts_them() -> None:
    for x, y, label, _ in generate("circle", 400, 0.0, 2, 0):
        radius = np.hypot(x, y)
        assert radius <= 2.5 if label == 0 else 3.5 <= radius <= 5
    for x, y, label, _ in generate("xor", 400, 0.0, 2, 0):
        assert label == (x * y < 0)
        assert min(abs(x), abs(y)) >= 0.3
    positions, labels = columns(generate("gauss", 2000, 0.0, 2, 0))
    assert positions[labels == 0].mean(axis=0) == pytest.approx([2, 2], abs=0.1)
    assert positions[labels == 1].var(axis=0) == pytest.approx([0.5, 0.5], abs=0.08)
    arm = generate("spiral", 400, 0.0, 2, 0)[100]
    turned = 1.75 * 2 * np.pi * 100 / 200
    assert (arm.x, arm.y) == pytest.approx((2.5 * np.sin(turned), 2.5 * np.cos(turned)))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("circle", (-0.1851036465, 0.8839880611, 0), (-1.458472104, 4.5804143124, 1)),
        ("xor", (1.550954666, 4.2721380097, 0), (-4.9964970562, -4.0710789779, 0)),
        ("gauss", (2.0013475655, 2.3272593397, 0), (-3.8493349535, -4.2295911502, 1)),
        ("spiral", (0.0250190933, 0.0794427602, 0), (4.2492399107, 1.96831902, 1)),
    ],
)
def test_a_seed_gives_the_points_it_always_gave(
    name: DatasetName, first: tuple[float, float, int], last: tuple[float, float, int]
) -> None:
    examples = generate(name, 50, 0.1, 2, 7)
    assert examples[0][:3] == pytest.approx(first, abs=1e-9)
    assert examples[-1][:3] == pytest.approx(last, abs=1e-9)


@pytest.mark.parametrize("classes", range(2, MAX_CLASSES + 1))
def test_without_noise_arms_and_rings_keep_apart(classes: int) -> None:
    for name in ("spiral", "rings"):
        examples = generate(name, 80 * classes, 0.0, classes, 1)
        positions, labels = columns(examples)
        radii = np.hypot(*positions.T)
        assert radii.max() <= 5.5
        if name == "rings":
            for inner, outer in pairwise(range(classes)):
                assert radii[labels == inner].max() < radii[labels == outer].min()
        else:
            # Beyond the middle, where all arms begin, another arm is never nearer than the next point of the own one.
            away = radii > 2
            distances = np.linalg.norm(positions[away, None] - positions[None, away], axis=2)
            others = labels[away, None] != labels[None, away]
            assert distances[others].min() > 0.5


@pytest.mark.parametrize("classes", range(2, MAX_CLASSES + 1))
def test_blobs_are_round_about_a_circle_and_anisotropic_clouds_are_long(classes: int) -> None:
    positions, labels = columns(generate("blobs", 1000 * classes, 0.0, classes, 1))
    for label in range(classes):
        angle = 2 * np.pi * label / classes
        assert positions[labels == label].mean(axis=0) == pytest.approx([4 * np.sin(angle), 4 * np.cos(angle)], abs=0.1)
        assert positions[labels == label].std(axis=0) == pytest.approx([0.5, 0.5], abs=0.06)
    positions, labels = columns(generate("anisotropic", 1000 * classes, 0.0, classes, 1))
    for label in range(classes):
        across, along = np.linalg.eigvalsh(np.cov(positions[labels == label].T)) ** 0.5
        assert along > 3 * across


def test_moons_lie_on_two_half_circles_each_with_an_end_in_the_other() -> None:
    positions, labels = columns(generate("moons", 400, 0.0, 2, 1))
    upper, lower = positions[labels == 0], positions[labels == 1]
    assert np.hypot(*(upper - [-1.5, -0.75]).T) == pytest.approx(3)
    assert np.hypot(*(lower - [1.5, 0.75]).T) == pytest.approx(3)
    assert upper[:, 1].min() >= -0.75
    assert lower[:, 1].max() <= 0.75
    assert gaps_between_classes("moons", 400, 2) > 0.5


def test_a_checkerboard_alternates_from_square_to_square() -> None:
    for x, y, label, _ in generate("checkerboard", 1000, 0.0, 2, 1):
        assert label == (int((x + 6) // 3) + int((y + 6) // 3)) % 2
        assert all(0.15 <= place % 3 <= 2.85 for place in (x, y))


def test_the_curves_have_class_1_above_and_class_0_below_and_a_gap_between() -> None:
    curves = {"sine": lambda x: 3 * np.sin(x), "cubic": lambda x: x**3 / 16 - 1.5 * x, "absolute": lambda x: abs(x) - 3}
    for name in ("sine", "cubic", "absolute"):
        for x, y, label, _ in generate(name, 1000, 0.0, 2, 1):
            distance = y - curves[name](x)
            assert label == (distance > 0)
            assert abs(distance) >= 0.3 - 1e-9


@pytest.mark.parametrize("name", ["circle", "xor", "checkerboard", "sine", "cubic", "absolute"])
def test_noise_blurs_a_border_and_moves_no_point(name: DatasetName) -> None:
    calm, noisy = (columns(generate(name, 1000, noise, 2, 1)) for noise in (0.0, 0.3))
    assert calm[0].tolist() == noisy[0].tolist()
    assert 0.02 < (calm[1] != noisy[1]).mean() < 0.4


def bump(x: float, y: float) -> float:
    """The well-known playground's `regressGaussian`, line by line."""
    strongest = 0.0
    for centre_x, centre_y, sign in [
        (-4, 2.5, 1),
        (0, 2.5, -1),
        (4, 2.5, 1),
        (-4, -2.5, -1),
        (0, -2.5, 1),
        (4, -2.5, -1),
    ]:
        distance = ((x - centre_x) ** 2 + (y - centre_y) ** 2) ** 0.5
        height = sign * max(0.0, min(1.0, 1 - distance / 2))
        if abs(height) > abs(strongest):
            strongest = height
    return strongest


def test_without_noise_values_are_those_of_the_surface() -> None:
    surfaces: dict[str, Callable[[float, float], float]] = {
        "plane": lambda x, y: max(-1, min(1, (x + y) / 10)),
        "multi_gauss": bump,
        "sine_surface": lambda x, y: (sin(x) + sin(y)) / 2,
    }
    assert set(surfaces) == set(REGRESSION)
    for name in REGRESSION:
        for x, y, _, value in generate(name, 500, 0.0, 2, 1):
            assert value == pytest.approx(surfaces[name](x, y), abs=1e-9)


@pytest.mark.parametrize("name", REGRESSION)
def test_noise_changes_values_and_moves_no_point(name: DatasetName) -> None:
    calm, noisy = (generate(name, 1000, noise, 2, 1) for noise in (0.0, 0.2))
    assert [e[:2] for e in calm] == [e[:2] for e in noisy]
    assert [e.value for e in calm] != [e.value for e in noisy]


@given(st.sampled_from(CLASSIFICATION), st.integers(2, MAX_CLASSES))
def test_a_run_gets_the_most_classes_that_it_and_the_dataset_have(name: DatasetName, classes: int) -> None:
    examples = generate_for(RunConfig(classes=classes), name, count=300, noise=0.0, classes=None, seed=1)
    assert len({e.label for e in examples}) == min(classes, CATALOGUE[name].most_classes)


def test_a_run_refuses_a_dataset_of_the_other_problem_and_more_classes_than_it_has() -> None:
    classification, regression = RunConfig(), RunConfig(problem="regression", loss="squared_error")
    for config, names in ((classification, REGRESSION), (regression, CLASSIFICATION)):
        for name in names:
            with pytest.raises(FieldError, match=f"{name} is for .*, and the problem is {config.problem}") as refused:
                generate_for(config, name, count=10, noise=0.0, classes=None, seed=None)
            assert refused.value.path == "dataset"
    with pytest.raises(FieldError, match="The run has 4 classes: a data set of 5") as refused:
        generate_for(RunConfig(classes=4), "blobs", count=10, noise=0.0, classes=5, seed=None)
    assert refused.value.path == "classes"


def test_a_dataset_without_a_seed_has_the_run_s_own() -> None:
    config = RunConfig(seed=12)
    made = generate_for(config, "moons", count=10, noise=0.1, classes=None, seed=None)
    assert made == generate("moons", 10, 0.1, 2, 12)
