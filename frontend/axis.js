/** Owns the axes of the charts: which values they reach over and where their lines are. */

/** @typedef {import("./curve.js").Sample} Sample */
/** @typedef {{low: number, high: number, lines: readonly number[], logarithmic: boolean}} Axis values, not exponents */

const MAX_DECADES = 6;
const MAX_LINES = 4;

/**
 * @param {readonly Sample[]} samples
 * @param {number} from values at or below it do not count
 * @returns {number} the least value, Infinity for none
 */
function leastOf(samples, from) {
  let least = Infinity;
  for (let index = 0; index < samples.length; index += 1) {
    const { value } = /** @type {Sample} */ (samples[index]);
    if (value > from && value < least) least = value;
  }
  return least;
}

/**
 * @param {readonly Sample[]} samples
 * @returns {number} the highest value, -Infinity for none
 */
function mostOf(samples) {
  let most = -Infinity;
  for (let index = 0; index < samples.length; index += 1) {
    const { value } = /** @type {Sample} */ (samples[index]);
    if (value > most) most = value;
  }
  return most;
}

/**
 * The decades that hold all losses: at least one decade, at most MAX_DECADES.
 * @param {...readonly Sample[]} series
 * @returns {{low: number, high: number}} exponents of ten
 */
export function decades(...series) {
  const least = Math.min(...series.map((samples) => leastOf(samples, 0)));
  const most = Math.max(...series.map(mostOf));
  if (least > most) return { low: -2, high: 0 };
  // Adding 0 turns a negative zero into a plain one.
  const high = Math.ceil(Math.log10(most) - 1e-9) + 0;
  const low = Math.min(high - 1, Math.floor(Math.log10(least) + 1e-9) + 0);
  return { low: Math.max(low, high - MAX_DECADES), high };
}

/**
 * @param {...readonly Sample[]} series losses
 * @returns {Axis} whole decades
 */
export function logarithmicAxis(...series) {
  const { low, high } = decades(...series);
  const every = Math.ceil((high - low) / MAX_LINES);
  const lines = [];
  for (let exponent = high; exponent >= low; exponent -= every) lines.push(10 ** exponent);
  return { low: 10 ** low, high: 10 ** high, lines, logarithmic: true };
}

/**
 * @param {...readonly Sample[]} series losses
 * @returns {Axis} from 0 to a round number at or above the highest
 */
export function linearAxis(...series) {
  const most = Math.max(0, ...series.map(mostOf));
  const step = roundStep((most || 1) / MAX_LINES);
  const count = Math.ceil((most || 1) / step - 1e-9);
  return { low: 0, high: count * step, lines: Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6))), logarithmic: false };
}

/**
 * @param {...readonly Sample[]} series accuracies from 0 to 1
 * @returns {Axis} from 0, 50 or 90 % to 100 %: as low as the least of them asks for, 50 % before the first
 */
export function accuracyAxis(...series) {
  const least = Math.min(...series.map((samples) => leastOf(samples, -Infinity)));
  const low = least >= 0.9 && least < Infinity ? 0.9 : least >= 0.5 ? 0.5 : 0;
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
