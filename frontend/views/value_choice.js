/** Draws what regression has in place of classes: the value of new points on a slider in its colours. */

import { formatValue } from "../format.js";
import { words } from "../words.js";
import { find, make } from "./elements.js";
import { makeSlider } from "./sliders.js";

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountValueChoice(store, commands) {
  const classes = find("#classes", HTMLElement);
  const slider = makeSlider("value", words.draw.value, words.draw.explainValue, { min: -1, max: 1, step: 0.01 });
  const swatch = make("i", { class: "value-swatch", "aria-hidden": "true" });
  slider.row.classList.add("value-choice");
  slider.row.prepend(swatch);
  slider.row.dataset.control = "classes";
  classes.after(slider.row);
  slider.range.addEventListener("input", () => commands.chooseValue(slider.range.valueAsNumber));

  function draw() {
    const { activeValue, document: { config } } = store.get();
    const isRegression = config.problem === "regression";
    classes.hidden = isRegression;
    slider.row.hidden = !isRegression;
    slider.show(activeValue, formatValue(activeValue));
    swatch.style.background = `color-mix(in srgb, var(${activeValue < 0 ? "--minus" : "--plus"}) ${Math.abs(activeValue) * 100}%, var(--map))`;
  }

  store.subscribe((state, before) => {
    if (state.activeValue !== before.activeValue || state.document.config.problem !== before.document.config.problem) draw();
  });
  draw();
}
