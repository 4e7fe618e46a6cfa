"""What painting a map leaves alone: nothing is laid out but the figures that change, and no memory is taken."""

import json
import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.browser.network_lab import show_network
from tests.browser.trace import Trace, record

pytestmark = pytest.mark.browser

LAPTOP = {"width": 1440, "height": 900}
MAPS = 20
FEW = 30
"""Elements and texts: the figures that change with a map, each in a box of its own."""

# Paints maps of several sizes and kinds by the page's own module, twice over, and tells what memory each round takes.
_TAKEN = """async () => {
  const { MapPicture } = await import("/views/map_picture.js");
  const { THEMES } = await import("/colors.js");
  const taken = [];
  for (const { prototype } of [HTMLCanvasElement, OffscreenCanvas]) {
    for (const side of ["width", "height"]) {
      const { get, set } = Object.getOwnPropertyDescriptor(prototype, side);
      Object.defineProperty(prototype, side, { get, set(value) { taken.push(side); set.call(this, value); } });
    }
  }
  for (const name of ["ArrayBuffer", "Int32Array", "Float32Array", "OffscreenCanvas"]) {
    window[name] = class extends window[name] {
      constructor(...values) {
        super(...values);
        taken.push(name);
      }
    };
  }
  const screen = document.createElement("canvas");
  const picture = new MapPicture(THEMES.light);
  const frames = [100, 40, 64, 100].flatMap((side) => [1, 2].flatMap((encoding) => [2, 8].map((classes) => ({
    encoding, width: side, height: side, unit: null,
    cells: Uint8Array.from({ length: side * side }, (_, at) => at % (32 * classes)),
  }))));
  const paintAll = () => {
    for (const frame of frames) {
      picture.show(frame);
      picture.draw(screen.getContext("2d"), 300);
    }
    return taken.splice(0);
  };
  return [paintAll(), paintAll()];
}"""


def record_maps(lab: Lab) -> Trace:
    """What the page does from one map to another that comes some maps later."""
    with record(lab.page) as trace:
        seen = len(lab.frames)
        lab.until(lambda: len(lab.frames) > seen + MAPS)
    return trace


@pytest.mark.parametrize("view", ["plane", "network"])
def test_maps_and_figures_force_no_layout_and_lay_out_nothing_but_figures(open_lab: OpenLab, view: str) -> None:
    lab = open_lab(viewport=LAPTOP)
    lab.draw(XOR_PLACES)
    if view == "network":
        show_network(lab)
    lab.start()
    lab.until_trained()
    trace = record_maps(lab)
    layouts = trace.named("Layout")
    assert trace.named("FireAnimationFrame")
    assert layouts
    assert not trace.forced_layouts()
    sizes = sorted(layout["args"]["beginData"]["totalObjects"] for layout in layouts)
    assert sizes[len(sizes) // 2] <= FEW


def test_a_layout_that_a_script_forces_is_seen_in_a_trace(lab: Lab) -> None:
    with record(lab.page) as trace:
        force_a_layout(lab.page)
    assert trace.forced_layouts()


def force_a_layout(page: Page) -> None:
    """Change an element's size and read where another is, in an animation frame."""
    page.evaluate("""new Promise((done) => requestAnimationFrame(() => {
      document.querySelector(".brand").style.width = "123px";
      done(document.querySelector("#canvas").getBoundingClientRect().width);
    }))""")


def test_maps_of_changing_sizes_are_painted_into_the_same_memory(lab: Lab) -> None:
    first, again = lab.page.evaluate(_TAKEN)
    assert {"ArrayBuffer", "Int32Array"} <= set(first)
    assert again == []


def test_the_legend_tells_at_how_many_places_the_map_is_computed(make_lab: OpenLab) -> None:
    lab = make_lab()
    side = 64

    def route(page_side: WebSocketRoute) -> None:
        """Ask for coarser maps than the page does."""
        server_side = page_side.connect_to_server()

        def tell(text: str | bytes) -> None:
            message = json.loads(text)
            if message["type"] == "VIEW" and "width" in message:
                message |= {"width": side, "height": side}
            server_side.send(json.dumps(message))

        page_side.on_message(tell)

    lab.page.route_web_socket(re.compile("/ws/"), route)
    lab.open()
    legend = lab.page.locator("#legend")
    expect(legend).to_have_accessible_description(re.compile(r"certain it is\.$"))
    lab.draw(XOR_PLACES)
    lab.start()
    expect(legend).to_have_accessible_description(re.compile(r"computed at 64\W+64 places"))
