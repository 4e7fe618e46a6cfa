/** Owns the axes of the charts: which values they reach over and where their lines are. */

/** @typedef {import("./curve.js").Sample} Sample */
/** @typedef {{low: number, high: number, lines: readonly number[], logarithmic: boolean}} Axis values, not exponents */

const MAX_DECADES = 6;
const MAX_LINES = 4;

/**
 * The decades that hold all losses: at least one decade, at most MAX_DECADES.
 * @param {readonly Sample[]} samples
 * @returns {{low: number, high: number}} exponents of ten
 */
export function decades(samples) {
  let least = Infinity;
  let most = -Infinity;
  for (const { value } of samples) {
    if (!(value > 0)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least > most) return { low: -2, high: 0 };
  // Adding 0 turns a negative zero into a plain one.
  const high = Math.ceil(Math.log10(most) - 1e-9) + 0;
  const low = Math.min(high - 1, Math.floor(Math.log10(least) + 1e-9) + 0);
  return { low: Math.max(low, high - MAX_DECADES), high };
}

/**
 * @param {readonly Sample[]} samples losses
 * @returns {Axis} whole decades
 */
export function logarithmicAxis(samples) {
  const { low, high } = decades(samples);
  const every = Math.ceil((high - low) / MAX_LINES);
  const lines = [];
  for (let exponent = high; exponent >= low; exponent -= every) lines.push(10 ** exponent);
  return { low: 10 ** low, high: 10 ** high, lines, logarithmic: true };
}

/**
 * @param {readonly Sample[]} samples losses
 * @returns {Axis} from 0 to a round number at or above the highest
 */
export function linearAxis(samples) {
  let most = 0;
  for (const { value } of samples) if (value > most) most = value;
  const step = roundStep((most || 1) / MAX_LINES);
  const count = Math.ceil((most || 1) / step - 1e-9);
  return { low: 0, high: count * step, lines: Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6))), logarithmic: false };
}

/**
 * @param {readonly Sample[]} samples accuracies from 0 to 1
 * @returns {Axis} from 0, 50, 80 or 90 % to 100 %: as low as the least of them asks for
 */
export function accuracyAxis(samples) {
  let least = samples.length === 0 ? 0.5 : 1;
  for (const { value } of samples) if (value < least) least = value;
  const low = least >= 0.9 ? 0.9 : least >= 0.5 ? 0.5 : 0;
  return { low, high: 1, lines: [low, Number(((low + 1) / 2).toPrecision(3)), 1], logarithmic: false };
}

/**
 * @param {Axis} axis
 * @param {number} value
 * @returns {number} 0 at its low end, 1 at its high end; what lies outside is held at the ends
 */
export function shareOf({ low, high, logarithmic }, value) {
  const held = Math.min(high, Math.max(low, value));
  return logarithmic ? Math.log(held / low) / Math.log(high / low) : (held - low) / (high - low);
}

/**
 * @param {number} atLeast
 * @returns {number} 1, 2 or 5 times a power of ten
 */
function roundStep(atLeast) {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return (/** @type {number} */ ([1, 2, 5, 10].find((step) => step * power >= atLeast * (1 - 1e-9)))) * power;
}
