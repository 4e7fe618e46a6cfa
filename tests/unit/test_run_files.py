"""The files of a run: whatever is written is read back as the same bits, under names that never change."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.logic.architecture import ParameterId
from backend.logic.changes import Freeze, SetParameters
from backend.logic.config import (
    OptimizerName,
    RunConfig,
)
from backend.logic.dataset import Dataset
from backend.logic.dataset_difference import DatasetDifference
from backend.logic.points import PointChange, TrainingExample
from backend.logic.run_record import Applied, Beginning, Checkpoint, HistoryRow, Moment, RunRecord
from backend.runs import layout
from backend.runs.changes_file import changes_bytes, read_changes
from backend.runs.colors import CLASS_COLORS
from backend.runs.config_file import read_config
from backend.runs.history_file import history_bytes, read_history
from backend.runs.label_file import labels_bytes, labels_checksum
from backend.runs.model_file import model_bytes, named_parameters, read_model
from backend.runs.modules import module_texts
from backend.runs.points_file import points_bytes, read_points
from backend.runs.state_file import read_state, state_bytes, state_tensor_bytes
from tests.support.run_records import checkpoint_of, comparable, record_of, replace_config
from tests.unit.drawn_configs import quick_configs
from tests.unit.test_contracts import SPECS

places = st.floats(-6, 6)
values = st.one_of(st.none(), st.floats(-1, 1))
examples = st.lists(st.builds(TrainingExample, places, places, st.integers(0, 1), values), max_size=12)


@st.composite
def datasets(draw: st.DrawFn, config: RunConfig) -> Dataset:
    """Points that have been added, removed, moved, divided anew, or all removed and others added."""
    dataset = Dataset.empty(config.train_fraction, config.seed)
    for _ in range(draw(st.integers(0, 4))):
        dataset = draw(st.sampled_from([dataset, dataset, dataset.cleared()])).adding(draw(examples))
        ids = dataset.ids.tolist()
        if ids:
            point_id = draw(st.sampled_from(ids))
            dataset = dataset.changing([PointChange(point_id, draw(places), draw(places), 1, draw(values))])
            dataset = dataset.removing(draw(st.lists(st.sampled_from(ids), unique=True, max_size=3)))
    return dataset


@st.composite
def journals(draw: st.DrawFn) -> RunRecord:
    """A run of few changes of every kind, at steps that rise."""
    config = before = draw(quick_configs())
    dataset = beginning = draw(datasets(config))
    changes, step = [], 0
    for _ in range(draw(st.integers(0, 6))):
        step += draw(st.integers(0, 3))
        kind = draw(st.integers(0, 3))
        change: RunConfig | DatasetDifference | SetParameters | Freeze
        if kind == 0:
            config = change = replace_config(
                config, learning_rate=draw(st.floats(1e-9, 1)), optimizer=draw(st.sampled_from(get_args(OptimizerName)))
            )
        elif kind == 1:
            after = draw(datasets(config))
            dataset, change = after, DatasetDifference.between(dataset, after)
        else:
            layer = len(config.hidden_layers) + 1
            chosen = [ParameterId(layer, 0, None), ParameterId(layer, 0, 0)]
            change = (
                SetParameters({p: draw(st.floats(-9, 9)) for p in chosen}) if kind == 2 else Freeze(frozenset(chosen))
            )
        changes.append(Applied(step, change))
    checkpoint = checkpoint_of(config, dataset, step=step)
    return RunRecord(checkpoint, Beginning(before, beginning), tuple(changes), (), (), "native", is_exact=False)


@given(quick_configs())
def test_a_config_is_read_back_as_it_was_and_written_as_the_same_bytes(config: RunConfig) -> None:
    written = layout.config_bytes(config)
    assert read_config(written) == config
    assert layout.config_bytes(read_config(written)) == written


def test_a_config_has_one_text_however_its_numbers_were_written() -> None:
    assert layout.config_bytes(RunConfig(learning_rate=1, l1=-0.0)) == layout.config_bytes(RunConfig(learning_rate=1.0))
    text = layout.config_bytes(RunConfig()).decode()
    told = json.loads(text)
    assert list(told) == sorted([*RunConfig.__struct_fields__, "format"])
    assert text == json.dumps(told, indent=2, sort_keys=True) + "\n"


def test_the_hash_of_a_config_is_what_it_was_in_the_first_version() -> None:
    assert layout.config_hash(RunConfig()) == "d0e15563c8f9f48fbaf7d5980629ae06a7369697f45ff880f124c39c1f088955"


def test_a_config_by_hand_needs_only_what_is_not_usual() -> None:
    assert read_config(b'{"hidden_layers": [4], "seed": 3}') == RunConfig(hidden_layers=(4,), seed=3)


@given(st.data())
def test_points_are_read_back_with_their_ids_and_splits_bit_for_bit(data: st.DataObject) -> None:
    config = data.draw(quick_configs())
    dataset = data.draw(datasets(config))
    found = read_points(points_bytes(dataset), config)
    assert comparable(replace(found, first_id=dataset.first_id, next_id=dataset.next_id)) == comparable(dataset)


def test_points_that_went_through_a_spreadsheet_are_still_read() -> None:
    config = RunConfig()
    dataset = record_of(config).checkpoint.dataset
    written = b"\xef\xbb\xbf" + points_bytes(dataset).replace(b"\n", b"\r\n")
    assert comparable(read_points(written, config).positions) == comparable(dataset.positions)


@given(journals())
def test_changes_are_read_back_as_they_were(record: RunRecord) -> None:
    beginning, changes = read_changes(changes_bytes(record))
    assert comparable(beginning) == comparable(record.beginning)
    assert comparable(changes) == comparable(record.changes)


def test_a_setting_that_was_changed_and_set_back_is_told_as_two_changes() -> None:
    first, second = RunConfig(), RunConfig(batch_size=3)
    dataset = Dataset.empty(1.0, 7)
    changes = (Applied(1, second), Applied(2, first))
    written = changes_bytes(record_of(beginning=Beginning(first, dataset), changes=changes))
    assert [json.loads(line)["fields"] for line in written.splitlines()[1:]] == [{"batch_size": 3}, {"batch_size": 10}]
    assert read_changes(written)[1] == changes


def test_a_run_whose_beginning_was_not_kept_says_so() -> None:
    written = changes_bytes(record_of(beginning=None, changes=()))
    assert json.loads(written) == {
        "format": 1,
        "why_not": "So much was changed in this run that not all of it was kept.",
    }
    assert read_changes(written) == (None, ())


numbers = st.one_of(st.none(), st.floats(0, 1e9))
shares = st.one_of(st.none(), st.floats(0, 1))


@given(st.lists(st.tuples(st.integers(0, 10**12), st.floats(0, 1e9), numbers, numbers, shares, shares), max_size=9))
def test_a_history_is_read_back_as_it_was(
    rows: list[tuple[int, float, float | None, float | None, float, float]],
) -> None:
    history = tuple(sorted((HistoryRow(*row) for row in rows), key=lambda row: row.step))
    assert read_history(history_bytes(record_of(history=history))) == history


def test_a_history_tells_in_words_what_was_changed_before_a_row() -> None:
    lines = history_bytes(record_of()).decode().splitlines()
    assert lines[2].endswith(
        '"step 3: 1 points put, 2 removed; step 3: learning_rate 0.005 → 0.01; step 10: 2 weights set"'
    )
    assert lines[3].endswith(",step 12: 2 weights frozen")


def test_a_loss_that_is_no_number_is_left_out_of_a_history() -> None:
    history = (HistoryRow(1, 0.5, float("nan"), float("inf"), None, None),)
    assert history_bytes(record_of(history=history)).decode().splitlines()[1].startswith("1,0.5,,,,")


@given(quick_configs(), st.integers(0, 2**31))
@settings(max_examples=50)
def test_weights_are_read_back_bit_for_bit(config: RunConfig, seed: int) -> None:
    parameters = checkpoint_of(config, Dataset.empty(1.0, 0), seed).parameters
    assert comparable(read_model(model_bytes(config, parameters), config)) == comparable(parameters)


@given(quick_configs(), st.data())
@settings(max_examples=50)
def test_a_state_is_read_back_bit_for_bit(config: RunConfig, data: st.DataObject) -> None:
    dataset = data.draw(datasets(config))
    checkpoint = checkpoint_of(config, dataset, data.draw(st.integers(0, 99)), frozen=frozenset())
    moments = (Moment(3, 0.1, config, checkpoint.parameters), Moment(9, 0.3, RunConfig(), np.zeros(114, np.float32)))
    record = record_of(checkpoint=checkpoint, moments=moments, engine="native", is_exact=False)
    points = read_points(points_bytes(dataset), config)
    state = read_state(state_bytes(record), state_tensor_bytes(record), config, points, checkpoint.parameters)
    assert comparable(state.checkpoint) == comparable(checkpoint)
    assert comparable(tuple(map(tuple, state.moments))) == comparable(tuple(map(tuple, moments)))
    assert (state.engine, state.is_exact) == ("native", False)


def test_a_run_that_has_not_begun_is_read_back_too() -> None:
    config = RunConfig(optimizer="sgd")
    dataset = Dataset.empty(1.0, 7)
    checkpoint: Checkpoint = checkpoint_of(
        config,
        dataset,
        step=0,
        epochs_before=0.0,
        passes=0,
        has_begun=False,
        next_batch=0,
        is_new=True,
        frozen=frozenset(),
    )
    record = record_of(checkpoint=checkpoint)
    state = read_state(state_bytes(record), state_tensor_bytes(record), config, dataset, checkpoint.parameters)
    assert comparable(state.checkpoint) == comparable(checkpoint)


@given(quick_configs())
def test_weights_have_the_names_and_shapes_of_the_modules_of_train_py(config: RunConfig) -> None:
    parameters = checkpoint_of(config, Dataset.empty(1.0, 0)).parameters
    named = named_parameters(config, parameters)
    texts = module_texts(config)
    for name, tensor in named.items():
        place, kind = name.split(".")
        sizes = [int(size) for size in re.findall(r"\d+", texts[int(place)])]
        wanted = sizes[::-1] if kind == "weight" and texts[int(place)].startswith("nn.Linear") else sizes[-1:]
        assert list(tensor.shape) == wanted
    assert np.concatenate([tensor.ravel() for tensor in named.values()]).tobytes() == parameters.tobytes()


def test_checkpoint_ids_are_of_the_bytes_of_the_weights_alone() -> None:
    parameters = np.arange(4, dtype=np.float32)
    wanted = layout.sha256(bytes.fromhex("00000000 0000803f 00000040 00004040"))
    assert layout.checkpoint_id(parameters) == wanted
    assert layout.checkpoint_id(parameters[::-1][::-1]) == wanted
    assert layout.checkpoint_id(parameters.astype(">f4")) == wanted


def test_names_of_runs_sort_by_time_and_never_come_twice() -> None:
    early, late = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert layout.new_run_id(early)[:17] == "20260131T235959Z-"
    assert layout.new_run_id(early) < layout.new_run_id(late)
    assert len({layout.new_run_id(early) for _ in range(100)}) == 100
    assert all(layout.RUN_ID.fullmatch(layout.new_run_id()) for _ in range(10))


def test_a_label_map_has_the_colours_of_the_page_and_a_checksum_that_sha256sum_would_write() -> None:
    page = (SPECS.parent / "frontend" / "colors.js").read_text()
    assert all(f'"{color}"' in page for color in CLASS_COLORS)
    labels = labels_bytes(8)
    assert [entry["color"] for entry in json.loads(labels).values()] == list(CLASS_COLORS)
    assert json.loads(labels_bytes(2)) == {
        "0": {"name": "Class 0", "color": "#0072B2"},
        "1": {"name": "Class 1", "color": "#E69F00"},
    }
    assert labels_checksum(labels) == f"{layout.sha256(labels)}  labelmap.json\n".encode()
