"""The pictures of runs that the server makes, beside the picture that the page saves of the same run."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backend.logic.classification_map import ClassificationMap
from backend.logic.dataset import Dataset
from backend.runs.colors import THEMES, ThemeName
from backend.runs.picture import paint
from tests.browser.conftest import OpenLab
from tests.browser.lab import Lab
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

SLIGHT = 80
"""So far apart, of 255, may pixels at the edges of a shape be: two ways to smooth them."""


def dataset_on(lab: Lab) -> Dataset:
    """The points as the server has told them."""
    points = lab.of_type("POINTS")[-1]["points"]
    values = [point[5] if len(point) > 5 and point[5] is not None else np.nan for point in points]
    return Dataset(
        ids=np.array([point[0] for point in points]),
        positions=np.array([point[1:3] for point in points], np.float64),
        labels=np.array([point[3] for point in points]),
        values=np.array(values, np.float64),
        is_train=np.array([point[4] == "train" for point in points]),
        first_id=1,
        next_id=len(points) + 1,
        train_fraction=0.7,
        seed=0,
    )


def saved_picture(lab: Lab) -> NDArray[np.int16]:
    """What the page saves, (side, side, 3)."""
    with lab.page.expect_download() as saved:
        lab.button("Save the picture").click()
    with Image.open(saved.value.path()) as picture:
        return np.asarray(picture.convert("RGB"), np.int16)


@pytest.mark.parametrize(
    "experiment",
    ["dataset=spiral", "dataset=blobs&data_classes=8&classes=8", "problem=regression&loss=huber&dataset=sine_surface"],
    ids=["two classes", "eight classes", "values"],
)
@pytest.mark.parametrize("theme", THEMES)
def test_the_server_paints_what_the_page_saves(
    make_lab: OpenLab, server: ServerProcess, experiment: str, theme: ThemeName
) -> None:
    address = f"{server.address}#{experiment}&train_fraction=0.7&noise=20"
    lab = make_lab(address, device_scale_factor=2, color_scheme=theme)
    lab.open()
    lab.expect_points(200)
    lab.button("Step").click()
    lab.until(lambda: lab.number("step") == 14)
    lab.until(lambda: bool(lab.frames) and lab.frames[-1].step == 14)
    lab.until(lambda: {"type": "ACK", "seq": lab.frames[-1].seq} in lab.sent_of_type("ACK")[-2:])
    saved, seen = saved_picture(lab), lab.frames[-1]
    problem = "classification" if seen.classes else "regression"
    side = len(saved)
    painted = paint(
        ClassificationMap(seen.width, seen.height, seen.classes, seen.cells),
        dataset_on(lab),
        problem,  # type: ignore[arg-type]
        theme=THEMES[theme],
        side=side,
        pixel_ratio=2,
        give_way=lambda: None,
    )
    apart = np.abs(np.asarray(painted, np.int16) - saved).max(axis=2)
    assert apart.shape == (side, side)
    # The numbers, below one axis and left of the other, are in the letters of this system.
    apart[side // 2 + 2 : side // 2 + side // 24] = 0
    apart[:, side // 2 - side // 24 : side // 2 - 2] = 0
    assert (apart > SLIGHT).mean() < 0.0001
    assert apart.mean() < 1.5
