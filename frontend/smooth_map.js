/**
 * Owns the smooth picture of a map: a cell becomes CELL_PIXELS × CELL_PIXELS pixels, so that no cell shows. Everything is reckoned in
 * whole numbers and kept in rows that only grow: a map costs no memory, of whatever size it is.
 *
 * First the corners are taken off the cells: each becomes a mean of itself and its neighbours. Then doubling with the weights 3/4 and
 * 1/4, as Chaikin cuts corners (Computer Graphics and Image Processing 3, 1974): twice, done at once, it weighs three cells in a row
 * with sixteenths, and repeated it tends to a quadratic B-spline.
 */

import { cellClass, cellConfidence, cellSigned } from "./frames.js";

const CONFIDENCE_LEVELS = 31;
/** Pixels of the smooth picture in one cell, along each side. */
export const CELL_PIXELS = 4;
/** Shades on each side of the ground: more than a screen tells apart. */
export const RAMP_STEPS = 255;

/** A step of the ramp is so many parts of a level, so that little is lost where cells are mixed. */
const PARTS = 16;
const LEVEL_SHIFT = Math.log2(PARTS);
/** What mixing multiplies by: taking off the corners by 4 along each axis, the doublings by 16. */
const SOFT_SHIFT = 4;
const SPLINE_SHIFT = 8;
const SHADE_SHIFT = LEVEL_SHIFT + SOFT_SHIFT + SPLINE_SHIFT;
const HALF_A_SHADE = 1 << (SHADE_SHIFT - 1);

/** Two channels of a pixel at once, each with eight bits above it for what mixing multiplies by. */
const TWO_CHANNELS = 0xff00ff;
const HALF_OF_TWO = 0x800080;
/** How much of a mean of colours is the cell itself and how much each neighbour, in sixty-fourths: as a blur of 0.56 cells weighs. */
const HERE = 44;
const BESIDE = 10;
const BLUR_SHIFT = 6;
const HALF_OF_TWO_BLURRED = 0x200020;

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

/**
 * @param {Int32Array} field written
 * @param {Uint8Array} cells
 * @param {Int32Array} levels
 */
function lookUpLevels(field, cells, levels) {
  for (let at = 0; at < cells.length; at += 1) field[at] = /** @type {number} */ (levels[/** @type {number} */ (cells[at])]);
}

/**
 * @param {Int32Array} field written
 * @param {Uint8Array} cells
 * @param {Uint32Array} lookup
 * @param {number} shift 0 for red and blue, 8 for green and alpha
 */
function lookUpChannels(field, cells, lookup, shift) {
  for (let at = 0; at < cells.length; at += 1) {
    field[at] = (/** @type {number} */ (lookup[/** @type {number} */ (cells[at])]) >>> shift) & TWO_CHANNELS;
  }
}

/**
 * Takes the corners off the cells: each becomes four times the mean of a half of itself and a quarter of its neighbours, along both axes.
 * @param {Int32Array} field read and written
 * @param {Int32Array} across at least as long
 * @param {number} width
 * @param {number} height
 */
function soften(field, across, width, height) {
  const cells = width * height;
  for (let row = 0; row < cells; row += width) {
    const last = row + width - 1;
    let left = /** @type {number} */ (field[row]);
    let here = left;
    for (let at = row; at <= last; at += 1) {
      const right = /** @type {number} */ (field[at < last ? at + 1 : last]);
      across[at] = left + 2 * here + right;
      left = here;
      here = right;
    }
  }
  for (let at = 0; at < cells; at += 1) {
    const above = /** @type {number} */ (across[at >= width ? at - width : at]);
    const below = /** @type {number} */ (across[at + width < cells ? at + width : at]);
    field[at] = above + 2 * /** @type {number} */ (across[at]) + below;
  }
}

/**
 * The same for two channels at once, with the weights of a blur, and without multiplying.
 * @param {Int32Array} field read and written
 * @param {Int32Array} across at least as long
 * @param {number} width
 * @param {number} height
 */
