/**
 * Owns the smooth map of one signed quantity: cells become numbers from -1 to 1, and the picture in between runs from one end
 * through the ground to the other. Mixing the cells' colours instead would bead a sharp boundary: it is faint only where it meets
 * a cell. All buffers are made once for a size: a map costs no memory.
 */

import { cellClass, cellConfidence, cellSigned } from "./frames.js";

const LEVELS = 31;
/** Pixels of the smooth map in one cell, along each side. */
export const CELL_PIXELS = 4;

/** What a cell of two classes says: from -1 (certain 0) to 1 (certain 1). */
export const CERTAINTIES = Float32Array.from({ length: 256 }, (_, cell) => cellConfidence(cell) / (cellClass(cell) === 1 ? LEVELS : -LEVELS));
/** What a signed cell says. */
export const SIGNED_VALUES = Float32Array.from({ length: 256 }, (_, cell) => cellSigned(cell));

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

/**
 * Doubling with the weights 3/4 and 1/4 cuts corners as Chaikin does (Computer Graphics and Image Processing 3, 1974): repeated, it
 * tends to a quadratic B-spline.
 */
export class SmoothMap {
  #width;
  #height;
  #signed;
  #across;
  /** Between two doublings: one that is twice as wide, one that is twice as wide and high. */
  #wide;
  #fields;

  /**
   * @param {number} width in cells
   * @param {number} height in cells
   */
  constructor(width, height) {
    this.#width = width;
    this.#height = height;
    this.#signed = new Float32Array(width * height);
    this.#across = new Float32Array(width * height);
    const doublings = Array.from({ length: Math.log2(CELL_PIXELS) }, (_, index) => 4 ** index * width * height);
    this.#wide = doublings.map((cells) => new Float32Array(2 * cells));
    this.#fields = doublings.map((cells) => new Float32Array(4 * cells));
  }

  /**
   * @param {Uint8Array} cells
   * @param {Float32Array} values what each of the 256 cells says, -1 to 1
   * @returns {Float32Array} -1 to 1, CELL_PIXELS times as wide and high; overwritten by the next map
   */
  smooth(cells, values) {
    const signed = this.#signed;
    for (let index = 0; index < signed.length; index += 1) {
      signed[index] = /** @type {number} */ (values[/** @type {number} */ (cells[index])]);
    }
    soften(signed, this.#across, this.#width, this.#height);
    let field = signed;
    this.#fields.forEach((finer, doubling) => {
      const scale = 2 ** doubling;
      double(field, /** @type {Float32Array} */ (this.#wide[doubling]), finer, this.#width * scale, this.#height * scale);
      field = finer;
    });
    return field;
  }
}

/**
 * Takes the corners off the cells: each becomes a quarter of its neighbours and a half of itself, along both axes.
 * @param {Float32Array} field read and written
 * @param {Float32Array} across of the same length
 * @param {number} width
 * @param {number} height
 */
function soften(field, across, width, height) {
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    let left = /** @type {number} */ (field[row]);
    let here = left;
    for (let x = 0; x < width; x += 1) {
      const right = /** @type {number} */ (field[x < width - 1 ? row + x + 1 : row + x]);
      across[row + x] = (left + 2 * here + right) / 4;
      left = here;
      here = right;
    }
  }
  for (let at = 0; at < field.length; at += 1) {
    const above = /** @type {number} */ (across[at >= width ? at - width : at]);
    const below = /** @type {number} */ (across[at + width < field.length ? at + width : at]);
    field[at] = (above + 2 * /** @type {number} */ (across[at]) + below) / 4;
  }
}

/**
 * @param {Float32Array} field
 * @param {Float32Array} wide twice as long: doubled along x only
 * @param {Float32Array} both four times as long: the outcome
 * @param {number} width of field
 * @param {number} height of field
 */
function double(field, wide, both, width, height) {
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    let left = /** @type {number} */ (field[row]);
    let here = left;
    for (let x = 0; x < width; x += 1) {
      const right = /** @type {number} */ (field[x < width - 1 ? row + x + 1 : row + x]);
      const most = 0.75 * here;
      wide[2 * (row + x)] = most + 0.25 * left;
      wide[2 * (row + x) + 1] = most + 0.25 * right;
      left = here;
      here = right;
    }
  }
  const row = 2 * width;
  for (let y = 0; y < height; y += 1) {
    const above = y > 0 ? -row : 0;
    const below = y < height - 1 ? row : 0;
    for (let x = 0; x < row; x += 1) {
      const from = y * row + x;
      const to = from + y * row;
      const most = 0.75 * /** @type {number} */ (wide[from]);
      both[to] = most + 0.25 * /** @type {number} */ (wide[from + above]);
      both[to + row] = most + 0.25 * /** @type {number} */ (wide[from + below]);
    }
  }
}
