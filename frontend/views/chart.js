/** Draws the loss curve: logarithmic, train solid, test dashed. */

import { THEMES } from "../colors.js";
import { decades } from "../curve.js";
import { formatCount } from "../format.js";
import { words } from "../words.js";
import { context2d, find } from "./elements.js";

const LEFT = 40;
const TOP = 7;
const BOTTOM = 22;
const MAX_LINES = 4;

/** @typedef {import("../curve.js").Sample} Sample */

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../curve.js").LossCurve} curve
 * @returns {{setTheme: (name: import("../colors.js").ThemeName) => void}}
 */
export function mountChart(store, curve) {
  const canvas = find("#curve", HTMLCanvasElement);
  const context = context2d(canvas);
  let theme = THEMES.light;
  let width = 1;
  let height = 1;
  let asked = false;

  function ask() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  }

  function draw() {
    const train = curve.train.samples;
    const test = curve.test.samples;
    const { low, high } = decades([...train, ...test]);
    const right = width - 2;
    const bottom = height - BOTTOM;
    const lastEpoch = Math.max(train.at(-1)?.epoch ?? 0, test.at(-1)?.epoch ?? 0);
    const span = lastEpoch > 0 ? lastEpoch : 1;
    /** @param {number} epoch */
    const xOf = (epoch) => LEFT + (epoch / span) * (right - LEFT);
    /** @param {number} loss */
    const yOf = (loss) => TOP + ((high - Math.log10(Math.max(loss, 10 ** low))) / (high - low)) * (bottom - TOP);

    context.clearRect(0, 0, width, height);
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.lineWidth = 1;
    const every = Math.ceil((high - low) / MAX_LINES);
    for (let exponent = high; exponent >= low; exponent -= every) {
      const y = Math.round(yOf(10 ** exponent)) + 0.5;
      context.strokeStyle = theme.line;
      context.beginPath();
      context.moveTo(LEFT, y);
      context.lineTo(right, y);
      context.stroke();
      context.fillStyle = theme.quiet;
      context.fillText(decadeLabel(exponent), LEFT - 7, y);
    }
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
    context.fillText(words.analysis.firstEpoch, LEFT, height - 3);
    context.textAlign = "right";
    if (lastEpoch > 0) context.fillText(formatCount(lastEpoch), right, height - 3);
    drawLine(test, xOf, yOf, theme.quiet, [4, 3]);
    drawLine(train, xOf, yOf, theme.ink, []);
  }

  /**
   * @param {readonly Sample[]} samples
   * @param {(epoch: number) => number} xOf
   * @param {(loss: number) => number} yOf
   * @param {string} color
   * @param {number[]} dash
   */
  function drawLine(samples, xOf, yOf, color, dash) {
    context.beginPath();
    samples.forEach(({ epoch, loss, begins }, index) => {
      if (begins || index === 0) context.moveTo(xOf(epoch), yOf(loss));
      // To where it stands: a sample between two gaps is a dot.
      context.lineTo(xOf(epoch), yOf(loss));
    });
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.lineJoin = context.lineCap = "round";
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  }

  new ResizeObserver(([entry]) => {
    if (!entry) return;
    ({ width, height } = entry.contentRect);
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    context.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
    draw();
  }).observe(canvas);

  store.subscribe(({ run }, { run: before }) => {
    if (run === before) return;
    curve.push(run.step, run.epoch, run.trainLoss, run.testLoss === before.testLoss ? null : run.testLoss);
    ask();
  });

  return {
    setTheme(name) {
      theme = THEMES[name];
      ask();
    },
  };
}

/**
 * @param {number} exponent
 * @returns {string} such as "0.01", or "10⁻⁶" where that would be long
 */
function decadeLabel(exponent) {
  if (exponent >= -3 && exponent <= 3) return String(Number((10 ** exponent).toFixed(3)));
  return `10${String(exponent).replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)] ?? "")}`;
}
