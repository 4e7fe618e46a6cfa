/** Owns what a class looks like: its colour, its marker shape, and the table from map cells to pixels. */

/** @typedef {readonly [red: number, green: number, blue: number]} Rgb */
/** @typedef {"light"|"dark"} ThemeName */
/** @typedef {{ground: Rgb, axis: string, axisText: string, ink: string, quiet: string, line: string, hollow: string, ring: number}} Theme ring: least width of the light line around a marker, in its radii */
/** @typedef {"circle"|readonly (readonly [number, number])[]} MarkerShape a polygon within about the unit circle, y down */

/** Okabe and Ito's colours (jfly.uni-koeln.de/color), the eighth a grey that holds on both grounds. */
export const CLASS_COLORS = Object.freeze([
  "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#6B6B6B",
]);

/** Signed quantities (weights, activations, values), never taken for a class. */
const MINUS_COLOR = "#7B3294";
const PLUS_COLOR = "#0B7A4B";

/** How much of a class colour a certain cell carries; the rest is ground, so that the points stay stronger than the map. */
export const FULL_STRENGTH = 0.62;

/** @type {readonly [low: Rgb, high: Rgb]} */
export const CLASS_ENDS = [rgbOf(CLASS_COLORS[0] ?? ""), rgbOf(CLASS_COLORS[1] ?? "")];
/** How much of white the signed colours take on in the dark, where areas and lines need more light. */
const LIGHT_IN_DARK = 0.34;

/** The two lines around every marker: one of them always stands out from the map (see the contrast test). */
export const MARKER_RING = "#ffffff";
export const MARKER_HAIRLINE = "#14181f";

/** @type {Readonly<Record<ThemeName, Theme>>} */
export const THEMES = Object.freeze({
  light: {
    ground: [255, 255, 255], axis: "#14181f1c", axisText: "#4d5866",
    ink: "#14181f", quiet: "#66717f", line: "#e3e7ec", hollow: "#ffffff", ring: 0.32,
  },
  dark: {
    ground: [23, 27, 33], axis: "#ffffff22", axisText: "#a5b0bd",
    ink: "#e9edf2", quiet: "#8b96a3", line: "#2a3038", hollow: "#171b21", ring: 0.72,
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
 * @param {boolean} [whole] each class at full strength, however certain
 * @returns {Uint32Array}
 */
export function buildLookup(theme, whole = false) {
  return Uint32Array.from({ length: 256 }, (_, cell) =>
    mixed(theme.ground, rgbOf(CLASS_COLORS[cell >> 5] ?? "#000000"), (whole ? 1 : (cell & 31) / 31) * FULL_STRENGTH));
}

/**
 * One RGBA pixel, as a little-endian word, from one end at index 0 over the ground in the middle to the other end.
 * @param {Theme} theme
 * @param {number} steps on each side of the ground
 * @param {readonly [low: Rgb, high: Rgb]} [ends] the colours at the ends: of classes 0 and 1 unless given
 * @param {number} [strength] how much of them the ends carry
 * @param {boolean} [whole] only the ends and the ground between them, no shades
 * @returns {Uint32Array}
 */
export function buildRamp(theme, steps, ends = CLASS_ENDS, strength = FULL_STRENGTH, whole = false) {
  return Uint32Array.from({ length: 2 * steps + 1 }, (_, index) =>
    mixed(theme.ground, ends[index < steps ? 0 : 1], (whole ? Math.sign(Math.abs(index - steps)) : Math.abs(index - steps) / steps) * strength));
}

/**
 * @param {Theme} theme
 * @returns {readonly [minus: Rgb, plus: Rgb]}
 */
export function signedEnds(theme) {
  const light = theme.ground[0] > 127 ? 0 : LIGHT_IN_DARK;
  /** @param {string} hex @returns {Rgb} */
  const lit = (hex) => {
    const [red, green, blue] = rgbOf(hex);
    return [red + (255 - red) * light, green + (255 - green) * light, blue + (255 - blue) * light];
  };
  return [lit(MINUS_COLOR), lit(PLUS_COLOR)];
}

/**
 * @param {Theme} theme
 * @param {number} value from -1 to 1
 * @returns {string} the colour of a signed quantity at full strength, as CSS reads it
 */
export function signedColor(theme, value) {
  const [minus, plus] = signedEnds(theme);
  const word = mixed(theme.ground, value < 0 ? minus : plus, Math.min(1, Math.abs(value)));
  return `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`;
}

/**
 * @param {Rgb} ground
 * @param {Rgb} color
 * @param {number} strength from 0 (ground) to 1 (color)
 * @returns {number} an RGBA pixel as a little-endian word
 */
export function mixed(ground, color, strength) {
  const [red, green, blue] = ground.map((value, channel) => Math.round(value + ((color[channel] ?? 0) - value) * strength));
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
