/** Owns what a confusion matrix says of each class. Rows are actual classes, columns predicted ones. */

/** @typedef {{precision: number|null, recall: number|null, support: number}} ClassFigures null: nothing to take a share of */

/**
 * @param {readonly (readonly number[])[]} matrix (classes, classes) counts
 * @returns {ClassFigures[]}
 */
export function classFigures(matrix) {
  return matrix.map((row, label) => {
    const right = row[label] ?? 0;
    const support = row.reduce((sum, count) => sum + count, 0);
    const predicted = matrix.reduce((sum, other) => sum + (other[label] ?? 0), 0);
    return { precision: predicted > 0 ? right / predicted : null, recall: support > 0 ? right / support : null, support };
  });
}

/**
 * @param {readonly (readonly number[])[]} matrix
 * @returns {number[][]} each count's share of its row, 0 in an empty row
 */
export function rowShares(matrix) {
  return matrix.map((row) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (support > 0 ? count / support : 0));
  });
}

const LOWEST_EXPONENT = -8;
const HIGHEST_EXPONENT = 2;

/**
 * @param {number|null} norm of a gradient
 * @returns {number} 0 to 1: how long its bar is, on a logarithmic scale from 10⁻⁸ to 100
 */
export function barOfNorm(norm) {
  if (norm === null || !(norm > 0)) return 0;
  const exponent = Math.min(HIGHEST_EXPONENT, Math.max(LOWEST_EXPONENT, Math.log10(norm)));
  return (exponent - LOWEST_EXPONENT) / (HIGHEST_EXPONENT - LOWEST_EXPONENT);
}
