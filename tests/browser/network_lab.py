"""The network's diagram as a person has it in front of them."""

from typing import Final

from playwright.sync_api import Locator

from backend.neuron_frames import NeuronFrame
from tests.browser.lab import Lab
from tests.browser.pixels import Rgba

CELLS: Final = 12
"""A tile is read at the middles of so many cells along each side."""

_PIXELS: Final = """(tile, cells) => {
  const canvas = document.querySelector("[data-testid=tiles]");
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const ratio = canvas.width / canvas.clientWidth;
  const step = tile.offsetWidth / cells;
  return Array.from({ length: cells * cells }, (_, index) => {
    const x = tile.offsetLeft + ((index % cells) + 0.5) * step;
    const y = tile.offsetTop + (Math.floor(index / cells) + 0.5) * step;
    return [...context.getImageData(x * ratio, y * ratio, 1, 1).data];
  });
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
    """The colours of a tile, row by row from the top left corner."""
    found: list[Rgba] = [tuple(pixel) for pixel in tile.evaluate(_PIXELS, CELLS)]
    return found


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
