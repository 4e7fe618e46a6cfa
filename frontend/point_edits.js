/** Owns what can be done to many points at once, as functions of the points: move, relabel, flip labels, go to the other problem. */

import { movedPoint } from "./document.js";
import { PLANE_LIMIT } from "./geometry.js";

/** @typedef {import("./document.js").Point} Point */
/** @typedef {{x0: number, y0: number, x1: number, y1: number}} Band a rectangle on the plane, by two opposite corners */
/** @typedef {() => number} Random from 0 to 1 */

/**
 * @param {readonly Point[]} points
 * @param {Band} band
 * @returns {ReadonlySet<number>} the keys of the points in it
 */
export function keysWithin(points, { x0, y0, x1, y1 }) {
  const [left, right, low, high] = [Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)];
  return new Set(points.filter(({ x, y }) => x >= left && x <= right && y >= low && y <= high).map(({ key }) => key));
}

/**
 * @param {readonly Point[]} points
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @returns {ReadonlySet<number>} the keys of the points in the disc
 */
export function keysAround(points, x, y, radius) {
  return new Set(points.filter((point) => Math.hypot(point.x - x, point.y - y) <= radius).map(({ key }) => key));
}

/**
 * @param {readonly Point[]} points
 * @returns {Band|null} the rectangle that just holds them, null where there are none
 */
export function bandAround(points) {
  if (points.length === 0) return null;
  return points.reduce((band, { x, y }) => ({
    x0: Math.min(band.x0, x), y0: Math.min(band.y0, y), x1: Math.max(band.x1, x), y1: Math.max(band.y1, y),
  }), { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity });
}

/**
 * Moves some points as one, as far as all of them stay on the plane.
 * @param {readonly Point[]} points
 * @param {readonly Point[]} from those to move, as they were before
 * @param {number} dx
 * @param {number} dy
 * @returns {readonly Point[]} all points
 */
export function moveAll(points, from, dx, dy) {
  const band = bandAround(from);
  if (band === null) return points;
  const across = Math.min(PLANE_LIMIT - band.x1, Math.max(-PLANE_LIMIT - band.x0, dx));
  const up = Math.min(PLANE_LIMIT - band.y1, Math.max(-PLANE_LIMIT - band.y0, dy));
  const moved = new Map(from.map((point) => [point.key, movedPoint(point, across, up)]));
  return points.map((point) => {
    const place = moved.get(point.key);
    return place ? { ...point, x: place.x, y: place.y } : point;
  });
}

/**
 * @param {readonly Point[]} points
 * @param {ReadonlySet<number>} keys
 * @param {{label: number}|{value: number}} given
 * @returns {readonly Point[]}
 */
export function giveAll(points, keys, given) {
  return points.map((point) => (keys.has(point.key) ? { ...point, ...given } : point));
}

/**
 * Gives a share of the points another class, each of the others as likely.
 * @param {readonly Point[]} points
 * @param {number} share from 0 to 1
 * @param {number} classes
 * @param {Random} random
 * @returns {readonly Point[]}
 */
export function flipLabels(points, share, classes, random) {
  const chosen = drawn(points, share, random);
  return points.map((point) => (chosen.has(point.key)
    ? { ...point, label: (point.label + 1 + Math.floor(random() * (classes - 1))) % classes } : point));
}

/**
 * Gives a share of the points any value from -1 to 1.
 * @param {readonly Point[]} points
 * @param {number} share from 0 to 1
 * @param {Random} random
 * @returns {readonly Point[]}
 */
export function scatterValues(points, share, random) {
  const chosen = drawn(points, share, random);
  return points.map((point) => (chosen.has(point.key) ? { ...point, value: rounded(random() * 2 - 1) } : point));
}

/**
 * @param {number} label
 * @param {number} classes
 * @returns {number} the value that stands for a class: the first is -1, the last 1
 */
export function valueOfLabel(label, classes) {
  return rounded(-1 + (2 * label) / (classes - 1));
}

/**
 * @param {readonly Point[]} points
 * @param {number} classes
 * @returns {readonly Point[]} with the values that their labels stand for
 */
export function toRegression(points, classes) {
  return points.map((point) => ({ ...point, value: valueOfLabel(point.label, classes) }));
}

/**
 * @param {readonly Point[]} points
 * @returns {readonly Point[]} class 1 where the value is above 0, class 0 elsewhere
 */
export function toClassification(points) {
  return points.map((point) => ({ ...point, label: Number((point.value ?? 0) > 0) }));
}

/**
 * @param {readonly Point[]} points
 * @param {number} share
 * @param {Random} random
 * @returns {ReadonlySet<number>} the keys of that share of the points, drawn without putting back (Fisher and Yates)
 */
function drawn(points, share, random) {
  const keys = points.map(({ key }) => key);
  const count = Math.round(share * keys.length);
  for (let index = 0; index < count; index += 1) {
    const other = index + Math.floor(random() * (keys.length - index));
    [keys[index], keys[other]] = [/** @type {number} */ (keys[other]), /** @type {number} */ (keys[index])];
  }
  return new Set(keys.slice(0, count));
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 1e4) / 1e4;
}
