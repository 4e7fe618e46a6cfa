/** Owns what a class looks like: its colour, its marker shape, and the table from map cells to pixels. */

import { MAX_CLASSES } from "./protocol.js";

/** @typedef {readonly [red: number, green: number, blue: number]} Rgb */
/** @typedef {"light"|"dark"} ThemeName */
/** @typedef {{ground: Rgb, axis: string, axisText: string, ink: string, quiet: string, line: string, hollow: string}} Theme */
/** @typedef {"circle"|readonly (readonly [number, number])[]} MarkerShape a polygon within about the unit circle, y down */

/** Okabe and Ito's colours (jfly.uni-koeln.de/color), the eighth a grey that holds on both grounds. */
export const CLASS_COLORS = Object.freeze([
  "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#6B6B6B",
]);

/** How much of a class colour a certain cell carries; the rest is ground, so that the points stay stronger than the map. */
export const FULL_STRENGTH = 0.62;

/** The two lines around every marker: one of them always stands out from the map (see the contrast test). */
export const MARKER_RING = "#ffffff";
export const MARKER_HAIRLINE = "#14181f";

/** @type {Readonly<Record<ThemeName, Theme>>} */
export const THEMES = Object.freeze({
  light: {
    ground: [255, 255, 255], axis: "#14181f1c", axisText: "#4d5866",
    ink: "#14181f", quiet: "#66717f", line: "#e3e7ec", hollow: "#ffffff",
  },
  dark: {
    ground: [23, 27, 33], axis: "#ffffff22", axisText: "#a5b0bd",
    ink: "#e9edf2", quiet: "#8b96a3", line: "#2a3038", hollow: "#171b21",
  },
});

/** One shape for each class, about equal in area. @type {readonly MarkerShape[]} */
export const MARKER_SHAPES = Object.freeze([
  "circle",
  [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  regular(3, -90, 1.28),
  regular(4, -90, 1.25),
  plus(1.12, 0.42),
  regular(3, 90, 1.28),
  star(5, 1.35, 0.62),
  regular(6, 0, 1.1),
]);

/**
 * @param {string} hex
 * @returns {Rgb}
 */
export function rgbOf(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * One RGBA pixel, as a little-endian word, for each of the 256 cells of encoding 1.
 * @param {Theme} theme
 * @returns {Uint32Array}
 */
export function buildLookup(theme) {
  const lookup = new Uint32Array(256);
  for (let cell = 0; cell < 256; cell += 1) {
    lookup[cell] = mixed(theme, cell >> 5, (cell & 31) / 31);
  }
  return lookup;
}

/**
 * One RGBA pixel, as a little-endian word, from certain 0 at index 0 over the ground in the middle to certain 1 at the end.
 * @param {Theme} theme
 * @param {number} steps on each side of the ground
 * @returns {Uint32Array}
 */
export function buildRamp(theme, steps) {
  const ramp = new Uint32Array(2 * steps + 1);
  for (let step = -steps; step <= steps; step += 1) {
    ramp[step + steps] = mixed(theme, step < 0 ? 0 : 1, Math.abs(step) / steps);
  }
  return ramp;
}

/**
 * @param {Theme} theme
 * @param {number} label
 * @param {number} certainty from 0 to 1
 */
function mixed(theme, label, certainty) {
  const color = rgbOf(CLASS_COLORS[label % MAX_CLASSES] ?? "#000000");
  const strength = certainty * FULL_STRENGTH;
  const [red, green, blue] = theme.ground.map((ground, channel) =>
    Math.round(ground + ((color[channel] ?? 0) - ground) * strength));
  return ((255 << 24) | ((blue ?? 0) << 16) | ((green ?? 0) << 8) | (red ?? 0)) >>> 0;
}

/**
 * @param {number} corners
 * @param {number} startDegrees
 * @param {number} radius
 * @returns {MarkerShape}
 */
function regular(corners, startDegrees, radius) {
  return Array.from({ length: corners }, (_, corner) => onCircle(startDegrees + (360 * corner) / corners, radius));
}

/**
 * @param {number} tips
 * @param {number} outer
 * @param {number} inner
 * @returns {MarkerShape}
 */
function star(tips, outer, inner) {
  return Array.from({ length: 2 * tips }, (_, corner) => onCircle(-90 + (180 * corner) / tips, corner % 2 ? inner : outer));
}

/**
 * @param {number} reach
 * @param {number} half
 * @returns {MarkerShape}
 */
function plus(reach, half) {
  return [[-half, -reach], [half, -reach], [half, -half], [reach, -half], [reach, half], [half, half],
    [half, reach], [-half, reach], [-half, half], [-reach, half], [-reach, -half], [-half, -half]];
}

/**
 * @param {number} degrees
 * @param {number} radius
 * @returns {[number, number]}
 */
function onCircle(degrees, radius) {
  const angle = (degrees * Math.PI) / 180;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
