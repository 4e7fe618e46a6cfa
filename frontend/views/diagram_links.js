/**
 * Draws the links of the network's diagram on one canvas: width for the size of a weight, colour for its sign, dashes and a lock for
 * a frozen one. Strong links lie over faint ones.
 */

import { linkWidth, shadeColors, shadeOf, SHADES } from "../shades.js";
import { placeOnLink } from "../network_layout.js";
import { context2d } from "./elements.js";

/** @typedef {import("../network_layout.js").NetworkLayout} NetworkLayout */

const FULL_TILE = 46;
const DASHES = [5, 4];

export class LinkCanvas {
  #canvas;
  #context;
  /** @type {NetworkLayout|null} */
  #layout = null;
  #ratio = 1;
  #shades = new Uint8Array(0);
  /** Links by strength, the faintest first. */
  #order = new Uint16Array(0);
  #starts = new Uint16Array(2 * SHADES + 3);
  /** @type {readonly string[]} */
  #colors = [];
  #ink = "#000000";
  #ground = "#ffffff";
  /** Links that are frozen, as marked on them. */
  #frozen = new Uint8Array(0);

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = context2d(canvas);
  }

  /**
   * @param {NetworkLayout} layout
   * @param {number} ratio device pixels in a CSS pixel
   */
  arrange(layout, ratio) {
    this.#layout = layout;
    this.#ratio = ratio;
    const { width, height, links } = layout;
    const pixels = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    if (this.#canvas.width !== pixels.width || this.#canvas.height !== pixels.height) Object.assign(this.#canvas, pixels);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#shades = new Uint8Array(links.count);
    this.#order = new Uint16Array(links.count);
    this.#frozen = new Uint8Array(links.count);
  }

  /** @param {import("../colors.js").Theme} theme */
  setTheme(theme) {
    this.#colors = shadeColors(theme);
    this.#ink = theme.ink;
    this.#ground = theme.hollow;
  }

  /** @param {(link: number) => boolean} isFrozen */
  markFrozen(isFrozen) {
    for (let link = 0; link < this.#frozen.length; link += 1) this.#frozen[link] = Number(isFrozen(link));
  }

  /**
   * @param {Float32Array|null} weights in the order of the links; null: not known
   * @param {number} pointed the link that is pointed at, -1 for none
   */
  paint(weights, pointed) {
    if (!this.#layout) return;
    const context = this.#context;
    const { width, height, tileSide } = this.#layout;
    const scale = Math.min(1, tileSide / FULL_TILE);
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#sort(weights);
    // Shades in order of strength: SHADES, then the two that are one step away from it, …
    for (let strength = 0; strength <= SHADES; strength += 1) {
      this.#stroke(SHADES - strength, scale);
      if (strength > 0) this.#stroke(SHADES + strength, scale);
    }
    this.#drawFrozen(scale);
    if (pointed >= 0 && pointed < this.#shades.length) this.#point(pointed, scale);
  }

  /**
   * Counts how many links have each shade and puts them in that order.
   * @param {Float32Array|null} weights
   */
  #sort(weights) {
    const shades = this.#shades;
    const starts = this.#starts.fill(0);
    for (let link = 0; link < shades.length; link += 1) {
      const shade = weights === null ? SHADES : shadeOf(/** @type {number} */ (weights[link]));
      shades[link] = shade;
      starts[shade + 2] = /** @type {number} */ (starts[shade + 2]) + 1;
    }
    for (let shade = 2; shade < starts.length; shade += 1) starts[shade] = /** @type {number} */ (starts[shade]) + /** @type {number} */ (starts[shade - 1]);
    for (let link = 0; link < shades.length; link += 1) {
      const shade = /** @type {number} */ (shades[link]);
      const at = /** @type {number} */ (starts[shade + 1]);
      this.#order[at] = link;
      starts[shade + 1] = at + 1;
    }
  }

  /**
   * All links of one shade that are not frozen.
   * @param {number} shade
   * @param {number} scale
   */
  #stroke(shade, scale) {
    const begin = /** @type {number} */ (this.#starts[shade]);
    const end = /** @type {number} */ (this.#starts[shade + 1]);
    const context = this.#context;
    context.strokeStyle = this.#colors[shade] ?? "";
    context.lineWidth = linkWidth(shade, scale);
    for (let at = begin; at < end; at += 1) {
      const link = /** @type {number} */ (this.#order[at]);
      if (this.#frozen[link] !== 0) continue;
      // One by one: a stroke of all of them together takes a browser longer, for its bounds are those of the whole diagram.
      context.beginPath();
      this.#trace(link);
      context.stroke();
    }
  }

  /** @param {number} link */
  #trace(link) {
    const { x0, y0, x1, y1 } = /** @type {NetworkLayout} */ (this.#layout).links;
    const fromX = /** @type {number} */ (x0[link]);
    const fromY = /** @type {number} */ (y0[link]);
    const toX = /** @type {number} */ (x1[link]);
    const toY = /** @type {number} */ (y1[link]);
    const middle = (fromX + toX) / 2;
    this.#context.moveTo(fromX, fromY);
    this.#context.bezierCurveTo(middle, fromY, middle, toY, toX, toY);
  }

  /** @param {number} scale */
  #drawFrozen(scale) {
    const context = this.#context;
    for (let link = 0; link < this.#frozen.length; link += 1) {
      if (this.#frozen[link] === 0) continue;
      const shade = /** @type {number} */ (this.#shades[link]);
      context.beginPath();
      this.#trace(link);
      context.setLineDash(DASHES);
      context.strokeStyle = this.#colors[shade] ?? "";
      context.lineWidth = Math.max(1.5, linkWidth(shade, scale));
      context.stroke();
      context.setLineDash([]);
      this.#lock(link);
    }
  }

  /** @param {number} link */
  #lock(link) {
    const context = this.#context;
    // Not in the middle, where the links of a layer cross.
    const { x, y } = placeOnLink(/** @type {NetworkLayout} */ (this.#layout).links, link, 0.76);
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    context.fillStyle = this.#ground;
    context.fill();
    context.fillStyle = this.#ink;
    context.fillRect(x - 3.5, y - 1, 7, 5);
    context.beginPath();
    context.arc(x, y - 1, 2.2, Math.PI, 0);
    context.strokeStyle = this.#ink;
    context.lineWidth = 1.3;
    context.stroke();
  }

  /**
   * @param {number} link
   * @param {number} scale
   */
  #point(link, scale) {
    const context = this.#context;
    const shade = /** @type {number} */ (this.#shades[link]);
    const width = Math.max(2, linkWidth(shade, scale));
    context.beginPath();
    this.#trace(link);
    context.strokeStyle = this.#ink;
    context.lineWidth = width + 3;
    context.stroke();
    context.strokeStyle = this.#colors[shade] ?? "";
    context.lineWidth = width;
    context.stroke();
  }
}
