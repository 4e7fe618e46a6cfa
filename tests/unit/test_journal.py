"""The journal of a run: from its beginning and its changes it comes again, bit for bit."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.logic.architecture import ParameterId
from backend.logic.changes import Change, Freeze, SetParameters, UseConfig, UseDataset
from backend.logic.config import ConfigChanges, RunConfig, changed
from backend.logic.course import Course
from backend.logic.dataset import Dataset, why_not_trainable
from backend.logic.dataset_difference import DatasetDifference
from backend.logic.generators import generate
from backend.logic.journal import MOST_BYTES
from backend.logic.offline import train_offline, with_present_row
from backend.logic.points import PointChange, TrainingExample
from backend.logic.run_record import Applied, Beginning, RunRecord
from backend.logic.training import DivergedError, Learner
from tests.support.checkpoints import differences
from tests.support.native import native_learner

CONFIG = RunConfig(hidden_layers=(4,), train_fraction=0.8)
POINTS = Dataset.empty(CONFIG.train_fraction, CONFIG.seed).adding(generate("xor", 30, 0.0, 2, 1))
BIAS, WEIGHT = ParameterId(1, 0, None), ParameterId(2, 1, 3)


@pytest.fixture(autouse=True)
def _in_inference_mode() -> Iterator[None]:
    """As the training thread computes."""
    with torch.inference_mode():
        yield


def begun(config: RunConfig = CONFIG, dataset: Dataset = POINTS) -> Course:
    return Course.begun(Learner, config, dataset)


def advance(course: Course, steps: int) -> None:
    last = course.learner.step_count + steps
    while course.learner.step_count < last:
        course.learner.advance(last - course.learner.step_count)


def configure(course: Course, **fields: Any) -> None:
    course.change(UseConfig(changed(course.learner.config, ConfigChanges(**fields)), 1))


def repeated(record: RunRecord) -> RunRecord:
    assert record.beginning is not None
    return train_offline(record.beginning, record.changes, record.checkpoint.step)


def kinds(record: RunRecord) -> list[tuple[int, type]]:
    return [(applied.step, type(applied.change)) for applied in record.changes]


# Points that are edited, by those who draw them


def moved(dataset: Dataset, index: int) -> Dataset:
    point = dataset.points()[index % len(dataset)]
    return dataset.changing([PointChange(point.point_id, -point.x, point.y, 1 - point.label, 0.5)])


EDITS: Sequence[Callable[[Dataset, int], Dataset]] = [
    lambda dataset, index: dataset.adding([TrainingExample(index % 6, 1, index % 2), TrainingExample(1, 2, 1, -0.25)]),
    lambda dataset, index: dataset.removing([int(dataset.ids[index % len(dataset)])]) if len(dataset) else dataset,
    lambda dataset, index: moved(dataset, index) if len(dataset) else dataset,
    lambda dataset, index: dataset.split((0.4, 0.7, 1.0)[index % 3], index),
    lambda dataset, index: dataset.cleared().adding(generate("xor", 20 + index % 9, 0.0, 2, index)),
    lambda dataset, _: dataset.cleared(),
]
CONFIGS = [
    {"learning_rate": 0.003},
    {"learning_rate": 0.02},
    {"batch_size": 4},
    {"batch_size": 13},
    {"optimizer": "momentum"},
    {"optimizer": "adam"},
    {"classes": 3},
    {"classes": 2},
    {"dropout": 0.4},
    {"dropout": 0.0},
    {"l2": 0.01},
    {"schedule": "exponential"},
]

steps = st.integers(1, 12).map(lambda count: ("step", count))
edits = st.tuples(st.sampled_from(EDITS), st.integers(0, 40)).map(lambda edit: ("points", edit))
configs = st.sampled_from(CONFIGS).map(lambda fields: ("config", fields))
weights = st.tuples(st.sampled_from([BIAS, WEIGHT]), st.floats(-1, 1)).map(lambda weight: ("set", weight))
freezes = st.sets(st.sampled_from([BIAS, WEIGHT])).map(lambda places: ("freeze", frozenset(places)))
plans = st.lists(st.one_of(steps, edits, configs, weights, freezes), min_size=1, max_size=24)


def do(course: Course, kind: str, what: Any) -> None:
    """Do what a session does, in its order."""
    learner = course.learner
    match kind:
        case "step":
            if why_not_trainable(learner.dataset, learner.config.problem) is None:
                advance(course, what)
        case "points":
            edit, index = what
            course.change(UseDataset(edit(learner.dataset, index)))
        case "config":
            if "classes" not in what or not len(learner.dataset) or learner.dataset.labels.max() < what["classes"]:
                configure(course, **what)
        case "set":
            place, value = what
            course.change(SetParameters({place: value}))
        case _:
            course.change(Freeze(what))


@given(plan=plans)
@settings(max_examples=60)
def test_whatever_is_changed_at_whatever_step_the_run_comes_again(plan: list[tuple[str, Any]]) -> None:
    course = begun()
    for kind, what in plan:
        do(course, kind, what)
    record = course.record()
    again = repeated(record)
    assert differences(again.checkpoint, record.checkpoint) == []
    assert record.is_exact
    assert again.is_exact


@given(plan=plans, more=plans)
@settings(max_examples=30)
def test_a_run_that_was_taken_up_again_comes_again_as_well(
    plan: list[tuple[str, Any]], more: list[tuple[str, Any]]
) -> None:
    first = begun()
    for kind, what in plan:
        do(first, kind, what)
    second = Course.resumed(Learner, first.record())
    for kind, what in more:
        do(first, kind, what)
        do(second, kind, what)
    record = second.record()
    assert differences(record.checkpoint, first.record().checkpoint) == []
    assert differences(repeated(record).checkpoint, record.checkpoint) == []


@given(before=st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 40)), max_size=8), also=st.integers(0, 8))
def test_a_difference_makes_one_dataset_of_another(before: list[tuple[Any, int]], also: int) -> None:
    datasets = [POINTS]
    for edit, index in before:
        datasets.append(edit(datasets[-1], index))
    start, end = datasets[min(also, len(datasets) - 1)], datasets[-1]
    made = DatasetDifference.between(start, end).applied_to(start)
    assert made.valued_points() == end.valued_points()
    facts = ("first_id", "next_id", "train_fraction", "seed")
    assert [getattr(made, name) for name in facts] == [getattr(end, name) for name in facts]


def test_a_difference_is_as_small_as_the_edit() -> None:
    difference = DatasetDifference.between(POINTS, POINTS.removing([3]).adding([TrainingExample(1, 1, 0)]))
    assert (difference.removed.tolist(), difference.put.ids.tolist()) == ([3], [31])


def test_what_is_changed_before_anything_is_learned_belongs_to_the_beginning() -> None:
    course = begun()
    configure(course, classes=4, batch_size=3, optimizer="sgd")
    course.change(UseDataset(POINTS.removing([1])))
    record = course.record()
    assert record.changes == ()
    assert record.beginning == Beginning(course.learner.config, course.learner.dataset)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([UseDataset(POINTS.removing([1])), UseDataset(POINTS.removing([1, 2]))], [DatasetDifference]),
        ([SetParameters({BIAS: 1.0}), SetParameters({WEIGHT: 1.0, BIAS: 2.0})], [SetParameters]),
        ([Freeze(frozenset([BIAS])), Freeze(frozenset())], [Freeze]),
        (
            [UseConfig(changed(CONFIG, ConfigChanges(learning_rate=rate)), 1) for rate in (0.1, 0.2, 0.3)],
            [RunConfig],
        ),
        (
            [UseConfig(changed(CONFIG, ConfigChanges(optimizer=name)), 1) for name in ("sgd", "adam")],
            [RunConfig, RunConfig],
        ),
        (
            [UseConfig(changed(CONFIG, ConfigChanges(batch_size=size)), 1) for size in (4, 10)],
            [RunConfig, RunConfig],
        ),
        (
            [SetParameters({BIAS: 1.0}), Freeze(frozenset([BIAS])), SetParameters({BIAS: 2.0})],
            [SetParameters, Freeze, SetParameters],
        ),
    ],
)
def test_changes_of_a_kind_at_one_step_become_one_where_that_is_the_same(
    changes: list[Change], expected: list[type]
) -> None:
    course = begun()
    advance(course, 5)
    for change in changes:
        course.change(change)
    advance(course, 5)
    record = course.record()
    assert kinds(record) == [(5, kind) for kind in expected]
    assert differences(repeated(record).checkpoint, record.checkpoint) == []


def test_what_is_changed_too_much_is_kept_without_its_beginning() -> None:
    large = POINTS.adding(generate("xor", 4_900, 0.0, 2, 1))
    course = begun()
    for index in range(2 * (MOST_BYTES // 200_000) + 2):
        advance(course, 1)
        course.change(UseDataset(large if index % 2 == 0 else POINTS))
    record = course.record()
    assert (record.beginning, record.changes) == (None, ())
    assert Course.resumed(Learner, record).record().beginning is None


def test_a_run_of_another_engine_is_not_exact_any_more() -> None:
    course = begun()
    new, trained = course.record(), None
    advance(course, 1)
    trained = course.record()
    assert Course.resumed(native_learner, new).record().is_exact
    assert not Course.resumed(native_learner, trained).record().is_exact
    assert Course.resumed(native_learner, trained).record().engine == "native"


class ElsewhereLearner(Learner):
    """As one whose tensors lie on another device."""

    is_repeatable = False


def test_a_run_on_another_device_than_the_cpu_is_not_exact() -> None:
    assert not Course.begun(ElsewhereLearner, CONFIG, POINTS).record().is_exact
    assert not Course.resumed(ElsewhereLearner, begun().record()).record().is_exact
    assert Learner(CONFIG, POINTS).is_repeatable
    assert not Learner(CONFIG, POINTS, torch.device("meta")).is_repeatable


# Without a session


def test_a_run_without_a_session_has_a_history_from_its_first_step_to_its_last() -> None:
    told: list[int] = []
    record = train_offline(Beginning(CONFIG, POINTS), (), 1_300, on_progress=told.append)
    steps = [row.step for row in record.history]
    assert (steps[0], steps[-1], told[-1]) == (0, 1_300, 1_300)
    assert steps == sorted(set(steps))
    assert set(np.diff(steps[:-1])) == {3}
    first, last = record.history[0], record.history[-1]
    assert first.train_loss is not None
    assert last.train_loss is not None
    assert last.train_loss < first.train_loss
    assert last.epoch == record.checkpoint.epoch
    assert record.moments


def test_native_steps_without_a_session_are_those_of_a_native_learner() -> None:
    record = train_offline(Beginning(CONFIG, POINTS), (), 300, native_learner)
    learner = native_learner(CONFIG, POINTS)
    while learner.step_count < 300:
        learner.advance(300 - learner.step_count)
    assert record.engine == "native"
    assert differences(record.checkpoint, learner.checkpoint()) == []


def test_changes_at_the_last_step_are_made_and_later_ones_are_not() -> None:
    changes = [Applied(4, SetParameters({BIAS: 0.5})), Applied(5, SetParameters({BIAS: 0.75}))]
    record = train_offline(Beginning(CONFIG, POINTS), changes, 4)
    place = Learner(CONFIG, POINTS).network.architecture.places([BIAS])[0]
    assert record.checkpoint.parameters[place] == 0.5


def test_one_that_diverges_says_at_which_step() -> None:
    with pytest.raises(DivergedError, match=r"diverged at step \d+"):
        train_offline(
            Beginning(
                changed(
                    CONFIG,
                    ConfigChanges(
                        learning_rate=1e6, loss="squared_error", optimizer="sgd", hidden_layers=(), problem="regression"
                    ),
                ),
                POINTS,
            ),
            (),
            500,
        )


def test_the_row_of_where_a_run_is_ends_its_history() -> None:
    record = train_offline(Beginning(CONFIG, POINTS), (), 40)
    older = with_present_row(record)
    assert older.history == record.history
