"""map.png: map, axes and points of a run as the page shows and saves them."""

from collections.abc import Callable
from functools import cache
from math import floor
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from backend.logic.classification_map import ClassificationMap
from backend.logic.config import Problem
from backend.logic.dataset import Dataset
from backend.logic.points import PLANE
from backend.logic.report import map_of
from backend.logic.run_record import RunRecord
from backend.runs.colors import LIGHT, THEMES, Theme, ThemeName, rgb_of
from backend.runs.layout import MAP
from backend.runs.markers import class_marker, marker_radius, value_marker
from backend.runs.png import png
from backend.runs.smooth import smooth_picture

CELLS: Final = 200
"""In a row and in a column: as fine as the server makes maps."""
SIDE: Final = 800
"""Pixels in a row and in a column."""
PIXEL_RATIO: Final = 2.0
"""Pixels in one of CSS: a plane of 400 of those on a screen of twice as many."""

_TICKS: Final = (-4, -2, 2, 4)
_POINTS_IN_A_STRETCH: Final = 50

GiveWay = Callable[[], None]


def write_map(record: RunRecord, folder: Path, give_way: GiveWay, theme: ThemeName = "light") -> None:
    """Write map.png: where the run is, in the light or dark in which it is seen."""
    end = record.checkpoint
    seen = map_of(end.config, end.parameters, CELLS, give_way)
    picture = paint(
        seen,
        end.dataset,
        end.config.problem,
        theme=THEMES[theme],
        side=SIDE,
        pixel_ratio=PIXEL_RATIO,
        give_way=give_way,
    )
    (folder / MAP).write_bytes(png(picture, give_way))


def paint(
    seen: ClassificationMap,
    dataset: Dataset,
    problem: Problem,
    *,
    theme: Theme = LIGHT,
    side: int,
    pixel_ratio: float,
    give_way: GiveWay,
) -> Image.Image:
    """What the page shows: RGB.

    Args:
        seen: the map.
        dataset: the points.
        problem: a point of a regression is a disc in the colour of its value.
        theme: its ground and lines.
        side: pixels in a row and in a column.
        pixel_ratio: pixels in one of CSS, in which lines and markers have their sizes.
        give_way: lets others compute; called every few milliseconds.
    """
    picture = Image.fromarray(smooth_picture(seen, theme, give_way), "RGB")
    if picture.size != (side, side):
        picture = picture.resize((side, side), Image.Resampling.BILINEAR)
    give_way()
    _draw_axes(picture, theme, pixel_ratio)
    give_way()
    _draw_points(picture, theme, dataset, problem=problem, pixel_ratio=pixel_ratio, give_way=give_way)
    return picture


def _draw_axes(picture: Image.Image, theme: Theme, pixel_ratio: float) -> None:
    side = picture.width
    line = max(1, floor(pixel_ratio + 0.5))
    middle = floor(side / 2 + 0.5) - line // 2
    for box in ((middle, 0, middle + line, side), (0, middle, side, middle + line)):
        opacity = Image.new("L", (box[2] - box[0], box[3] - box[1]), int(theme.axis[7:], 16))
        picture.paste(rgb_of(theme.axis[:7]), box, opacity)
    size = min(13.0, max(9.5, side / pixel_ratio / 58)) * pixel_ratio
    draw, font = ImageDraw.Draw(picture), _font(size)
    for tick in _TICKS:
        text = str(tick)
        x, y = _pixel(tick, tick, side)
        draw.text((x, side / 2 + size * 1.3), text, theme.axis_text, font, anchor="ms")
        draw.text((side / 2 - size * 0.55, y + size * 0.36), text, theme.axis_text, font, anchor="rs")


def _draw_points(
    picture: Image.Image, theme: Theme, dataset: Dataset, *, problem: Problem, pixel_ratio: float, give_way: GiveWay
) -> None:
    radius = marker_radius(picture.width / pixel_ratio) * pixel_ratio
    for index, (_, x, y, label, split, value) in enumerate(dataset.each_valued_point()):
        if index % _POINTS_IN_A_STRETCH == 0:
            give_way()
        is_test = split == "test"
        if problem == "regression":
            marker = value_marker(theme, value or 0.0, radius, is_test=is_test)
        else:
            marker = class_marker(theme, label, radius, is_test=is_test)
        pixel_x, pixel_y = _pixel(x, y, picture.width)
        half = marker.width / 2
        picture.paste(marker, (floor(pixel_x - half + 0.5), floor(pixel_y - half + 0.5)), marker)


def _pixel(x: float, y: float, side: int) -> tuple[float, float]:
    """Where a place of the plane is."""
    scale = side / (2 * PLANE)
    return (x + PLANE) * scale, (PLANE - y) * scale


@cache
def _font(size: float) -> ImageFont.FreeTypeFont:
    """The letters that Pillow brings along: a server need not have any others."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("This Pillow was built without FreeType.")
    return font
