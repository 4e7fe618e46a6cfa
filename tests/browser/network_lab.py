"""The network's diagram as a person has it in front of them."""

from playwright.sync_api import Locator

from backend.neuron_frames import NeuronFrame
from tests.browser.lab import Lab
from tests.browser.pixels import Rgba

_PIXELS = """(canvas) => {
  const { width, height } = canvas;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return [...context.getImageData(0, 0, width, height).data];
}"""


def show_network(lab: Lab) -> None:
    """Turn to the diagram, and wait until its tiles have come."""
    seen = len(lab.neurons)
    lab.page.get_by_role("radio", name="Network", exact=True).check()
    lab.until(lambda: len(lab.neurons) > seen)


def unit(lab: Lab, layer: int, index: int) -> Locator:
    """A hidden unit's or output's tile, the layer counted from 1, the unit from 0."""
    return lab.page.locator(f'[data-unit="{layer} {index}"]')


def feature(lab: Lab, name: str) -> Locator:
    """A feature's tile, by its name on the wire."""
    return lab.page.locator(f'[data-feature="{name}"]')


def bias(lab: Lab, layer: int, index: int) -> Locator:
    """The dot of a unit's bias."""
    return lab.page.locator(f'[data-bias="{layer} {index}"]')


def tile_pixels(tile: Locator) -> list[Rgba]:
    """The colours of a tile's cells, row by row from the top left corner."""
    values: list[int] = tile.locator("canvas").evaluate(_PIXELS)
    return [(values[at], values[at + 1], values[at + 2], values[at + 3]) for at in range(0, len(values), 4)]


def link_place(start: Locator, end: Locator) -> tuple[float, float]:
    """The middle of the link between two tiles, in CSS pixels of the window."""
    before, after = start.bounding_box(), end.bounding_box()
    assert before is not None
    assert after is not None
    return (
        (before["x"] + before["width"] + after["x"]) / 2,
        (before["y"] + before["height"] / 2 + after["y"] + after["height"] / 2) / 2,
    )


def until_units(lab: Lab, *counts: int) -> NeuronFrame:
    """Wait for a frame of a network of so many units in each layer, features and outputs counted."""
    lab.until(lambda: bool(lab.neurons) and lab.neurons[-1].maps.unit_counts == counts)
    return lab.neurons[-1]
