"""tb/ as TensorBoard itself reads it."""

import errno
import io
import re
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import (
    HISTOGRAMS,
    IMAGES,
    SCALARS,
    EventAccumulator,
)
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
from tensorboard.plugins.hparams import api_pb2, metadata
from tensorboardX.proto.event_pb2 import Event

from backend.logic.config import RunConfig
from backend.logic.run_record import RunRecord
from backend.runs.event_file import EventFile
from backend.runs.layout import checkpoint_id
from backend.runs.moments import shown
from backend.runs.tensorboard import SIDE, write_tensorboard
from tests.unit.trained_records import record_of, unhindered

EVERYTHING = {SCALARS: 0, IMAGES: 0, HISTOGRAMS: 0}


def read(record: RunRecord, folder: Path) -> EventAccumulator:
    """What TensorBoard finds below the folder of a run."""
    write_tensorboard(record, folder, unhindered)
    found = EventAccumulator(str(folder / "tb"), EVERYTHING)
    found.Reload()
    return found


def test_tensorboard_reads_the_curves_maps_and_weights_of_a_run(tmp_path: Path) -> None:
    record = record_of(RunConfig(hidden_layers=(5, 4)))
    found = read(record, tmp_path)
    assert set(found.Tags()[SCALARS]) == {"epoch", "loss/train", "accuracy/train"}
    told = [(event.step, event.value) for event in found.Scalars("loss/train")]
    assert told == [(row.step, pytest.approx(row.train_loss, rel=1e-6)) for row in record.history]
    assert [event.step for event in found.Images("map")] == [0, 20, 40]
    for event in found.Images("map"):
        with Image.open(io.BytesIO(event.encoded_image_string)) as picture:
            assert picture.size == (event.width, event.height) == (SIDE, SIDE)
    names = {f"{kind}/layer_{layer}" for kind in ("weights", "biases") for layer in (1, 2, 3)}
    assert set(found.Tags()[HISTOGRAMS]) == names
    for event, each in zip(found.Histograms("weights/layer_2"), shown(record), strict=True):
        assert event.step == each.step
        assert event.histogram_value.num == 20
        # Layer 2 has 4 units with 5 inputs each, behind the 10 weights of layer 1.
        weights = each.parameters[10:30].astype(np.float64)
        assert event.histogram_value.sum == pytest.approx(weights.sum(), rel=1e-6)
        assert (event.histogram_value.min, event.histogram_value.max) == pytest.approx((weights.min(), weights.max()))
        assert sum(event.histogram_value.bucket) == 20


def test_tensorboard_is_told_the_settings_of_a_run_to_tell_it_from_others_by(tmp_path: Path) -> None:
    config = RunConfig(hidden_layers=(5, 4), layer_activations=("relu", None), train_fraction=0.5, layer_norm=True)
    record = record_of(config)
    found = read(record, tmp_path)
    start, end = (
        found.SummaryMetadata(f"_hparams_/session_{which}_info").plugin_data.content for which in ("start", "end")
    )
    session = metadata.parse_session_start_info_plugin_data(start)
    assert session.group_name == checkpoint_id(record.checkpoint.parameters)[:12]
    told = {name: getattr(value, value.WhichOneof("kind")) for name, value in session.hparams.items()}
    assert told.keys() == {*RunConfig.__struct_fields__, "steps", "points"}
    assert told["hidden_layers"] == "5, 4"
    assert told["layer_activations"] == "relu, default"
    assert told["weight_decay"] == "default"
    assert told["layer_norm"] is True
    assert (told["learning_rate"], told["steps"], told["points"]) == (0.01, 40, 16)
    assert metadata.parse_session_end_info_plugin_data(end).status == api_pb2.STATUS_SUCCESS


def test_tensorboard_finds_runs_below_the_directory_of_all(tmp_path: Path) -> None:
    for run_id in ("20261125T101530Z-4f3a9c1b", "20261125T101531Z-00c0ffee"):
        folder = tmp_path / run_id / "config" / "checkpoint"
        folder.mkdir(parents=True)
        write_tensorboard(record_of(RunConfig(), steps=10), folder, unhindered)
    found = EventMultiplexer().AddRunsFromDirectory(str(tmp_path))
    found.Reload()
    assert sorted(name.split("/")[0] for name in found.Runs()) == sorted(path.name for path in tmp_path.iterdir())


def test_what_is_equal_everywhere_or_not_finite_is_no_trouble(tmp_path: Path) -> None:
    record = record_of(RunConfig(initialisation="zeros", hidden_layers=(3,)), steps=0, moments=(0,))
    record.checkpoint.parameters[0] = np.inf
    found = read(record, tmp_path)
    (weights,) = found.Histograms("weights/layer_1")
    assert weights.histogram_value.num == 5


def test_no_name_of_a_machine_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "a-machine-with-a-name")
    write_tensorboard(record_of(RunConfig()), tmp_path, unhindered)
    (written,) = (tmp_path / "tb").iterdir()
    assert re.fullmatch(r"events\.out\.tfevents\.\d+\.boundary-lab", written.name)
    assert b"a-machine-with-a-name" not in written.read_bytes()


def test_a_file_that_cannot_be_written_is_told_and_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is left open is a ResourceWarning, and that an error here.
    write = EventFile.write
    written = count()

    def fill_up(file: EventFile, event: Event) -> None:
        if next(written) == 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(file, event)

    monkeypatch.setattr(EventFile, "write", fill_up)
    with pytest.raises(OSError, match="No space left"):
        write_tensorboard(record_of(RunConfig()), tmp_path, unhindered)
