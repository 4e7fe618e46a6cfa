/** Draws how far brush and eraser reach: a ring around the pointer, and the two sliders that set it. */

import { formatDecimal } from "../format.js";
import { PLANE_LIMIT } from "../geometry.js";
import { words } from "../words.js";
import { find, make } from "./elements.js";
import { makeSlider } from "./sliders.js";

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountBrush(canvas, store, commands) {
  const radius = makeSlider("brush-radius", words.draw.radius, words.draw.explainRadius, { min: 0.1, max: 2, step: 0.1 });
  const density = makeSlider("brush-density", words.draw.density, words.draw.explainDensity, { min: 1, max: 20, step: 1 });
  const ring = make("div", { class: "brush-ring", "aria-hidden": "true", hidden: "" });
  find("#draw-more", HTMLElement).append(radius.row, density.row);
  canvas.after(ring);
  radius.range.addEventListener("input", () => commands.setBrush({ radius: radius.range.valueAsNumber }));
  density.range.addEventListener("input", () => commands.setBrush({ density: density.range.valueAsNumber }));

  /** @param {PointerEvent} event */
  function follow(event) {
    const { tool } = store.get();
    const box = canvas.getBoundingClientRect();
    ring.hidden = tool !== "brush" && tool !== "erase";
    ring.style.left = `${(100 * (event.clientX - box.left)) / box.width}%`;
    ring.style.top = `${(100 * (event.clientY - box.top)) / box.height}%`;
  }
  for (const name of /** @type {const} */ (["pointermove", "pointerdown"])) canvas.addEventListener(name, follow);
  for (const name of /** @type {const} */ (["pointerleave", "pointercancel"])) {
    canvas.addEventListener(name, () => { ring.hidden = true; });
  }

  function draw() {
    const { brush } = store.get();
    radius.show(brush.radius, formatDecimal(brush.radius, 1));
    density.show(brush.density, formatDecimal(brush.density, 0));
    ring.style.width = `${(100 * brush.radius) / PLANE_LIMIT}%`;
  }

  store.subscribe((state, before) => {
    if (state.brush !== before.brush) draw();
    if (state.tool !== before.tool) ring.hidden = true;
  });
  draw();
}
