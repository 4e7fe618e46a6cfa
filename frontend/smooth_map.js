/**
 * Owns the smooth picture of a map: a cell becomes CELL_PIXELS × CELL_PIXELS pixels, so that no cell shows. It keeps rows that only grow: a
 * map costs no memory, of whatever size it is.
 */

import { cellClass, cellConfidence, cellSigned } from "./frames.js";
import { blurChannels, CELL_PIXELS, lookUpChannels, lookUpLevels, mixChannels, mixShades, PARTS, soften, widen } from "./smoothing.js";

const CONFIDENCE_LEVELS = 31;
/** Shades on each side of the ground: more than a screen tells apart. */
export const RAMP_STEPS = 255;

/**
 * @param {(cell: number) => number} value of a cell, -1 to 1
 * @returns {Int32Array} what each of the 256 cells says, from 0 to 2 RAMP_STEPS steps of the ramp, in PARTS of a step
 */
function levelsOf(value) {
  return Int32Array.from({ length: 256 }, (_, cell) => Math.round((value(cell) + 1) * RAMP_STEPS * PARTS));
}

/** What a cell of two classes says: from certain 0 to certain 1. */
export const CERTAINTIES = levelsOf((cell) => cellConfidence(cell) / (cellClass(cell) === 1 ? CONFIDENCE_LEVELS : -CONFIDENCE_LEVELS));
/** What a signed cell says: from -1 to 1. */
export const SIGNED_LEVELS = levelsOf(cellSigned);

/**
 * @param {Uint8Array} cells encoding 1
 * @returns {boolean} whether no class but 0 and 1 wins anywhere
 */
export function hasTwoClasses(cells) {
  for (let index = 0; index < cells.length; index += 1) {
    if (/** @type {number} */ (cells[index]) >= 2 << 5) return false;
  }
  return true;
}

/** The smooth picture of one signed quantity, and that of classes. */
export class SmoothMap {
  /** What each cell says, row by row. */
  #field = new Int32Array(0);
  #across = new Int32Array(0);
  /** Three rows of cells, each as wide as the picture. */
  #above = new Int32Array(0);
  #here = new Int32Array(0);
  #below = new Int32Array(0);

  /**
   * One signed quantity: cells become numbers, and the picture in between runs from one end of the ramp through the ground to the
   * other. Mixing the cells' colours instead would bead a sharp boundary: it is faint only where it meets a cell.
   * @param {Uint8Array} cells
   * @param {number} width in cells
   * @param {number} height in cells
   * @param {Int32Array} levels what each of the 256 cells says
   * @param {Uint32Array} ramp a pixel for each step, 2 RAMP_STEPS + 1
   * @param {Uint32Array} pixels written: CELL_PIXELS times as wide and high
   */
  paintSigned(cells, width, height, levels, ramp, pixels) {
    this.#makeRoom(width, height);
    lookUpLevels(this.#field, cells, levels);
    soften(this.#field, this.#across, width, height);
    this.#widenFirst(width);
    for (let y = 0; y < height; y += 1) {
      this.#widenNext(y, width, height);
      mixShades(this.#above, this.#here, this.#below, ramp, pixels, width * CELL_PIXELS, y * CELL_PIXELS ** 2 * width);
    }
  }

  /**
   * Several classes have no common scale: their colours are mixed.
   * @param {Uint8Array} cells encoding 1
   * @param {number} width in cells
   * @param {number} height in cells
   * @param {Uint32Array} lookup a pixel for each of the 256 cells
   * @param {Uint32Array} pixels written: CELL_PIXELS times as wide and high
   */
  paintColors(cells, width, height, lookup, pixels) {
    this.#makeRoom(width, height);
    for (let shift = 0; shift <= 8; shift += 8) {
      lookUpChannels(this.#field, cells, lookup, shift);
      blurChannels(this.#field, this.#across, width, height);
      this.#widenFirst(width);
      for (let y = 0; y < height; y += 1) {
        this.#widenNext(y, width, height);
        mixChannels(this.#above, this.#here, this.#below, shift, pixels, width * CELL_PIXELS, y * CELL_PIXELS ** 2 * width);
      }
    }
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #makeRoom(width, height) {
    if (this.#field.length < width * height) {
      this.#field = new Int32Array(width * height);
      this.#across = new Int32Array(width * height);
    }
    if (this.#here.length < width * CELL_PIXELS) {
      this.#above = new Int32Array(width * CELL_PIXELS);
      this.#here = new Int32Array(width * CELL_PIXELS);
      this.#below = new Int32Array(width * CELL_PIXELS);
    }
  }

  /**
   * The row above the first one is the first one itself.
   * @param {number} width
   */
  #widenFirst(width) {
    widen(this.#field, 0, width, this.#here);
    widen(this.#field, 0, width, this.#below);
  }

  /**
   * Turns to a row: the one below the last one is the last one itself.
   * @param {number} y of the row
   * @param {number} width
   * @param {number} height
   */
  #widenNext(y, width, height) {
    const free = this.#above;
    this.#above = this.#here;
    this.#here = this.#below;
    this.#below = free;
    widen(this.#field, Math.min(y + 1, height - 1) * width, width, free);
  }
}
