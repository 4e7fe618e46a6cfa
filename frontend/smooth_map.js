/**
 * Owns the smooth map of two classes: cells become signed certainties, and the picture in between runs from one class through the
 * ground to the other. Mixing the cells' colours instead would bead a sharp boundary: it is faint only where it meets a cell.
 */

const LEVELS = 31;
/** Pixels of the smooth map in one cell, along each side. */
export const CELL_PIXELS = 4;

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
 * @param {Uint8Array} cells encoding 1, only classes 0 and 1
 * @param {number} width in cells
 * @param {number} height in cells
 * @returns {Float32Array} from -1 (certain 0) to 1 (certain 1), CELL_PIXELS times as wide and high
 */
export function smoothSigned(cells, width, height) {
  const signed = new Float32Array(cells.length);
  for (let index = 0; index < cells.length; index += 1) {
    const cell = /** @type {number} */ (cells[index]);
    signed[index] = (cell & LEVELS) / (cell >> 5 === 1 ? LEVELS : -LEVELS);
  }
  /** @type {Float32Array} */
  let field = soften(signed, width, height);
  for (let scale = 1; scale < CELL_PIXELS; scale *= 2) field = double(field, width * scale, height * scale);
  return field;
}

/**
 * Takes the corners off the cells: each becomes a quarter of its neighbours and a half of itself, along both axes.
 * @param {Float32Array} field
 * @param {number} width
 * @param {number} height
 */
function soften(field, width, height) {
  const across = new Float32Array(field.length);
  const both = new Float32Array(field.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const left = x > 0 ? at - 1 : at;
      const right = x < width - 1 ? at + 1 : at;
      across[at] = ((field[left] ?? 0) + 2 * (field[at] ?? 0) + (field[right] ?? 0)) / 4;
    }
  }
  for (let at = 0; at < field.length; at += 1) {
    const above = at >= width ? at - width : at;
    const below = at + width < field.length ? at + width : at;
    both[at] = ((across[above] ?? 0) + 2 * (across[at] ?? 0) + (across[below] ?? 0)) / 4;
  }
  return both;
}

/**
 * @param {Float32Array} field
 * @param {number} width
 * @param {number} height
 */
function double(field, width, height) {
  const wide = new Float32Array(2 * field.length);
  const both = new Float32Array(4 * field.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const here = 0.75 * (field[at] ?? 0);
      wide[2 * at] = here + 0.25 * (field[x > 0 ? at - 1 : at] ?? 0);
      wide[2 * at + 1] = here + 0.25 * (field[x < width - 1 ? at + 1 : at] ?? 0);
    }
  }
  const row = 2 * width;
  for (let y = 0; y < height; y += 1) {
    const above = y > 0 ? -row : 0;
    const below = y < height - 1 ? row : 0;
    for (let x = 0; x < row; x += 1) {
      const from = y * row + x;
      const to = 2 * y * row + x;
      const here = 0.75 * (wide[from] ?? 0);
      both[to] = here + 0.25 * (wide[from + above] ?? 0);
      both[to + row] = here + 0.25 * (wide[from + below] ?? 0);
    }
  }
  return both;
}
