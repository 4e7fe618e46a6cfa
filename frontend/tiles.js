/** Owns the pixels of the small maps: signed cells to colours through one table, and the features' own maps from their formulas. */

import { PLANE_LIMIT } from "./geometry.js";

/** @typedef {"x1"|"x2"|"x1_squared"|"x2_squared"|"x1_x2"|"sin_x1"|"sin_x2"} FeatureName */

const SQUARE = PLANE_LIMIT ** 2;

/** What each feature makes of a place, over the most that it gives on the plane. @type {Readonly<Record<FeatureName, (x: number, y: number) => number>>} */
const FORMULAS = Object.freeze({
  x1: (x) => x / PLANE_LIMIT,
  x2: (_, y) => y / PLANE_LIMIT,
  x1_squared: (x) => (x * x) / SQUARE,
  x2_squared: (_, y) => (y * y) / SQUARE,
  x1_x2: (x, y) => (x * y) / SQUARE,
  sin_x1: (x) => Math.sin(x),
  sin_x2: (_, y) => Math.sin(y),
});

/** All input features, in the order in which they stand. */
export const FEATURES = Object.freeze(/** @type {FeatureName[]} */ (Object.keys(FORMULAS)));

/**
 * @param {FeatureName} name
 * @param {number} side cells along a side
 * @returns {Uint8Array} signed cells, row by row from the top left corner of the plane
 */
export function featureTile(name, side) {
  const formula = FORMULAS[name];
  const step = (2 * PLANE_LIMIT) / side;
  return Uint8Array.from({ length: side * side }, (_, index) => {
    const x = -PLANE_LIMIT + ((index % side) + 0.5) * step;
    const y = PLANE_LIMIT - (Math.floor(index / side) + 0.5) * step;
    return Math.round(127.5 * (formula(x, y) + 1));
  });
}

/**
 * @param {Uint32Array} pixels one for each cell
 * @param {Uint8Array} cells
 * @param {Uint32Array} lookup a pixel for each of the 256 cells
 */
export function paintCells(pixels, cells, lookup) {
  for (let index = 0; index < cells.length; index += 1) {
    pixels[index] = /** @type {number} */ (lookup[/** @type {number} */ (cells[index])]);
  }
}
