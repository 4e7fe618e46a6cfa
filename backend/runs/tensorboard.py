"""tb/: the curves of a run, its maps and how its weights are spread, for TensorBoard. See contracts/pictures.md.

The events are not written through tensorboardX's SummaryWriter: its thread ends without a word if the disk is full, and
whoever waits for it then waits for ever; and it names the machine in the file's name.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from msgspec import to_builtins
from numpy.typing import NDArray
from tensorboardX.proto.api_pb2 import Status
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.proto.plugin_hparams_pb2 import HParamsPluginData, SessionEndInfo, SessionStartInfo
from tensorboardX.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboardX.summary import histogram, scalar

from backend.logic.report import layer_parameters, map_of
from backend.logic.run_record import HistoryRow, RunRecord
from backend.logic.stretches import GiveWay
from backend.runs.event_file import EventFile
from backend.runs.layout import TENSORBOARD, checkpoint_id
from backend.runs.moments import Shown, shown
from backend.runs.picture import paint
from backend.runs.png import png

CELLS: Final = 100
SIDE: Final = 400
"""Of a map: TensorBoard shows many of them side by side."""

_PIXEL_RATIO: Final = 1.0
_BARS: Final = 30
_FILE_VERSION: Final = "brain.Event:2"
"""What the first event of every file says."""


def write_tensorboard(record: RunRecord, folder: Path, give_way: GiveWay) -> None:
    """Write the folder tb with one file of events."""
    logs = folder / TENSORBOARD
    logs.mkdir()
    now_s = time.time()
    with EventFile(logs / f"events.out.tfevents.{int(now_s)}.boundary-lab", give_way) as file:
        file.write(Event(wall_time=now_s, file_version=_FILE_VERSION))
        for step, summary in _summaries(record, give_way):
            file.write(Event(wall_time=now_s, step=step, summary=summary))


def _summaries(record: RunRecord, give_way: GiveWay) -> Iterator[tuple[int, Summary]]:
    for summary in _settings(record):
        yield 0, summary
    for row in record.history:
        for tag, value in _scalars(row):
            yield row.step, scalar(tag, value)
    for each in shown(record):
        yield each.step, _map(record, each, give_way)
        for layer, (weights, biases) in enumerate(layer_parameters(each.config, each.parameters), start=1):
            for tag, values in ((f"weights/layer_{layer}", weights), (f"biases/layer_{layer}", biases)):
                finite = values[np.isfinite(values)]
                if len(finite):
                    yield each.step, histogram(tag, finite, _BARS)


def _settings(record: RunRecord) -> Iterator[Summary]:
    """What the run is trained with: a row in the table of HPARAMS, and columns to choose beside the names of runs."""
    end = record.checkpoint
    start = SessionStartInfo(group_name=checkpoint_id(end.parameters)[:12])
    values: dict[str, Any] = to_builtins(end.config) | {"steps": end.step, "points": len(end.dataset)}
    for name, value in values.items():
        match value:
            case bool():
                start.hparams[name].bool_value = value
            case int() | float():
                start.hparams[name].number_value = value
            case list() | tuple():
                start.hparams[name].string_value = ", ".join(map(_word, value)) or "none"
            case _:
                start.hparams[name].string_value = _word(value)
    yield _hparams("start", HParamsPluginData(session_start_info=start))
    yield _hparams("end", HParamsPluginData(session_end_info=SessionEndInfo(status=Status.STATUS_SUCCESS)))


def _word(value: str | int | None) -> str:
    return "default" if value is None else str(value)


def _hparams(which: str, data: HParamsPluginData) -> Summary:
    plugin = SummaryMetadata.PluginData(plugin_name="hparams", content=data.SerializeToString())
    tag = f"_hparams_/session_{which}_info"
    return Summary(value=[Summary.Value(tag=tag, metadata=SummaryMetadata(plugin_data=plugin))])


def _scalars(row: HistoryRow) -> Iterator[tuple[str, NDArray[np.float64]]]:
    values = {
        "epoch": row.epoch,
        "loss/train": row.train_loss,
        "loss/test": row.test_loss,
        "accuracy/train": row.train_accuracy,
        "accuracy/test": row.test_accuracy,
    }
    for tag, value in values.items():
        if value is not None:
            yield tag, np.array(value)


def _map(record: RunRecord, each: Shown, give_way: GiveWay) -> Summary:
    seen = map_of(each.config, each.parameters, CELLS, give_way)
    dataset = record.checkpoint.dataset
    picture = paint(seen, dataset, each.config.problem, side=SIDE, pixel_ratio=_PIXEL_RATIO, give_way=give_way)
    image = Summary.Image(
        height=picture.height, width=picture.width, colorspace=3, encoded_image_string=png(picture, give_way)
    )
    return Summary(value=[Summary.Value(tag="map", image=image)])
