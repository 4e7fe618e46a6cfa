/** Draws what stands over and under the columns of the diagram: names, how many units, one more or one less; locked while training. */

import { MAX_HIDDEN_LAYERS, MAX_UNITS } from "../run_config.js";
import { words } from "../words.js";
import { make, setText } from "./elements.js";
import { explain } from "./tips.js";

/** @typedef {import("../network_layout.js").NetworkLayout} NetworkLayout */
/** @typedef {{head: HTMLElement, name: HTMLElement, fewer: HTMLButtonElement, more: HTMLButtonElement, rest: HTMLElement}} Head */

/** Narrower columns have room for the number alone. */
const WIDE_PITCH = 70;

/**
 * A button that says why it is locked instead of falling silent: it keeps the focus and can be asked.
 * @param {HTMLButtonElement} button
 * @param {boolean} locked by training
 * @param {boolean} atLimit
 * @param {string} sentence what it does
 */
export function setLocked(button, locked, atLimit, sentence) {
  const off = String(locked || atLimit);
  if (button.getAttribute("aria-disabled") !== off) button.setAttribute("aria-disabled", off);
  explain(button, locked ? words.network.locked : sentence);
}

/**
 * @param {string} label
 * @param {string} sign
 * @param {() => void} onClick
 */
function makeStep(label, sign, onClick) {
  const button = make("button", { type: "button", class: "step", "aria-label": label }, [sign]);
  button.addEventListener("click", onClick);
  return button;
}

export class ColumnHeads {
  #sheet;
  #commands;
  #first = make("div", { class: "column-head" }, [make("span", {}, [words.diagram.features])]);
  #last = make("div", { class: "column-head" }, [make("span", {}, [words.diagram.output])]);
  /** @type {Head[]} */
  #heads = [];

  /**
   * @param {HTMLElement} sheet
   * @param {import("../commands.js").Commands} commands
   */
  constructor(sheet, commands) {
    this.#sheet = sheet;
    this.#commands = commands;
    sheet.append(this.#first, this.#last);
  }

  /**
   * @param {NetworkLayout} layout
   * @param {boolean} locked
   */
  arrange(layout, locked) {
    const { columns } = layout;
    const hidden = columns.slice(1, -1);
    while (this.#heads.length > hidden.length) {
      const gone = this.#heads.pop();
      gone?.head.remove();
      gone?.rest.remove();
    }
    while (this.#heads.length < hidden.length) this.#heads.push(this.#make(this.#heads.length));
    const pitch = (columns[1]?.x ?? 0) - (columns[0]?.x ?? 0);
    const place = (/** @type {HTMLElement} */ head, /** @type {number} */ x) => { head.style.left = `${x}px`; };
    place(this.#first, columns[0]?.x ?? 0);
    place(this.#last, columns.at(-1)?.x ?? 0);
    hidden.forEach(({ x, units, hiddenUnits, bottom }, layer) => {
      const { head, name, fewer, more, rest } = /** @type {Head} */ (this.#heads[layer]);
      place(head, x);
      setText(name, pitch < WIDE_PITCH ? String(units) : words.diagram.units(units));
      setLocked(fewer, locked, units <= 1, words.network.explainFewer);
      setLocked(more, locked, units >= MAX_UNITS, words.network.explainMore);
      rest.hidden = hiddenUnits === 0;
      place(rest, x);
      rest.style.top = `${bottom}px`;
      setText(rest, words.diagram.notDrawn(hiddenUnits));
      explain(rest, hiddenUnits === 0 ? "" : words.diagram.explainNotDrawn(units - hiddenUnits, hiddenUnits, layer + 1));
    });
  }

  /** @param {number} layer */
  #make(layer) {
    const name = make("span");
    const fewer = makeStep(words.network.fewerIn(layer + 1), "\u2212", () => this.#commands.changeUnits(layer, -1));
    const more = makeStep(words.network.moreIn(layer + 1), "+", () => this.#commands.changeUnits(layer, 1));
    const head = make("div", { class: "column-head" }, [name, make("span", { class: "steps", "data-control": "diagram-layers" }, [fewer, more])]);
    const rest = make("span", { class: "not-drawn" });
    this.#sheet.append(head, rest);
    return { head, name, fewer, more, rest };
  }
}

/**
 * The number of hidden layers with one more and one less.
 * @param {import("../commands.js").Commands} commands
 */
export function makeLayerSteps(commands) {
  const count = make("span");
  const fewer = makeStep(words.diagram.fewerLayers, "\u2212", () => commands.removeLayer());
  const more = makeStep(words.diagram.moreLayers, "+", () => commands.addLayer());
  const element = make("span", { class: "steps layers-steps", "data-control": "diagram-layers" }, [count, fewer, more]);
  explain(element, words.diagram.explainLayerCount);
  return {
    element,
    /** @param {number} layers @param {boolean} locked */
    draw(layers, locked) {
      setText(count, words.diagram.hiddenLayers(layers));
      setLocked(fewer, locked, layers === 0, words.diagram.explainFewerLayers);
      setLocked(more, locked, layers >= MAX_HIDDEN_LAYERS, words.diagram.explainMoreLayers);
    },
  };
}
