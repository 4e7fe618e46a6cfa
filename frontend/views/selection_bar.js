/** Draws the bar near the selected points: how many there are, delete them, give them the chosen class or value. */

import { formatCount, formatValue } from "../format.js";
import { planeToPixel } from "../geometry.js";
import { bandAround } from "../point_edits.js";
import { words } from "../words.js";
import { make, setText } from "./elements.js";
import { explain } from "./tips.js";

/** Above the points where there is room, in hundredths of the plane. */
const ROOM_ABOVE = 12;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountSelectionBar(canvas, store, commands) {
  const count = make("span", { class: "selected-count" });
  const remove = make("button", { type: "button", class: "btn small" }, [words.draw.deleteSelected]);
  const give = make("button", { type: "button", class: "btn small" });
  const bar = make("div", { class: "selection-bar", role: "group", "aria-label": words.draw.selection, hidden: "" }, [count, remove, give]);
  explain(remove, words.draw.explainDeleteSelected);
  explain(give, words.draw.explainGiveSelected);
  remove.addEventListener("click", () => commands.eraseSelection());
  give.addEventListener("click", () => commands.giveSelection());
  canvas.after(bar);

  function place() {
    const band = bandAround(commands.selected());
    bar.hidden = band === null || store.get().band !== null;
    if (band === null) return;
    const [left, top] = planeToPixel(band.x0, band.y1, 100);
    const [right, bottom] = planeToPixel(band.x1, band.y0, 100);
    bar.dataset.side = top > ROOM_ABOVE ? "above" : "below";
    bar.style.left = `${Math.min(78, Math.max(22, (left + right) / 2))}%`;
    bar.style.top = `${top > ROOM_ABOVE ? top - 2 : Math.min(bottom + 2, 92)}%`;
  }

  function draw() {
    const { selection, activeValue, document: { config } } = store.get();
    setText(count, words.draw.selected(selection.size, formatCount(selection.size)));
    setText(give, config.problem === "regression" ? words.draw.giveValue(formatValue(activeValue)) : words.draw.giveClass(commands.classForSelection()));
    place();
  }

  store.subscribe((state, before) => {
    if (state.selection !== before.selection || state.band !== before.band || state.activeClass !== before.activeClass
      || state.activeValue !== before.activeValue || state.document.config.problem !== before.document.config.problem
      || (state.selection.size > 0 && state.document !== before.document)) draw();
  });
}
