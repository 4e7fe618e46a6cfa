"""A run that went through its files goes on, and can be made again, as if it had never been anywhere."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.logic.architecture import ParameterId
from backend.logic.changes import Change, Freeze, SetParameters, UseConfig, UseDataset
from backend.logic.config import RunConfig
from backend.logic.course import Course
from backend.logic.dataset import Dataset
from backend.logic.offline import train_offline
from backend.logic.points import PointChange, TrainingExample
from backend.logic.training import Learner
from backend.runs.archive import zipped
from backend.runs.layout import checkpoint_id
from backend.runs.reading import OpenedRun, read_run
from backend.runs.sources import ZipSource
from backend.runs.writing import save_run
from tests.support.checkpoints import differences
from tests.support.run_records import RUN, replace_config
from tests.unit.drawn_configs import quick_configs

XOR = [TrainingExample(x, y, int(x * y < 0)) for x in (-4.1, -1, 2, 3.7) for y in (-3, -1.3, 2, 5)]


@pytest.fixture(autouse=True, scope="module")
def _in_inference_mode() -> Iterator[None]:
    """As the training thread computes."""
    with torch.inference_mode():
        yield


def through_files(course: Course) -> OpenedRun:
    with TemporaryDirectory() as folder:
        return read_run(ZipSource(zipped(save_run(course.record(), Path(folder), RUN).path)))


places = st.floats(-6, 6)


@st.composite
def changes(draw: st.DrawFn, course: Course) -> Change:
    """What a person does between two steps."""
    learner = course.learner
    config, dataset = learner.config, learner.dataset
    outputs = len(config.hidden_layers) + 1
    size, rate = draw(st.integers(1, 20)), draw(st.floats(1e-4, 0.1))
    optimizer = draw(st.sampled_from(["sgd", "nesterov", "adam", "adamw", "rmsprop", "adagrad"]))
    put = draw(st.builds(TrainingExample, places, places, st.integers(0, 1), st.floats(-1, 1)))
    possible: list[Change] = [
        UseConfig(replace_config(config, batch_size=size, learning_rate=rate), 0),
        UseConfig(replace_config(config, optimizer=optimizer), 0),
        UseConfig(replace_config(config, classes=draw(st.integers(2, 5))), 0),
        UseDataset(dataset.adding([put])),
        UseDataset(dataset.changing([PointChange(int(dataset.ids[-1]), *put)])),
        UseDataset(dataset.removing([int(dataset.ids[0])]) if len(dataset) > 9 else dataset),
        SetParameters({ParameterId(outputs, 0, None): draw(st.floats(-2, 2, width=32))}),
        Freeze(frozenset([ParameterId(1, 0, 0), ParameterId(outputs, 1, None)])),
    ]
    return draw(st.sampled_from(possible))


@given(quick_configs(), st.data())
@settings(max_examples=40)
def test_whatever_was_done_to_a_run_it_goes_on_and_is_made_again_with_the_same_bits(
    config: RunConfig, data: st.DataObject
) -> None:
    config = replace_config(
        config,
        learning_rate=0.01,
        hidden_layers=config.hidden_layers or (2,),
        problem="classification",
        loss="cross_entropy",
        l1=0.0,
        weight_decay=None,
    )
    course = Course.begun(Learner, config, Dataset.empty(config.train_fraction, config.seed).adding(XOR))
    for _ in range(data.draw(st.integers(0, 4))):
        for _ in range(data.draw(st.integers(0, 7))):
            course.learner.step()
        course.change(data.draw(changes(course)))
    opened = through_files(course)
    kept = course.learner.checkpoint()
    assert differences(opened.record.checkpoint, kept) == []

    other = Course.resumed(Learner, opened.record)
    for learner in (course.learner, other.learner):
        for _ in range(25):
            learner.step()
    assert differences(other.learner.checkpoint(), course.learner.checkpoint()) == []

    beginning = opened.record.beginning
    assert beginning is not None
    again = train_offline(beginning, opened.record.changes, kept.step).checkpoint
    assert checkpoint_id(again.parameters) == opened.checkpoint_id
    assert differences(replace(again, dataset=kept.dataset), kept) == []


@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_a_run_without_points_or_steps_is_kept_too(problem: str) -> None:
    config = replace_config(RunConfig(), problem=problem, loss="squared_error")
    course = Course.begun(Learner, config, Dataset.empty(1.0, 7))
    opened = through_files(course)
    assert differences(opened.record.checkpoint, course.learner.checkpoint()) == []
    other = Course.resumed(Learner, opened.record)
    for each in (course, other):
        each.change(UseDataset(each.learner.dataset.adding(XOR)))
        for _ in range(10):
            each.learner.step()
    assert differences(other.learner.checkpoint(), course.learner.checkpoint()) == []
