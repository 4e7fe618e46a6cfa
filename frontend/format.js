/** Owns how numbers read: tabular, a thin space before a unit, a true minus, an en dash for what is not there. */

const THIN_SPACE = "\u2009";
const MINUS = "\u2212";
const NOTHING = "\u2013";

/**
 * @param {number|null} loss
 * @returns {string}
 */
export function formatLoss(loss) {
  if (loss === null || !Number.isFinite(loss)) return NOTHING;
  if (loss >= 1e4) return loss.toExponential(1).replace("e+", "e");
  if (loss >= 100) return loss.toFixed(0);
  if (loss >= 10) return loss.toFixed(1);
  if (loss >= 0.001) return loss.toFixed(3);
  return loss >= 0.0001 ? loss.toFixed(4) : "<10⁻⁴";
}

/**
 * @param {number} value of a chart's axis
 * @returns {string} such as "0.01", or "10⁻⁶" where that would be long
 */
export function formatTick(value) {
  if (value === 0) return "0";
  if (value >= 1e-3 && value < 1e4) return String(Number(value.toPrecision(3)));
  const exponent = Math.round(Math.log10(value));
  if (Math.abs(Math.log10(value) - exponent) > 1e-6) return value.toExponential(0).replace("e+", "e");
  return `10${String(exponent).replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)] ?? "")}`;
}

/**
 * @param {number|null} norm of a gradient
 * @returns {string} two digits, such as "0.34" or "2.1e−7"
 */
export function formatNorm(norm) {
  if (norm === null || !Number.isFinite(norm)) return NOTHING;
  if (norm === 0) return "0";
  if (norm >= 0.001 && norm < 1000) return String(Number(norm.toPrecision(2)));
  return norm.toExponential(1).replace("e+", "e").replace("-", MINUS);
}

/**
 * @param {number} epoch
 * @returns {string} whole, or with one digit among the first ones
 */
export function formatEpoch(epoch) {
  return epoch < 9.95 && epoch % 1 > 0.049 ? epoch.toFixed(1) : formatCount(epoch);
}

/**
 * @param {number} count
 * @returns {string} with commas between thousands
 */
export function formatCount(count) {
  return String(Math.floor(count + 1e-4)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * @param {number|null} rate or count
 * @returns {string} such as "940" or "11.5 k"
 */
export function formatRate(rate) {
  if (rate === null) return NOTHING;
  if (rate < 999.5) return rate.toFixed(0);
  const thousands = rate / 1000;
  return `${thousands < 99.95 ? thousands.toFixed(1) : thousands.toFixed(0)}${THIN_SPACE}k`;
}

/**
 * @param {number|null} fraction from 0 to 1
 * @returns {string} such as "99.0 %"
 */
export function formatAccuracy(fraction) {
  return formatPercent(fraction, 1);
}

/**
 * @param {number|null} fraction from 0 to 1
 * @param {number} [digits]
 * @returns {string}
 */
export function formatPercent(fraction, digits = 0) {
  return fraction === null ? NOTHING : `${(fraction * 100).toFixed(digits)}${THIN_SPACE}%`;
}

/**
 * @param {string} hash
 * @returns {string} so much of it tells two of them apart, and can be read aloud
 */
export function shortHash(hash) {
  return hash.slice(0, 12);
}

/**
 * @param {string} path of folders that may be called by hashes
 * @returns {string} for a person
 */
export function shortPath(path) {
  return path.split("/").map((name) => (/^[0-9a-f]{64}$/.test(name) ? `${shortHash(name)}…` : name)).join("/");
}

/**
 * @param {number} bytes
 * @returns {string} such as "312 kB" or "1.4 MB"
 */
export function formatBytes(bytes) {
  const thousands = Math.max(1, Math.round(bytes / 1000));
  return thousands < 1000 ? `${thousands}${THIN_SPACE}kB` : `${(bytes / 1e6).toFixed(1)}${THIN_SPACE}MB`;
}

/**
 * @param {number} value a coordinate
 * @returns {string}
 */
export function formatCoordinate(value) {
  const text = value.toFixed(1).replace("-", MINUS);
  return text === `${MINUS}0.0` ? "0.0" : text;
}

/**
 * @param {number} value
 * @returns {string} such as "0.00003", never in exponents
 */
export function formatSetting(value) {
  return value !== 0 && value < 1e-3 ? value.toFixed(8).replace(/0+$/, "") : String(Number(value.toPrecision(4)));
}

/**
 * @param {number} value a weight, a bias, a scale
 * @returns {string} such as "0.732" or "−12.3"
 */
export function formatWeight(value) {
  if (!Number.isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  const text = size >= 99.995 ? value.toFixed(0) : size >= 9.9995 ? value.toFixed(1) : value.toFixed(3);
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text.replace("-", MINUS);
}

/**
 * @param {number} value what a regression point is worth, or what the network says of one
 * @returns {string} with its sign and two digits, such as "+0.50"
 */
export function formatValue(value) {
  const text = formatDecimal(value, 2);
  return value > 0 && text !== "0.00" ? `+${text}` : text;
}

/**
 * @param {number} value
 * @param {number} digits after the point
 * @returns {string}
 */
export function formatDecimal(value, digits) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", MINUS);
}

/**
 * @param {number} bound the end of a scale
 * @returns {string} with its sign and no more digits than it needs, such as "−3.5" or "+1"
 */
export function formatBound(bound) {
  return (bound < 0 ? MINUS : "+") + String(Number(Math.abs(bound).toPrecision(2)));
}
