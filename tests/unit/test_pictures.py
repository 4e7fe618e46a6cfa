"""Pictures of runs: pixel by pixel what the page's own modules paint, and files that others can read."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from PIL import Image

from backend.fineness import FINEST_SIDE
from backend.logic.classification_map import ClassificationMap
from backend.logic.config import RunConfig
from backend.logic.points import TrainingExample
from backend.logic.report import map_of
from backend.runs import colors
from backend.runs.colors import Theme, ThemeName
from backend.runs.markers import class_marker, marker_radius, value_marker
from backend.runs.moments import evenly, shown
from backend.runs.picture import CELLS, SIDE, paint, write_map
from backend.runs.png import png
from backend.runs.smooth import smooth_picture
from tests.support.tools import ROOT, find_node
from tests.unit.trained_records import GivenWay, dataset_of, record_of, unhindered

VALUES = [-1, -0.35, 0, 0.05, 1]
SIDES = [300, 400, 700, 1_000]


def noise(width: int, height: int, classes: int, most: int) -> ClassificationMap:
    """Cells that have nothing to do with each other."""
    cells = np.random.default_rng(width).integers(0, most, width * height, np.uint8)
    return ClassificationMap(width, height, classes, cells.tobytes())


MAPS = {
    "two classes": noise(9, 6, 2, 64),
    "two of many classes": noise(8, 5, 5, 64),
    "many classes": noise(7, 7, 8, 256),
    "values": noise(6, 9, 0, 256),
    "one row": noise(5, 1, 0, 256),
    "one column": noise(1, 4, 3, 96),
    "one cell": noise(1, 1, 2, 64),
}


@pytest.fixture(scope="module", params=get_args(ThemeName))
def theme(request: pytest.FixtureRequest) -> Theme:
    """Light, and dark."""
    return colors.THEMES[request.param]


@pytest.fixture(scope="module")
def page(theme: Theme) -> dict[str, Any]:
    """What the page's modules make of the maps, values and sides above."""
    name = next(name for name in colors.THEMES if colors.THEMES[name] is theme)
    node = find_node()
    assert node is not None, "These tests need Node: `make test` gets it."
    maps = [
        {"width": seen.width, "height": seen.height, "classes": seen.classes, "cells": list(seen.cells)}
        for seen in MAPS.values()
    ]
    asked = json.dumps({"maps": maps, "values": VALUES, "sides": SIDES, "theme": name})
    command = [node, ROOT / "tests" / "support" / "page_pictures.js"]
    told = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=30).stdout
    answer: dict[str, Any] = json.loads(told)
    return answer


@pytest.mark.parametrize("name", MAPS)
def test_a_map_becomes_the_pixels_that_the_page_paints(page: dict[str, Any], theme: Theme, name: str) -> None:
    seen = MAPS[name]
    painted = page["pictures"][list(MAPS).index(name)]
    found = smooth_picture(seen, theme, unhindered)
    assert found.shape == (4 * seen.height, 4 * seen.width, 3)
    assert found.reshape(-1, 3).tolist() == painted


def test_the_colours_and_shapes_are_the_page_s(page: dict[str, Any], theme: Theme) -> None:
    told = page["constants"]
    assert json.loads(json.dumps(theme._asdict())) == page["theme"]
    assert {name: getattr(colors, name) for name in told} == {
        name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
    }
    assert colors.cell_colors(theme).tolist() == page["cells"]
    assert [list(colors.signed_color(theme, value)) for value in VALUES] == page["signed"]
    assert [marker_radius(side) for side in SIDES] == page["radii"]
    for shape, wanted in zip(colors.MARKER_SHAPES, page["shapes"], strict=True):
        assert np.array(shape) == pytest.approx(np.array(wanted))


def test_a_marker_is_its_colour_within_light_and_dark_lines_and_hollow_for_a_test_point(theme: Theme) -> None:
    for label, color in enumerate(colors.CLASS_COLORS):
        marker, hollow = (class_marker(theme, label, 8.0, is_test=is_test) for is_test in (False, True))
        middle = marker.width // 2
        assert marker.getpixel((middle, middle)) == (*colors.rgb_of(color), 255)
        assert hollow.getpixel((middle, middle)) == (*colors.rgb_of(theme.hollow), 255)
        assert marker.getpixel((0, 0))[3] == 0  # type: ignore[index]
        shades = np.asarray(marker)[np.asarray(marker)[:, :, 3] == 255][:, :3].tolist()
        assert list(colors.rgb_of(colors.HAIRLINE_COLOR)) in shades
        assert list(colors.rgb_of(colors.RING_COLOR)) in shades


