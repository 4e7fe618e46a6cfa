/** Owns the way between the rows of a CSV file and points of the plane: scaled into it or left out, and written again. */

import { PLANE_LIMIT } from "./geometry.js";

/** @typedef {import("./csv.js").CsvTable} CsvTable */
/** @typedef {import("./csv.js").CsvRow} CsvRow */

/** Scaled points leave a margin to the plane's edge. */
export const SCALED_LIMIT = 5;
/** So small a share of the rows may be left out unasked. */
const FEW_SHARE = 0.1;
/** All rows but few in so small a share of the whole width or height: they are pressed together. */
const PRESSED_SHARE = 0.2;
/** Of fewer rows none is far from the others. */
const LEAST_ROWS = 4;

/**
 * @typedef {object} Placement
 * @property {{x: number, y: number, label: number, value: number|null}[]} points
 * @property {number} leftOut
 * @property {{x: Scale, y: Scale, value: Scale|null}|null} scales
 */
/** @typedef {{factor: number, shift: number, low: number, high: number}} Scale new = (old + shift) · factor, for numbers from low to high */

/**
 * @param {CsvTable} table
 * @returns {number} rows that lie outside the plane, or whose value is outside -1 to 1
 */
export function countOutside({ rows }) {
  return rows.filter((row) => !fits(row)).length;
}

/**
 * @param {CsvTable} table
 * @returns {CsvRow[]} the few rows that lie so far from all others that these, scaled with them, would be pressed together
 */
export function findFarRows({ rows }) {
  const far = new Set([...farAlong(rows, ({ x }) => x), ...farAlong(rows, ({ y }) => y)]);
  return rows.filter((row) => far.has(row));
}

/**
 * @param {CsvTable} table
 * @returns {boolean} whether points outside are better scaled than left out, as long as nobody has chosen
 */
export function isBetterScaled(table) {
  const share = countOutside(table) / table.rows.length;
  return share > FEW_SHARE && (share > 0.5 || findFarRows(table).length === 0);
}

/**
 * @param {CsvTable} table
 * @param {boolean} scaled all points scaled into the plane; otherwise those outside are left out
 * @returns {Placement}
 */
export function placePoints(table, scaled) {
  const labelOf = new Map(table.labels.map(({ text, label }) => [text, label]));
  const rows = scaled ? table.rows : table.rows.filter(fits);
  const valuesFit = rows.every(({ value }) => !(Math.abs(value) > 1));
  const scales = scaled ? {
    x: scaleOf(rows.map(({ x }) => x), SCALED_LIMIT), y: scaleOf(rows.map(({ y }) => y), SCALED_LIMIT),
    value: valuesFit ? null : scaleOf(rows.map(({ value }) => value), 1),
  } : null;
  return {
    points: rows.map(({ x, y, text, value }) => {
      const known = table.kind === "value" ? scale(value, scales?.value ?? null) : null;
      return {
        x: scale(x, scales?.x ?? null), y: scale(y, scales?.y ?? null),
        label: known === null ? labelOf.get(text) ?? 0 : Number(known > 0), value: known,
      };
    }),
    leftOut: table.rows.length - rows.length,
    scales,
  };
}

/**
 * @param {import("./document.js").Confirmed} confirmed
 * @param {readonly import("./document.js").Point[]} points
 * @param {boolean} regression whether the third column is the value
 * @returns {string} a CSV file with header: x, y, label or value, split
 */
export function writeCsv(confirmed, points, regression) {
  const lines = points.map((point) => {
    const third = regression ? String(point.value ?? 0) : String(point.label);
    return `${point.x},${point.y},${third},${confirmed.get(point.key)?.split ?? "train"}`;
  });
  return [`x,y,${regression ? "value" : "label"},split`, ...lines, ""].join("\r\n");
}

/** @param {CsvRow} row */
function fits({ x, y, value }) {
  return Math.abs(x) <= PLANE_LIMIT && Math.abs(y) <= PLANE_LIMIT && !(Math.abs(value) > 1);
}

/**
 * @param {readonly number[]} numbers
 * @param {number} limit
 * @returns {Scale} brings them between -limit and limit
 */
function scaleOf(numbers, limit) {
  const low = numbers.reduce((least, number) => Math.min(least, number), Infinity);
  const high = numbers.reduce((most, number) => Math.max(most, number), -Infinity);
  const factor = limit / (high / 2 - low / 2);
  return { factor: Number.isFinite(factor) ? factor : 1, shift: -(low / 2 + high / 2), low, high };
}

/**
 * @param {readonly CsvRow[]} rows
 * @param {(row: CsvRow) => number} along
 * @returns {CsvRow[]} those outside the narrowest stretch of one axis that holds all rows but few, if it is so narrow
 */
function farAlong(rows, along) {
  if (rows.length < LEAST_ROWS) return [];
  const sorted = rows.map(along).sort((one, other) => one - other);
  const kept = rows.length - Math.max(1, Math.floor(rows.length * FEW_SHARE));
  let [low, high] = [sorted[0] ?? 0, sorted[kept - 1] ?? 0];
  for (let last = kept; last < sorted.length; last += 1) {
    const [from, to] = [sorted[last - kept + 1] ?? 0, sorted[last] ?? 0];
    if (to / 2 - from / 2 < high / 2 - low / 2) [low, high] = [from, to];
  }
  const [whole, stretch] = [(sorted.at(-1) ?? 0) / 2 - (sorted[0] ?? 0) / 2, high / 2 - low / 2];
  if (stretch >= whole * PRESSED_SHARE) return [];
  // What follows the stretch closely belongs to it.
  const reach = whole * PRESSED_SHARE;
  return rows.filter((row) => along(row) / 2 < low / 2 - reach || along(row) / 2 > high / 2 + reach);
}

/**
 * @param {number} number
 * @param {Scale|null} by
 */
function scale(number, by) {
  return by === null ? number : (number + by.shift) * by.factor;
}
