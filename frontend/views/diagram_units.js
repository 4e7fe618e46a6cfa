/**
 * Draws what can be touched at the units of the network's diagram: a button over each tile, the dot of its bias, its name.
 */

import { formatWeight } from "../format.js";
import { parameterKey, parameterValue } from "../parameters.js";
import { shadeColors, shadeOf } from "../shades.js";
import { FEATURES } from "../tiles.js";
import { unitName } from "../unit_names.js";
import { words } from "../words.js";
import { ColumnFocus } from "./column_focus.js";
import { make } from "./elements.js";
import { markerIcon } from "./markers.js";
import { explain } from "./tips.js";

/** @typedef {import("../network_layout.js").NetworkLayout} NetworkLayout */
/** @typedef {import("../neuron_frames.js").NeuronFrame} NeuronFrame */
/** @typedef {import("../run_config.js").RunConfig} RunConfig */
/** @typedef {import("../unit_names.js").Unit} Unit */
/**
 * @typedef {object} TileEvents
 * @property {(unit: Unit|null) => void} onHover
 * @property {(unit: Unit, anchor: HTMLElement) => void} onOpen
 * @property {(name: import("../tiles.js").FeatureName) => void} onToggle
 * @property {(unit: Unit, anchor: HTMLElement) => void} onBias
 * @property {(unit: Unit|null, x: number, y: number) => void} onBiasHover in pixels of the window
 */
/**
 * @typedef {object} Part
 * @property {HTMLButtonElement} button
 * @property {HTMLElement|null} bias
 * @property {HTMLElement|null} name
 * @property {number} biasShade
 */

const BIAS_SIDE = 10;

export class UnitBoard {
  #sheet;
  #events;
  /** The features, each of them. @type {Part[]} */
  #features = [];
  /** Hidden units and outputs, in the order of the wire without layer 0. @type {Part[]} */
  #units = [];
  /** @type {NetworkLayout|null} */
  #layout = null;
  /** @type {RunConfig|null} */
  #config = null;
  /** @type {NeuronFrame|null} */
  #frame = null;
  /** @type {readonly string[]} */
  #shades = [];
  #focus;

