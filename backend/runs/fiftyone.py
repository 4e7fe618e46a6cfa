"""fiftyone/: the maps of a run's moments as pictures, and on each what the network answers at every point.

It is the layout that FiftyOne's documentation calls FiftyOneImageDetectionDataset; see contracts/pictures.md.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from backend.logic.dataset import Dataset
from backend.logic.points import PLANE
from backend.logic.report import Predictions, map_of, predictions
from backend.logic.run_record import RunRecord
from backend.runs.label_file import class_name
from backend.runs.layout import FIFTYONE
from backend.runs.moments import Shown, evenly, shown
from backend.runs.picture import paint
from backend.runs.png import png

CELLS: Final = 100
SIDE: Final = 400
BOX_SIDE: Final = 0.03
"""Of the box around a point, beside that of the picture."""
MOST_BOXES: Final = 20_000
"""Of all pictures together: of a run with many points fewer moments are told."""

_PIXEL_RATIO: Final = 1.0
_POINTS_IN_A_STRETCH: Final = 100

GiveWay = Callable[[], None]


def write_fiftyone(record: RunRecord, folder: Path, give_way: GiveWay) -> None:
    """Write the folder fiftyone with data/ and labels.json."""
    data = folder / FIFTYONE / "data"
    data.mkdir(parents=True)
    end = record.checkpoint
    moments = evenly(shown(record), MOST_BOXES // max(1, len(end.dataset)))
    labels = {}
    for moment in moments:
        name = f"step-{moment.step:09d}"
        seen = map_of(moment.config, moment.parameters, CELLS, give_way)
        problem = moment.config.problem
        picture = paint(seen, end.dataset, problem, side=SIDE, pixel_ratio=_PIXEL_RATIO, give_way=give_way)
        (data / f"{name}.png").write_bytes(png(picture, give_way))
        # Encoded one by one: thousands of boxes take a while.
        labels[name] = msgspec.Raw(msgspec.json.encode(list(_boxes(moment, end.dataset, give_way))))
        give_way()
    content = {"classes": _classes(moments), "labels": labels}
    (folder / FIFTYONE / "labels.json").write_bytes(msgspec.json.encode(content))


def _classes(moments: list[Shown]) -> list[str]:
    """What the labels count; in a regression there is one kind of thing."""
    if moments[-1].config.problem == "regression":
        return ["value"]
    return [class_name(label) for label in range(max(moment.config.classes for moment in moments))]


def _boxes(moment: Shown, dataset: Dataset, give_way: GiveWay) -> Iterator[dict[str, Any]]:
    answered = predictions(moment.config, dataset.positions, moment.parameters, give_way)
    answers = (_values if moment.config.problem == "regression" else _labels)(moment, dataset, answered)
    rows = zip(dataset.each_valued_point(), answers, strict=True)
    for index, ((point_id, x, y, _, split, _), (fields, attributes)) in enumerate(rows):
        if index % _POINTS_IN_A_STRETCH == 0:
            give_way()
        yield {
            **fields,
            "bounding_box": _box(x, y),
            "attributes": {"point_id": point_id, "split": split, **attributes},
        }


Answers = Iterator[tuple[dict[str, Any], dict[str, Any]]]


def _labels(_moment: Shown, dataset: Dataset, answered: Predictions) -> Answers:
    columns = answered.labels.tolist(), answered.probabilities.max(axis=1).tolist(), dataset.labels.tolist()
    for taken, confidence, label in zip(*columns, strict=True):
        fields = {"label": taken, "confidence": confidence}
        yield fields, {"actual": class_name(label), "is_correct": taken == label}


def _values(moment: Shown, dataset: Dataset, answered: Predictions) -> Answers:
    wanted = dataset.targets(moment.config.classes).tolist()
    for value, target in zip(answered.values.tolist(), wanted, strict=True):
        yield {"label": 0}, {"predicted": value, "actual": target}


def _box(x: float, y: float) -> list[float]:
    """Left, top, width and height of the box around a place, beside the side of the picture, and within it."""
    middles = (x + PLANE) / (2 * PLANE), (PLANE - y) / (2 * PLANE)
    starts = [max(0.0, middle - BOX_SIDE / 2) for middle in middles]
    ends = [min(1.0, middle + BOX_SIDE / 2) for middle in middles]
    return [*starts, *(end - start for start, end in zip(starts, ends, strict=True))]
