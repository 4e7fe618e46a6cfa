/** Owns how strong a weight looks: its colour in steps from minus over quiet to plus, and the width of its link. */

import { mixed, rgbOf, signedEnds } from "./colors.js";

/** Steps on each side of zero. */
export const SHADES = 32;
/** A weight of this size has most of its colour. */
const STRONG = 2;
const FAINTEST = 0.14;
const THINNEST = 0.7;
const WIDEST = 5.5;

/**
 * @param {number} value
 * @returns {number} 0 to 2 SHADES: SHADES for zero, and for what is no number, as after a run that diverged; more for plus
 */
export function shadeOf(value) {
  return SHADES + Math.round(SHADES * Math.tanh((value || 0) / STRONG));
}

/**
 * @param {import("./colors.js").Theme} theme
 * @returns {readonly string[]} a CSS colour for each shade
 */
export function shadeColors(theme) {
  const ends = signedEnds(theme);
  return Array.from({ length: 2 * SHADES + 1 }, (_, shade) => {
    const strength = FAINTEST + (1 - FAINTEST) * (Math.abs(shade - SHADES) / SHADES);
    const pixel = shade === SHADES ? mixed(theme.ground, rgbOf(theme.quiet), 0.3) : mixed(theme.ground, ends[shade < SHADES ? 0 : 1], strength);
    return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
  });
}

/**
 * @param {number} shade
 * @param {number} scale 1 for tiles of full size
 * @returns {number} the width of a link in CSS pixels
 */
export function linkWidth(shade, scale) {
  const share = Math.abs(shade - SHADES) / SHADES;
  return THINNEST + (WIDEST - THINNEST) * share * share * scale;
}
