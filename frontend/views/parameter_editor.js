/**
 * Draws the small dialog in which single weights and biases are typed and frozen: one for a link or a bias, all that goes into a unit
 * for a unit. The values go on moving while training; what a person is typing stays.
 */

import { formatCount, formatWeight } from "../format.js";
import { LARGEST_PARAMETER, parameterKey, parseParameter } from "../parameters.js";
import { words } from "../words.js";
import { make, setText } from "./elements.js";
import { explain } from "./tips.js";

/** @typedef {import("../parameters.js").Parameter} Parameter */
/** @typedef {{parameter: Parameter, name: string}} Entry */
/** @typedef {{entry: Entry, field: HTMLInputElement, freeze: HTMLButtonElement, typed: boolean}} Row */
/**
 * @typedef {object} Source
 * @property {(parameter: Parameter) => number|null} valueOf
 * @property {(parameter: Parameter) => boolean} isFrozen
 */

const GAP_PX = 10;
const EDGE_PX = 8;
let lastId = 0;

export class ParameterEditor {
  #commands;
  #source;
  #onClosed;
  #title = make("h3", { id: "parameter-title" });
  #list = make("div", { class: "parameter-rows" });
  #note = make("p", { class: "parameter-note" });
  #error = make("p", { class: "parameter-error", role: "alert" });
  #freezeAll = make("button", { type: "button", class: "btn small" });
  #box = make("div", { class: "parameter-editor", role: "dialog", "aria-labelledby": "parameter-title", "data-testid": "parameter-editor", popover: "auto" });
  /** @type {Row[]} */
  #rows = [];
  /** @type {HTMLElement|null} */
  #cameFrom = null;

  /**
   * @param {HTMLElement} root
   * @param {import("../commands.js").Commands} commands
   * @param {Source} source
   * @param {() => void} onClosed
   */
  constructor(root, commands, source, onClosed) {
    this.#commands = commands;
    this.#source = source;
    this.#onClosed = onClosed;
    const close = make("button", { type: "button", class: "icon", "aria-label": words.diagram.close }, ["×"]);
    close.addEventListener("click", () => this.#box.hidePopover());
    explain(this.#freezeAll, words.diagram.explainFreeze);
    this.#freezeAll.addEventListener("click", () => this.#toggleFrozen(this.#rows));
    this.#box.append(make("div", { class: "head" }, [this.#title, close]), this.#list, this.#note, this.#error, this.#freezeAll);
    this.#box.addEventListener("toggle", (event) => { if (event instanceof ToggleEvent && event.newState === "closed") this.#closed(); });
    root.append(this.#box);
  }

  get isOpen() {
    return this.#box.matches(":popover-open");
  }

  /**
   * @param {string} title
   * @param {readonly Entry[]} entries
   * @param {string} note
   * @param {{left: number, top: number, right: number, bottom: number}} anchor in pixels of the window, not to be covered
   * @param {HTMLElement|null} cameFrom gets the focus back
   */
  open(title, entries, note, anchor, cameFrom) {
    setText(this.#title, title);
    setText(this.#note, note);
    this.#note.hidden = note === "";
    this.#tell("");
    this.#rows = entries.map((entry) => this.#makeRow(entry));
    this.#list.replaceChildren(...this.#rows.map(({ entry, field, freeze }) =>
      make("div", { class: "parameter-row", "data-parameter": parameterKey(entry.parameter) }, [make("label", { for: field.id }, [entry.name]), field, freeze])));
    this.#freezeAll.hidden = entries.length < 2;
    this.#cameFrom = cameFrom;
    this.refresh();
    this.#box.showPopover();
    this.#place(anchor);
    this.#rows[0]?.field.focus();
    this.#rows[0]?.field.select();
  }

  close() {
    if (this.isOpen) this.#box.hidePopover();
  }

  /** The values or what is frozen may have changed. */
  refresh() {
    for (const { entry, field, freeze, typed } of this.#rows) {
      const value = this.#source.valueOf(entry.parameter);
      const text = formatWeight(value ?? NaN);
      if (!typed && field.value !== text) field.value = text;
      const frozen = this.#source.isFrozen(entry.parameter);
      if (freeze.getAttribute("aria-pressed") !== String(frozen)) freeze.setAttribute("aria-pressed", String(frozen));
    }
    setText(this.#freezeAll, this.#rows.every((row) => this.#source.isFrozen(row.entry.parameter)) ? words.diagram.unfreezeAll : words.diagram.freezeAll);
  }

  /**
   * @param {Entry} entry
   * @returns {Row}
   */
  #makeRow(entry) {
    lastId += 1;
    const field = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", class: "field", id: `parameter-${lastId}` });
    const freeze = make("button", { type: "button", class: "btn small freeze", "aria-pressed": "false", "aria-label": words.diagram.freezeSpoken(entry.name) }, [words.diagram.freeze]);
    const row = { entry, field, freeze, typed: false };
    explain(freeze, words.diagram.explainFreeze);
    field.addEventListener("input", () => { row.typed = true; });
    field.addEventListener("change", () => this.#take(row));
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") this.#take(row); });
    freeze.addEventListener("click", () => this.#toggleFrozen([row]));
    return row;
  }

  /** @param {Row} row */
  #take(row) {
    if (!row.typed) return;
    const value = parseParameter(row.field.value);
    row.field.setAttribute("aria-invalid", String(value === null));
    if (value === null) {
      this.#tell(words.diagram.bounds(formatCount(LARGEST_PARAMETER)));
      return;
    }
    this.#tell("");
    row.typed = false;
    row.field.select();
    void this.#commands.setParameter(row.entry.parameter, value);
  }

  /** @param {readonly Row[]} rows */
  #toggleFrozen(rows) {
    const parameters = rows.map(({ entry }) => entry.parameter);
    const frozen = !parameters.every((parameter) => this.#source.isFrozen(parameter));
    void this.#commands.freezeParameters(parameters, frozen);
  }

  /** @param {string} sentence */
  #tell(sentence) {
    setText(this.#error, sentence);
    this.#error.hidden = sentence === "";
  }

  /** @param {{left: number, top: number, right: number, bottom: number}} anchor */
  #place(anchor) {
    const { width, height } = this.#box.getBoundingClientRect();
    const right = anchor.right + GAP_PX + width + EDGE_PX <= innerWidth;
    const left = right ? anchor.right + GAP_PX : Math.max(EDGE_PX, anchor.left - GAP_PX - width);
    this.#box.style.left = `${Math.min(left, innerWidth - EDGE_PX - width)}px`;
    this.#box.style.top = `${Math.max(EDGE_PX, Math.min(anchor.top - GAP_PX, innerHeight - EDGE_PX - height))}px`;
  }

  #closed() {
    this.#rows = [];
    const back = this.#cameFrom;
    this.#cameFrom = null;
    this.#onClosed();
    if (back?.isConnected && (document.activeElement === document.body || this.#box.contains(document.activeElement))) back.focus();
  }
}
