/** Owns the pointer's and keyboard's way to single weights and biases: the card beside the pointer, the dialog for a link, a bias, a unit. */

import { linkAt } from "../network_layout.js";
import { parameterKey, parameterValue } from "../parameters.js";
import { parameterName, unitName } from "../unit_names.js";
import { words } from "../words.js";
import { ParameterCard } from "./parameter_card.js";
import { ParameterEditor } from "./parameter_editor.js";

/** @typedef {import("../parameters.js").Parameter} Parameter */
/** @typedef {import("../unit_names.js").Unit} Unit */
/**
 * @typedef {object} Shown what the diagram shows now
 * @property {() => import("../network_layout.js").NetworkLayout|null} layout
 * @property {() => import("../neuron_frames.js").NeuronFrame|null} frame
 * @property {() => import("../run_config.js").RunConfig} config
 * @property {(parameter: Parameter) => boolean} isFrozen
 */

/** How far from a link the pointer may be. */
const LINK_REACH_PX = 7;

export class DiagramParameters {
  #canvas;
  #commands;
  #shown;
  #onPointed;
  #card;
  #editor;
  /** The link that is pointed at, -1 for none. */
  #link = -1;
  /** The unit at whose bias is pointed. @type {Unit|null} */
  #bias = null;
  /** The unit whose dialog is open: it stays on the map meanwhile. @type {Unit|null} */
  #openUnit = null;

  /**
   * @param {HTMLElement} root
   * @param {HTMLCanvasElement} canvas of the links
   * @param {import("../commands.js").Commands} commands
   * @param {Shown} shown
   * @param {() => void} onPointed told when another link is pointed at
   */
  constructor(root, canvas, commands, shown, onPointed) {
    this.#canvas = canvas;
    this.#commands = commands;
    this.#shown = shown;
    this.#onPointed = onPointed;
    this.#card = new ParameterCard(root);
    this.#editor = new ParameterEditor(root, commands, {
      valueOf: (parameter) => this.#valueOf(parameter),
      isFrozen: shown.isFrozen,
    }, () => {
      this.#openUnit = null;
      commands.hoverUnit(null);
    });
    canvas.addEventListener("pointermove", (event) => this.#point(event));
    canvas.addEventListener("pointerleave", () => this.leave());
    canvas.addEventListener("click", (event) => this.#click(event));
  }

  get link() {
    return this.#link;
  }

  get openUnit() {
    return this.#openUnit;
  }

  /** The values or what is frozen may have changed. */
  refresh() {
    this.#tellCard();
    if (this.#editor.isOpen) this.#editor.refresh();
  }

  /** There is another network: what was pointed at or open is not there any more. */
  forget() {
    this.leave();
    this.#editor.close();
    this.#commands.hoverUnit(null);
  }

  leave() {
    this.#turnTo(-1);
    this.#bias = null;
    this.#card.hide();
  }

  /**
   * @param {Unit|null} unit at whose bias is pointed
   * @param {number} x in pixels of the window
   * @param {number} y
   */
  pointBias(unit, x, y) {
    this.#bias = unit;
    this.#tellCard();
    if (unit === null) this.#card.hide();
    else this.#card.show(x, y);
  }

  /**
   * @param {Unit} unit
   * @param {HTMLElement} anchor
   */
  openBias({ layer, unit }, anchor) {
    this.#open([layer, unit, null], anchor.getBoundingClientRect());
  }

  /**
   * Opens all that goes into a unit.
   * @param {Unit} unit
   * @param {HTMLElement} anchor
   */
  openAll(unit, anchor) {
    const layout = this.#shown.layout();
    if (!layout) return;
    const before = unit.layer - 1;
    const drawn = layout.drawn[before] ?? 0;
    const units = layout.units[before] ?? 0;
    const config = this.#shown.config();
    const weights = Array.from({ length: drawn }, (_, input) => ({
      parameter: /** @type {Parameter} */ ([unit.layer, unit.unit, input]),
      name: words.diagram.weightFrom(unitName(config, { layer: before, unit: input })),
    }));
    const bias = { parameter: /** @type {Parameter} */ ([unit.layer, unit.unit, null]), name: words.diagram.biasAlone };
    this.#card.hide();
    this.#editor.open(words.diagram.parametersOf(unitName(config, unit)), [bias, ...weights],
      units > drawn ? words.diagram.onlyDrawn(drawn, units) : "", anchor.getBoundingClientRect(), anchor);
    this.#openUnit = unit;
    this.#commands.hoverUnit(unit);
  }

  /**
   * @param {Parameter} parameter
   * @param {{left: number, top: number, right: number, bottom: number}} anchor in pixels of the window
   */
  #open(parameter, anchor) {
    this.#card.hide();
    const name = parameter[2] === null ? words.diagram.biasAlone : words.diagram.weightAlone;
    this.#editor.open(parameterName(this.#shown.config(), parameter), [{ parameter, name }], "", anchor, null);
  }

  /** @param {Parameter} parameter */
  #valueOf(parameter) {
    const frame = this.#shown.frame();
    return frame && parameterValue(frame, parameter);
  }

  /** @param {MouseEvent} event */
  #linkUnder(event) {
    const layout = this.#shown.layout();
    return layout === null ? -1 : linkAt(layout.links, event.offsetX, event.offsetY, LINK_REACH_PX);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    if (event.pointerType === "touch") return;
    this.#turnTo(this.#linkUnder(event));
    this.#tellCard();
    if (this.#link >= 0) this.#card.show(event.clientX, event.clientY);
    else this.#card.hide();
  }

  /** @param {number} link */
  #turnTo(link) {
    if (link === this.#link) return;
    this.#link = link;
    this.#canvas.toggleAttribute("data-pointed", link >= 0);
    this.#onPointed();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const link = this.#linkUnder(event);
    const { clientX: x, clientY: y } = event;
    if (link >= 0) this.#open(this.parameterOf(link), { left: x, right: x, top: y, bottom: y });
  }

  #tellCard() {
    const bias = this.#bias;
    if (bias === null && this.#link < 0) return;
    const parameter = bias === null ? this.parameterOf(this.#link) : /** @type {Parameter} */ ([bias.layer, bias.unit, null]);
    this.#card.tell(parameterName(this.#shown.config(), parameter), this.#valueOf(parameter), this.#shown.isFrozen(parameter));
  }

  /**
   * @param {number} link
   * @returns {Parameter}
   */
  parameterOf(link) {
    const links = this.#shown.layout()?.links;
    return [links?.layer[link] ?? 0, links?.unit[link] ?? 0, links?.input[link] ?? 0];
  }
}

/**
 * @param {readonly Parameter[]} parameters
 * @returns {ReadonlySet<string>} their keys
 */
export function keysOf(parameters) {
  return new Set(parameters.map(parameterKey));
}