function blurChannels(field, across, width, height) {
  const cells = width * height;
  for (let row = 0; row < cells; row += width) {
    const last = row + width - 1;
    let left = /** @type {number} */ (field[row]);
    let here = left;
    for (let at = row; at <= last; at += 1) {
      const right = /** @type {number} */ (field[at < last ? at + 1 : last]);
      across[at] = ((BESIDE * (left + right) + HERE * here + HALF_OF_TWO_BLURRED) >> BLUR_SHIFT) & TWO_CHANNELS;
      left = here;
      here = right;
    }
  }
  for (let at = 0; at < cells; at += 1) {
    const above = /** @type {number} */ (across[at >= width ? at - width : at]);
    const below = /** @type {number} */ (across[at + width < cells ? at + width : at]);
    field[at] = ((BESIDE * (above + below) + HERE * /** @type {number} */ (across[at]) + HALF_OF_TWO_BLURRED) >> BLUR_SHIFT) & TWO_CHANNELS;
  }
}

/**
 * Two doublings of a row at once.
 * @param {Int32Array} field
 * @param {number} start of the row in it
 * @param {number} width of the row
 * @param {Int32Array} wide written: CELL_PIXELS times as long
 */
function widen(field, start, width, wide) {
  const last = start + width - 1;
  let left = /** @type {number} */ (field[start]);
  let here = left;
  let to = 0;
  for (let at = start; at <= last; at += 1) {
    const right = /** @type {number} */ (field[at < last ? at + 1 : last]);
    wide[to] = 10 * here + 6 * left;
    wide[to + 1] = 12 * here + 3 * left + right;
    wide[to + 2] = 12 * here + left + 3 * right;
    wide[to + 3] = 10 * here + 6 * right;
    to += CELL_PIXELS;
    left = here;
    here = right;
  }
}

/**
 * Two doublings down a row of cells, and from there to its CELL_PIXELS rows of pixels.
 * @param {Int32Array} above the widened rows
 * @param {Int32Array} here
 * @param {Int32Array} below
 * @param {Uint32Array} ramp
 * @param {Uint32Array} pixels written
 * @param {number} across pixels in a row
 * @param {number} start of the first of the rows
 */
function mixShades(above, here, below, ramp, pixels, across, start) {
  const second = start + across;
  const third = second + across;
  const fourth = third + across;
  for (let x = 0; x < across; x += 1) {
    const up = /** @type {number} */ (above[x]);
    const middle = /** @type {number} */ (here[x]);
    const down = /** @type {number} */ (below[x]);
    const most = 12 * middle + up + down + HALF_A_SHADE;
    pixels[start + x] = /** @type {number} */ (ramp[(10 * middle + 6 * up + HALF_A_SHADE) >> SHADE_SHIFT]);
    pixels[second + x] = /** @type {number} */ (ramp[(most + 2 * up) >> SHADE_SHIFT]);
    pixels[third + x] = /** @type {number} */ (ramp[(most + 2 * down) >> SHADE_SHIFT]);
    pixels[fourth + x] = /** @type {number} */ (ramp[(10 * middle + 6 * down + HALF_A_SHADE) >> SHADE_SHIFT]);
  }
}

/**
 * The same with two channels at once: all sixteen bits of each are used, so that the upper one reaches into the sign.
 * @param {Int32Array} above the widened rows
 * @param {Int32Array} here
 * @param {Int32Array} below
 * @param {number} shift 0 writes pixels of red and blue, 8 adds green and alpha to them
 * @param {Uint32Array} pixels written
 * @param {number} across pixels in a row
 * @param {number} start of the first of the rows
 */
function mixChannels(above, here, below, shift, pixels, across, start) {
  const kept = shift === 0 ? 0 : TWO_CHANNELS;
  const second = start + across;
  const third = second + across;
  const fourth = third + across;
  for (let x = 0; x < across; x += 1) {
    const up = /** @type {number} */ (above[x]);
    const middle = /** @type {number} */ (here[x]);
    const down = /** @type {number} */ (below[x]);
    const ends = (Math.imul(10, middle) + HALF_OF_TWO) | 0;
    const most = (Math.imul(12, middle) + up + down + HALF_OF_TWO) | 0;
    pixels[start + x] = (/** @type {number} */ (pixels[start + x]) & kept) | (((ends + Math.imul(6, up)) >>> 8 & TWO_CHANNELS) << shift);
    pixels[second + x] = (/** @type {number} */ (pixels[second + x]) & kept) | (((most + Math.imul(2, up)) >>> 8 & TWO_CHANNELS) << shift);
    pixels[third + x] = (/** @type {number} */ (pixels[third + x]) & kept) | (((most + Math.imul(2, down)) >>> 8 & TWO_CHANNELS) << shift);
    pixels[fourth + x] = (/** @type {number} */ (pixels[fourth + x]) & kept) | (((ends + Math.imul(6, down)) >>> 8 & TWO_CHANNELS) << shift);
  }
}
