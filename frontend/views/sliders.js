/** Makes sliders as the page has them: a name, the slider, its value in words. */

import { make, setText } from "./elements.js";
import { fillRange } from "./settings.js";
import { explain } from "./tips.js";

/**
 * @typedef {object} Slider
 * @property {HTMLLabelElement} row
 * @property {HTMLInputElement} range
 * @property {(value: number, text: string) => void} show
 */

/**
 * @param {string} control its name for teacher mode, and its id
 * @param {string} name
 * @param {string} sentence what it does
 * @param {{min: number, max: number, step: number}} bounds
 * @returns {Slider}
 */
export function makeSlider(control, name, sentence, { min, max, step }) {
  const range = make("input", { type: "range", id: control, min: String(min), max: String(max), step: String(step) });
  const output = make("span", { class: "value", id: `${control}-value` });
  const row = make("label", { class: "row", "data-control": control }, [make("span", {}, [name]), range, output]);
  explain(row, sentence);
  return {
    row,
    range,
    show(value, text) {
      range.value = String(value);
      range.setAttribute("aria-valuetext", text);
      fillRange(range);
      setText(output, text);
    },
  };
}
