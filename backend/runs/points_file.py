"""`points.csv`: every point with its id and split, written so that each number is read back as the same bits."""

from typing import Final, get_args

from backend.logic.config import MAX_POINTS, RunConfig
from backend.logic.dataset import Dataset
from backend.logic.dataset_rows import MAX_ID, dataset_of
from backend.logic.points import PLANE, Split, ValuedPoint
from backend.logic.stretches import GiveWay, nobody_waits
from backend.runs.layout import POINTS
from backend.runs.tables import read_table, table_bytes

COLUMNS: Final = ("id", "x", "y", "label", "value", "split")

_SPLITS: Final[tuple[Split, ...]] = get_args(Split)


def points_bytes(dataset: Dataset, give_way: GiveWay = nobody_waits) -> bytes:
    """`points.csv` of a dataset; the value of a point that has none of its own is left empty.

    Args:
        dataset: the points.
        give_way: called among them.
    """
    return table_bytes(
        COLUMNS,
        (
            (point_id, repr(x), repr(y), label, "" if value is None else repr(value), split)
            for point_id, x, y, label, split, value in dataset.each_valued_point()
        ),
        give_way,
    )


def read_points(data: bytes, config: RunConfig, file: str = POINTS, give_way: GiveWay = nobody_waits) -> Dataset:
    """The points of a file, divided as it says; further ones will be divided as the config says.

    Args:
        data: what is in the file.
        config: says how many classes there are.
        file: its name.
        give_way: called among the points.

    Raises:
        RunFileError: they are no points of this config, or too many.
    """
    points: list[ValuedPoint] = []
    least = 1
    for row in read_table(data, file, COLUMNS, MAX_POINTS, "points", give_way=give_way):
        point_id, x, y, label, value, split = row.cells
        point = ValuedPoint(
            row.whole("id", point_id, least, MAX_ID - 1),
            row.number("x", x, -PLANE, PLANE),
            row.number("y", y, -PLANE, PLANE),
            row.whole("label", label, 0, config.classes - 1),
            row.one_of("split", split, _SPLITS),
            row.number("value", value, -1, 1) if value else None,
        )
        least = point.point_id + 1
        points.append(point)
    return dataset_of(
        points,
        first_id=points[0].point_id if points else 1,
        next_id=least,
        train_fraction=config.train_fraction,
        seed=config.seed,
        give_way=give_way,
    )