  /**
   * @param {HTMLElement} sheet
   * @param {TileEvents} events
   */
  constructor(sheet, events) {
    this.#sheet = sheet;
    this.#events = events;
    this.#features = FEATURES.map((name) => this.#makeFeature(name));
    this.#focus = new ColumnFocus(sheet, () => this.#columns(), (at, isVisible) => {
      if (at === null) {
        events.onHover(null);
        return;
      }
      this.#nameFocused();
      if (isVisible) events.onHover(this.#unitOf(at));
    });
  }

  /**
   * @param {NetworkLayout} layout
   * @param {RunConfig} config
   * @param {boolean} showsOthers whether features that the network does not see can be chosen
   */
  arrange(layout, config, showsOthers) {
    const shape = (/** @type {NetworkLayout|null} */ of) => JSON.stringify(of?.drawn.slice(1));
    if (shape(this.#layout) !== shape(layout) || this.#config?.problem !== config.problem) {
      for (const { button, bias, name } of this.#units) [button, bias, name].forEach((part) => part?.remove());
      this.#units = layout.tiles.filter(({ layer }) => layer > 0).map(({ layer, unit }) => this.#makeUnit({ layer, unit }, config, layout));
    }
    this.#layout = layout;
    this.#config = config;
    const { tileSide, features, tiles } = layout;
    this.#sheet.style.setProperty("--tile", `${tileSide}px`);
    this.#features.forEach(({ button, name }, index) => {
      const place = features[index] ?? { x: 0, y: 0 };
      const isIn = config.features.includes(FEATURES[index] ?? "");
      button.setAttribute("aria-pressed", String(isIn));
      button.hidden = !isIn && !showsOthers;
      move(button, place.x, place.y);
      if (name) {
        name.toggleAttribute("data-off", !isIn);
        name.hidden = button.hidden;
        move(name, 0, place.y + tileSide / 2, place.x - 9);
      }
    });
    const first = tiles.findIndex(({ layer }) => layer > 0);
    this.#units.forEach(({ button, bias, name }, index) => {
      const tile = tiles[first + index];
      if (!tile) return;
      move(button, tile.x, tile.y);
      if (bias) move(bias, tile.x - BIAS_SIDE / 2 - 1, tile.y + tileSide - BIAS_SIDE / 2 + 1);
      if (name) move(name, tile.x + tileSide + 9, tile.y + tileSide / 2);
    });
    this.#focus.renew();
  }

  /**
   * @param {NeuronFrame|null} frame of the network that is laid out; null: nothing is known of it
   */
  paint(frame) {
    this.#frame = frame;
    if (frame === null) return;
    for (let index = 0; index < this.#units.length; index += 1) {
      const part = /** @type {Part} */ (this.#units[index]);
      const shade = shadeOf(/** @type {number} */ (frame.biases[index]));
      if (shade === part.biasShade || !part.bias) continue;
      part.biasShade = shade;
      part.bias.style.backgroundColor = this.#shades[shade] ?? "";
    }
    if (this.#sheet.contains(document.activeElement)) this.#nameFocused();
  }

  /** @param {ReadonlySet<string>} frozen keys of parameters */
  markFrozen(frozen) {
    const { tiles = [] } = this.#layout ?? {};
    const first = tiles.findIndex(({ layer }) => layer > 0);
    this.#units.forEach(({ bias }, index) => {
      const tile = tiles[first + index];
      if (tile) bias?.toggleAttribute("data-frozen", frozen.has(parameterKey([tile.layer, tile.unit, null])));
    });
  }

  /** @param {import("../colors.js").Theme} theme */
  setTheme(theme) {
    this.#shades = shadeColors(theme);
    for (const part of this.#units) part.biasShade = -1;
    this.paint(this.#frame);
  }

  /** @param {import("../tiles.js").FeatureName} name */
  #makeFeature(name) {
    const part = makePart({ "aria-label": words.diagram.spoken[name], "aria-pressed": "false", "data-feature": name });
    part.name = make("span", { class: "tile-name left", "aria-hidden": "true" }, [words.diagram.symbols[name]]);
    explain(part.button, words.diagram.explainFeature);
    part.button.addEventListener("click", () => this.#events.onToggle(name));
    this.#listen(part.button, () => {
      const unit = this.#config?.features.indexOf(name) ?? -1;
      return unit < 0 ? null : { layer: 0, unit };
    });
    this.#sheet.append(part.button, part.name);
    return part;
  }

  /**
   * @param {Unit} unit
   * @param {RunConfig} config
   * @param {NetworkLayout} layout
   */
  #makeUnit(unit, config, layout) {
    const part = makePart({ "aria-label": unitName(config, unit), "aria-haspopup": "dialog", "data-unit": `${unit.layer} ${unit.unit}` });
    const bias = make("span", { class: "bias", "aria-hidden": "true", "data-bias": `${unit.layer} ${unit.unit}` });
    part.bias = bias;
    part.button.addEventListener("click", () => this.#events.onOpen(unit, part.button));
    this.#listen(part.button, () => unit);
    bias.addEventListener("click", () => this.#events.onBias(unit, bias));
    bias.addEventListener("pointermove", (event) => this.#events.onBiasHover(unit, event.clientX, event.clientY));
    bias.addEventListener("pointerleave", () => this.#events.onBiasHover(null, 0, 0));
    this.#sheet.append(part.button, bias);
    if (unit.layer === layout.units.length - 1) {
      const name = config.problem === "regression" ? [words.diagram.valueOutput] : [markerIcon(unit.unit), String(unit.unit)];
      part.name = make("span", { class: "tile-name right", "aria-hidden": "true" }, name);
      this.#sheet.append(part.name);
    }
    return part;
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {() => Unit|null} unit
   */
  #listen(button, unit) {
    button.addEventListener("pointerenter", () => this.#events.onHover(unit()));
    button.addEventListener("pointerleave", () => this.#events.onHover(null));
  }

  /** @param {number} layer */
  #column(layer) {
    if (layer === 0) return this.#features.filter(({ button }) => !button.hidden);
    const first = (this.#layout?.tiles ?? []).filter((tile) => tile.layer > 0);
    return this.#units.filter((_, index) => first[index]?.layer === layer);
  }

  #columns() {
    const layers = this.#layout?.units.length ?? 0;
    return Array.from({ length: layers }, (_, layer) => this.#column(layer).map(({ button }) => button));
  }

  /** @param {import("./column_focus.js").FocusPlace} place @returns {Unit|null} */
  #unitOf({ column: layer, row }) {
    if (layer > 0) return { layer, unit: row };
    const unit = this.#config?.features.indexOf(this.#column(0)[row]?.button.dataset.feature ?? "") ?? -1;
    return unit < 0 ? null : { layer, unit };
  }

  /** A screen reader hears the bias when it comes to a unit, as it is then. */
  #nameFocused() {
    const { column: layer, row } = this.#focus.current;
    const part = this.#column(layer)[row];
    if (layer === 0 || !part || !this.#config) return;
    const bias = this.#frame && parameterValue(this.#frame, [layer, row, null]);
    const name = unitName(this.#config, { layer, unit: row });
    const label = bias === null ? name : words.diagram.unitSpoken(name, formatWeight(bias));
    if (part.button.getAttribute("aria-label") !== label) part.button.setAttribute("aria-label", label);
  }
}

/**
 * @param {Record<string, string>} attributes
 * @returns {Part}
 */
function makePart(attributes) {
  return { button: make("button", { type: "button", class: "unit", tabindex: "-1", ...attributes }), bias: null, name: null, biasShade: -1 };
}

/**
 * @param {HTMLElement} element
 * @param {number} x
 * @param {number} y
 * @param {number} [width]
 */
function move(element, x, y, width) {
  element.style.left = `${x}px`;
  element.style.top = `${y}px`;
  if (width !== undefined) element.style.width = `${width}px`;
}