def test_a_value_s_marker_has_the_colour_of_the_next_shade(theme: Theme) -> None:
    marker = value_marker(theme, 0.52, 8.0, is_test=False)
    middle = marker.width // 2
    assert marker.getpixel((middle, middle)) == (*colors.signed_color(theme, 0.5), 255)
    assert value_marker(theme, -0.52, 8.0, is_test=False) is value_marker(theme, -0.5, 8.0, is_test=False)


def test_points_lie_where_they_are_above_axes_and_map(theme: Theme) -> None:
    config = RunConfig(classes=3)
    examples = [TrainingExample(-3, 3, 0), TrainingExample(3, -3, 2)]
    ground = ClassificationMap(100, 100, 3, bytes(10_000))
    picture = paint(
        ground,
        dataset_of(config, examples),
        "classification",
        theme=theme,
        side=400,
        pixel_ratio=1,
        give_way=unhindered,
    )
    assert picture.getpixel((100, 100)) == colors.rgb_of(colors.CLASS_COLORS[0])
    assert picture.getpixel((300, 300)) == colors.rgb_of(colors.CLASS_COLORS[2])
    assert picture.getpixel((50, 50)) == theme.ground
    ink, opacity = colors.rgb_of(theme.axis[:7]), int(theme.axis[7:], 16) / 255
    axis = tuple(round(g + (i - g) * opacity) for g, i in zip(theme.ground, ink, strict=True))
    assert picture.getpixel((200, 50)) == axis
    assert picture.getpixel((50, 200)) == axis


@pytest.mark.parametrize("name", colors.THEMES)
@pytest.mark.parametrize("config", [RunConfig(train_fraction=0.7), RunConfig(problem="regression", loss="huber")])
def test_the_map_of_a_run_is_a_picture_of_its_answer_and_points(
    tmp_path: Path, config: RunConfig, name: ThemeName
) -> None:
    record = record_of(config)
    write_map(record, tmp_path, unhindered, name)
    with Image.open(tmp_path / "map.png") as opened:
        assert (opened.format, opened.mode, opened.size) == ("PNG", "RGB", (SIDE, SIDE))
        found = np.asarray(opened)
    end = record.checkpoint
    bare = smooth_picture(map_of(end.config, end.parameters, CELLS, unhindered), colors.THEMES[name], unhindered)
    assert CELLS == FINEST_SIDE
    share = (found == bare).all(axis=2).mean()
    # All but 16 markers, the axes and eight numbers.
    assert 0.95 < share < 0.99


def test_a_picture_comes_out_of_its_file_as_it_went_in() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (37, 21, 3), np.uint8)
    given = GivenWay()
    written = png(Image.fromarray(pixels, "RGB"), given)
    with Image.open(io.BytesIO(written)) as opened:
        opened.load()
        assert np.asarray(opened).tolist() == pixels.tolist()
    assert given.times == 3


def test_a_picture_of_many_points_is_painted_in_short_stretches() -> None:
    examples = [TrainingExample(index % 12 - 6, index % 11 - 5, index % 2) for index in range(5_000)]
    given = GivenWay()
    seen = ClassificationMap(50, 50, 2, bytes(2_500))
    paint(seen, dataset_of(RunConfig(), examples), "classification", side=200, pixel_ratio=1, give_way=given)
    assert given.times >= 100


def test_the_networks_that_are_shown_are_the_moments_and_where_the_run_is_each_once() -> None:
    record = record_of(RunConfig(), steps=40, moments=(0, 20, 40))
    assert [each.step for each in shown(record)] == [0, 20, 40]
    record = record_of(RunConfig(), steps=41, moments=(0, 20))
    assert [each.step for each in shown(record)] == [0, 20, 41]
    assert shown(record)[-1].parameters is record.checkpoint.parameters


def test_of_many_the_first_and_the_last_are_kept_and_some_between() -> None:
    assert evenly(range(10), 4) == [0, 3, 6, 9]
    assert evenly(range(10), 10) == list(range(10))
    assert evenly(range(10), 1) == evenly(range(10), 0) == [9]
