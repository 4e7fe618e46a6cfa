"""Whatever takes long of writing, reading and packing a run gives way among its points, rows and bytes."""

from pathlib import Path

import pytest
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.proto.summary_pb2 import Summary
from tensorboardX.record_writer import RecordWriter

from backend.logic.config import MAX_POINTS, RunConfig
from backend.logic.points import TrainingExample
from backend.logic.run_record import Applied, Beginning, HistoryRow, RunRecord
from backend.logic.stretches import in_stretches, pieces
from backend.runs.archive import zipped
from backend.runs.changes_file import changes_bytes, read_changes
from backend.runs.event_file import EventFile
from backend.runs.history_file import history_bytes, read_history
from backend.runs.manifest import manifest_of
from backend.runs.points_file import points_bytes, read_points
from backend.runs.reading import read_run
from backend.runs.sources import ZipSource
from backend.runs.writing import save_run
from tests.support.run_records import RUN, checkpoint_of, dataset_of
from tests.unit.trained_records import GivenWay

CONFIG = RunConfig(hidden_layers=(8,))
MANY = 20
"""Of 5,000 points, and of 4,000 rows, way is given at least so often."""
LARGE_BYTES = 1_000_000


@pytest.fixture
def given() -> GivenWay:
    return GivenWay()


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """A run of as many points as there can be, which began with as many, and a long history."""
    examples = [TrainingExample(index % 100 / 20 - 2.5, index / 2000 - 1.25, index % 2) for index in range(MAX_POINTS)]
    dataset = dataset_of(CONFIG, examples)
    history = tuple(HistoryRow(step, step / 10, 0.1, 0.2, 0.9, 0.8) for step in range(4_000))
    return RunRecord(
        checkpoint_of(CONFIG, dataset),
        Beginning(CONFIG, dataset),
        (Applied(3, CONFIG),),
        history,
        moments=(),
        engine="torch",
        is_exact=True,
    )


def test_way_is_given_before_the_first_item_and_then_every_so_many(given: GivenWay) -> None:
    assert list(in_stretches(range(1_000), given)) == list(range(1_000))
    assert given.times == 5
    assert b"".join(pieces(b"abcdefg", given, 3)) == b"abcdefg"
    assert given.times == 5 + 3


def test_writing_points_and_history_gives_way_among_them(record: RunRecord, given: GivenWay) -> None:
    points_bytes(record.checkpoint.dataset, given)
    assert given.times >= MANY
    history_bytes(record, given)
    assert given.times >= 2 * MANY


def test_writing_a_change_gives_way_before_and_after_it_is_put_together(record: RunRecord, given: GivenWay) -> None:
    changes_bytes(record, given)
    assert given.times == 2 * 2


def test_reading_gives_way_among_points_rows_and_changes(record: RunRecord, given: GivenWay) -> None:
    read_points(points_bytes(record.checkpoint.dataset), CONFIG, give_way=given)
    # As text, then as points.
    assert given.times >= 2 * MANY
    read_history(history_bytes(record), given)
    assert given.times >= 3 * MANY
    read_changes(changes_bytes(record), give_way=given)
    assert given.times >= 5 * MANY


def test_a_whole_run_is_written_packed_and_read_in_turns(record: RunRecord, tmp_path: Path) -> None:
    writing, packing, reading = GivenWay(), GivenWay(), GivenWay()
    saved = save_run(record, tmp_path, RUN, give_way=writing)
    assert writing.times >= 2 * MANY
    packed = zipped(saved.path, packing)
    assert packing.times >= saved.bytes // 65_536
    read_run(ZipSource(packed, reading), reading)
    assert reading.times >= 5 * MANY + saved.bytes // 65_536


def test_a_large_file_is_packed_summed_up_and_unpacked_piece_by_piece(tmp_path: Path) -> None:
    small = RunRecord(
        checkpoint_of(CONFIG, dataset_of(CONFIG)), None, (), (), moments=(), engine="torch", is_exact=True
    )
    saved = save_run(small, tmp_path, RUN)
    # It counts among the bytes of the zip, whatever it holds.
    (saved.path / "points.csv").write_bytes(bytes(LARGE_BYTES))
    summing, packing, unpacking = GivenWay(), GivenWay(), GivenWay()
    manifest_of(saved.path, summing)
    packed = zipped(saved.path, packing)
    assert len(ZipSource(packed, unpacking).read("points.csv", LARGE_BYTES)) == LARGE_BYTES
    assert min(summing.times, packing.times, unpacking.times) >= LARGE_BYTES // 65_536


def test_an_event_is_written_as_tensorboard_wants_it_and_its_checksum_gives_way(
    tmp_path: Path, given: GivenWay
) -> None:
    image = Summary.Image(height=1, width=1, colorspace=3, encoded_image_string=bytes(range(256)) * 400)
    event = Event(wall_time=1.0, step=3, summary=Summary(value=[Summary.Value(tag="map", image=image)]))
    theirs = RecordWriter(str(tmp_path / "theirs"))
    theirs.write(event.SerializeToString())
    theirs.close()
    with EventFile(tmp_path / "ours", given) as file:
        file.write(event)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
    assert given.times >= 12
