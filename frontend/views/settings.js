/** Draws the sliders and selects that change while training: how it learns, and which points it learns from. */

import { formatCount, formatPercent, formatSetting } from "../format.js";
import { OPTIMIZERS } from "../run_config.js";
import { words } from "../words.js";
import { fieldOptions, showChoice } from "./choices.js";
import { find, make, setText } from "./elements.js";

/** @typedef {import("../run_config.js").RunConfig} RunConfig */

const LEARNING_RATES = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const PENALTIES = [0, 0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
const BATCH_SIZES = [1, 2, 3, 5, 10, 15, 20, 30, 50, 100, 200, 500, 1000, 5000];
const WHOLE = 5000;

/**
 * Colours a slider up to its thumb.
 * @param {HTMLInputElement} range
 */
export function fillRange(range) {
  const low = Number(range.min);
  const share = (range.valueAsNumber - low) / (Number(range.max) - low);
  range.style.setProperty("--fill", `${(share * 100).toFixed(1)}%`);
}

/**
 * @param {HTMLSelectElement} select
 * @param {readonly (readonly [value: string, name: string])[]} options
 */
export function fillSelect(select, options) {
  select.replaceChildren(...options.map(([value, name]) => make("option", { value }, [name])));
}

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountSettings(store, commands) {
  const optimizer = find("#optimizer", HTMLSelectElement);
  const learningRate = find("#learning-rate", HTMLSelectElement);
  fillSelect(optimizer, OPTIMIZERS.map((name) => [name, words.training.optimizers[name] ?? name]));
  optimizer.addEventListener("change", () => commands.configure({ optimizer: optimizer.value }));
  learningRate.addEventListener("change", () => commands.configure({ learning_rate: Number(learningRate.value) }));

  const sliders = [
    slider("batch-size", BATCH_SIZES, (config) => config.batch_size, (value) => ({ batch_size: value }),
      (value) => (value >= WHOLE ? words.data.all : formatCount(value))),
    slider("l1", PENALTIES, (config) => config.l1, (value) => ({ l1: value }), formatSetting),
    slider("l2", PENALTIES, (config) => config.l2, (value) => ({ l2: value }), formatSetting),
    slider("dropout", hundredths(90), (config) => config.dropout, (value) => ({ dropout: value }), (value) => formatPercent(value)),
    slider("test-share", hundredths(90), (config) => round(1 - config.train_fraction),
      (value) => ({ train_fraction: round(1 - value) }), (value) => formatPercent(value)),
  ];

  /**
   * A slider over a table of values; a value from elsewhere that is not in the table shows as it is.
   * @param {string} id
   * @param {readonly number[]} values
   * @param {(config: RunConfig) => number} read
   * @param {(value: number) => Partial<RunConfig>} write
   * @param {(value: number) => string} format
   */
  function slider(id, values, read, write, format) {
    const range = find(`#${id}`, HTMLInputElement);
    const output = find(`#${id}-value`, HTMLElement);
    Object.assign(range, { min: "0", max: String(values.length - 1), step: "1" });
    range.addEventListener("input", () => commands.configure(write(values[range.valueAsNumber] ?? 0)));
    return (/** @type {RunConfig} */ config) => {
      const value = read(config);
      range.value = String(nearest(values, value));
      range.setAttribute("aria-valuetext", format(value));
      fillRange(range);
      setText(output, format(value));
    };
  }

  function draw() {
    const { config } = store.get().document;
    optimizer.value = config.optimizer;
    const rates = LEARNING_RATES.includes(config.learning_rate) ? LEARNING_RATES
      : [...LEARNING_RATES, config.learning_rate].sort((a, b) => a - b);
    const { options, current } = fieldOptions("learning_rate", rates, formatSetting);
    showChoice(learningRate, options, current(config));
    for (const drawSlider of sliders) drawSlider(config);
  }

  store.subscribe((state, before) => {
    if (state.document.config !== before.document.config) draw();
  });
  draw();
}

/** @param {number} last */
function hundredths(last) {
  return Array.from({ length: last / 5 + 1 }, (_, index) => (index * 5) / 100);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 1e4) / 1e4;
}

/**
 * @param {readonly number[]} values ascending
 * @param {number} value
 */
function nearest(values, value) {
  let best = 0;
  values.forEach((candidate, index) => {
    if (Math.abs(candidate - value) < Math.abs((values[best] ?? 0) - value)) best = index;
  });
  return best;
}
