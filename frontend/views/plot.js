/** Draws one chart into a canvas: the lines of an axis, series over epochs, marks, and what stands under the pointer. */

import { shareOf } from "../axis.js";

/** @typedef {import("../curve.js").Sample} Sample */
/** @typedef {{samples: readonly Sample[], color: string, dash: number[]}} Line */
/**
 * @typedef {object} Plot
 * @property {number} width CSS pixels
 * @property {number} height
 * @property {import("../axis.js").Axis} axis
 * @property {(value: number) => string} format of the axis' lines
 * @property {number} lastEpoch
 * @property {readonly Line[]} lines the last one on top
 * @property {readonly number[]} marks epochs
 * @property {number|null} pointed the epoch under the pointer
 * @property {number|null} past the epoch that is looked back to
 * @property {string} label of the mark under the pointer, "" for none
 * @property {readonly [string, string]|null} ends what stands under the ends of the epochs
 */

const LEFT = 40;
const RIGHT = 2;
const TOP = 7;
const ENDS_HEIGHT = 22;
const FOOT = 5;
const FONT = "11px system-ui, sans-serif";

/**
 * @param {Pick<Plot, "width"|"lastEpoch">} plot
 * @param {number} epoch
 * @returns {number} CSS pixels from the left
 */
export function xOfEpoch({ width, lastEpoch }, epoch) {
  return LEFT + (epoch / (lastEpoch || 1)) * (width - RIGHT - LEFT);
}

/**
 * The inverse of xOfEpoch.
 * @param {Pick<Plot, "width"|"lastEpoch">} plot
 * @param {number} x CSS pixels from the left
 * @returns {number} held within the epochs that there are
 */
export function epochOfX({ width, lastEpoch }, x) {
  return Math.min(1, Math.max(0, (x - LEFT) / (width - RIGHT - LEFT))) * lastEpoch;
}

/**
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {import("../colors.js").Theme} theme
 * @param {Plot} plot
 */
export function drawPlot(context, theme, plot) {
  const { width, height, axis, lines, marks, pointed, past, ends } = plot;
  const right = width - RIGHT;
  const bottom = height - (ends ? ENDS_HEIGHT : FOOT);
  /** @param {number} value */
  const yOf = (value) => bottom - shareOf(axis, value) * (bottom - TOP);

  context.clearRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = "middle";
  context.textAlign = "right";
  context.lineWidth = 1;
  context.setLineDash([]);
  for (const value of axis.lines) {
    const y = Math.round(yOf(value)) + 0.5;
    strokeLine(context, theme.line, LEFT, y, right, y);
    context.fillStyle = theme.quiet;
    context.fillText(plot.format(value), LEFT - 7, y);
  }
  for (const epoch of marks) drawUpright(context, `${theme.quiet}99`, xOfEpoch(plot, epoch), bottom, [2, 2]);
  for (const { samples, color, dash } of lines) drawSeries(context, plot, samples, yOf, color, dash);
  if (past !== null) drawUpright(context, theme.ink, xOfEpoch(plot, past), bottom, []);
  if (pointed !== null) drawUpright(context, theme.quiet, xOfEpoch(plot, pointed), bottom, []);
  if (plot.label !== "" && pointed !== null) drawLabel(context, theme, plot.label, xOfEpoch(plot, pointed), right);
  if (ends) drawEnds(context, theme, ends, right, height);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("../colors.js").Theme} theme
 * @param {readonly [string, string]} ends
 * @param {number} right
 * @param {number} height
 */
function drawEnds(context, theme, [first, last], right, height) {
  context.fillStyle = theme.quiet;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(first, LEFT, height - 3);
  context.textAlign = "right";
  context.fillText(last, right, height - 3);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plot} plot
 * @param {readonly Sample[]} samples
 * @param {(value: number) => number} yOf
 * @param {string} color
 * @param {number[]} dash
 */
function drawSeries(context, plot, samples, yOf, color, dash) {
  context.beginPath();
  for (let index = 0; index < samples.length; index += 1) {
    const { epoch, value, begins } = /** @type {Sample} */ (samples[index]);
    const x = xOfEpoch(plot, epoch);
    const y = yOf(value);
    if (begins || index === 0) context.moveTo(x, y);
    // To where it stands: a sample between two gaps is a dot.
    context.lineTo(x, y);
  }
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.lineJoin = context.lineCap = "round";
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} color
 * @param {number} x
 * @param {number} bottom
 * @param {number[]} dash
 */
function drawUpright(context, color, x, bottom, dash) {
  const middle = Math.round(x) + 0.5;
  context.setLineDash(dash);
  context.lineWidth = 1;
  strokeLine(context, color, middle, TOP - 4, middle, bottom);
  context.setLineDash([]);
}

/**
 * What changed at a mark, on a plate of its own so that no line runs through it.
 * @param {CanvasRenderingContext2D} context
 * @param {import("../colors.js").Theme} theme
 * @param {string} label
 * @param {number} x
 * @param {number} right
 */
function drawLabel(context, theme, label, x, right) {
  context.font = FONT;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const width = Math.min(right - 8, context.measureText(label).width);
  const left = Math.max(4, Math.min(x - width / 2, right - width - 4));
  context.fillStyle = `rgb(${theme.ground.join(" ")} / 92%)`;
  context.fillRect(left - 4, 0, width + 8, 16);
  context.fillStyle = theme.ink;
  context.fillText(label, left, 8, right - 8);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} color
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
function strokeLine(context, color, x0, y0, x1, y1) {
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
