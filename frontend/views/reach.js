/** Owns which point a pointer means: the nearest one within reach, further for a finger. */

import { planeToPixel } from "../geometry.js";
import { markerRadius } from "./markers.js";

/** @typedef {import("../document.js").Point} Point */
/** @typedef {{x: number, y: number, side: number}} Spot pixels from the left and the top of a plane of so many pixels */

/**
 * @param {readonly Point[]} points
 * @param {Spot} at
 * @param {number} reach in pixels
 * @returns {Point|null} the nearest point within reach
 */
export function nearestPoint(points, { x, y, side }, reach) {
  /** @type {Point|null} */
  let nearest = null;
  let best = reach * reach;
  for (const point of points) {
    const [pointX, pointY] = planeToPixel(point.x, point.y, side);
    const distance = (pointX - x) ** 2 + (pointY - y) ** 2;
    if (distance <= best) {
      best = distance;
      nearest = point;
    }
  }
  return nearest;
}

/**
 * @param {number} side of the plane in pixels
 * @param {string} pointerType
 * @returns {number} how far from a point a pointer still means it, in pixels
 */
export function reachOf(side, pointerType) {
  return markerRadius(side) + (pointerType === "touch" ? 16 : 7);
}
