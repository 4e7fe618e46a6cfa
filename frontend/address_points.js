/** Owns how drawn points are packed into the address: base64url of the places in ten-thousandths, class and value. */

import { PLANE_LIMIT } from "./geometry.js";
import { MAX_CLASSES } from "./run_config.js";

/** @typedef {[x: number, y: number, label: number, value: number|null]} AddressPoint */

/** Places of the plane are kept to this fraction, as all points that a person draws. */
const STEPS_PER_UNIT = 10_000;
const PLACES = 2 * PLANE_LIMIT * STEPS_PER_UNIT + 1;
const VALUES = 2 * STEPS_PER_UNIT + 1;
const PLACE_BYTES = 5;
const VALUE_BYTES = 2;
/** The first letter says whether every point has its value behind its place and class. */
const WITHOUT_VALUES = "a";
const WITH_VALUES = "b";

/**
 * @param {readonly AddressPoint[]} points
 * @returns {string}
 */
export function packPoints(points) {
  const valued = points.some(([, , , value]) => value !== null);
  const size = PLACE_BYTES + (valued ? VALUE_BYTES : 0);
  const bytes = new Uint8Array(points.length * size);
  points.forEach(([x, y, label, value], index) => {
    const place = (label * PLACES + stepOf(x + PLANE_LIMIT)) * PLACES + stepOf(y + PLANE_LIMIT);
    writeNumber(bytes, index * size, PLACE_BYTES, place);
    // 0 stands for a point without a value.
    if (valued) writeNumber(bytes, index * size + PLACE_BYTES, VALUE_BYTES, value === null ? 0 : 1 + stepOf(value + 1));
  });
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return (valued ? WITH_VALUES : WITHOUT_VALUES) + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text
 * @returns {AddressPoint[]|null} null where it is not what packPoints makes
 */
export function unpackPoints(text) {
  if (!/^[ab][\w-]+$/.test(text)) return null;
  const valued = text.startsWith(WITH_VALUES);
  const size = PLACE_BYTES + (valued ? VALUE_BYTES : 0);
  const letters = text.slice(1).replaceAll("-", "+").replaceAll("_", "/");
  if (letters.length % 4 === 1) return null;
  const binary = atob(letters);
  if (binary.length % size !== 0) return null;
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  /** @type {AddressPoint[]} */
  const points = [];
  for (let offset = 0; offset < bytes.length; offset += size) {
    const place = readNumber(bytes, offset, PLACE_BYTES);
    const label = Math.floor(place / PLACES / PLACES);
    const step = valued ? readNumber(bytes, offset + PLACE_BYTES, VALUE_BYTES) : 0;
    if (label >= MAX_CLASSES || step > VALUES) return null;
    points.push([
      coordinate(Math.floor(place / PLACES) % PLACES, PLANE_LIMIT), coordinate(place % PLACES, PLANE_LIMIT), label,
      step === 0 ? null : coordinate(step - 1, 1),
    ]);
  }
  return points;
}

/** @param {number} distance from the lower end */
function stepOf(distance) {
  return Math.round(distance * STEPS_PER_UNIT);
}

/**
 * @param {number} step
 * @param {number} reach the lower end is at -reach
 */
function coordinate(step, reach) {
  return (step - reach * STEPS_PER_UNIT) / STEPS_PER_UNIT;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} offset
 * @param {number} size
 * @param {number} number
 */
function writeNumber(bytes, offset, size, number) {
  let rest = number;
  for (let index = size - 1; index >= 0; index -= 1) {
    bytes[offset + index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} offset
 * @param {number} size
 */
function readNumber(bytes, offset, size) {
  let number = 0;
  for (const byte of bytes.subarray(offset, offset + size)) number = number * 256 + byte;
  return number;
}
