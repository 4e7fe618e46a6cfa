/**
 * Owns how a row of cells becomes rows of pixels, reckoned in whole numbers.
 *
 * First the corners are taken off the cells: each becomes a mean of itself and its neighbours. Then doubling with the weights 3/4 and
 * 1/4, as Chaikin cuts corners (Computer Graphics and Image Processing 3, 1974): twice, done at once, it weighs three cells in a row
 * with sixteenths, and repeated it tends to a quadratic B-spline.
 */

/** Pixels of the smooth picture in one cell, along each side. */
export const CELL_PIXELS = 4;
/** A step of the ramp is so many parts of a level, so that little is lost where cells are mixed. */
export const PARTS = 16;

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
 * @param {Int32Array} field written
 * @param {Uint8Array} cells
 * @param {Int32Array} levels
 */
export function lookUpLevels(field, cells, levels) {
  for (let at = 0; at < cells.length; at += 1) field[at] = /** @type {number} */ (levels[/** @type {number} */ (cells[at])]);
}

/**
 * @param {Int32Array} field written
 * @param {Uint8Array} cells
 * @param {Uint32Array} lookup
 * @param {number} shift 0 for red and blue, 8 for green and alpha
 */
export function lookUpChannels(field, cells, lookup, shift) {
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
export function soften(field, across, width, height) {
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
export function blurChannels(field, across, width, height) {
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
export function widen(field, start, width, wide) {
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
export function mixShades(above, here, below, ramp, pixels, across, start) {
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
export function mixChannels(above, here, below, shift, pixels, across, start) {
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
