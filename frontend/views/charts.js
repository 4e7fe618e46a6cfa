/** Draws loss and accuracy over epochs: train solid, test dashed, marks where something changed, and the values under the pointer. */

import { accuracyAxis, linearAxis, logarithmicAxis } from "../axis.js";
import { THEMES } from "../colors.js";
import { nearestSample } from "../curve.js";
import { formatAccuracy, formatCount, formatEpoch, formatLoss, formatTick } from "../format.js";
import { markText } from "../mark_text.js";
import { words } from "../words.js";
import { context2d, find, make, setText } from "./elements.js";
import { onceAFrame } from "./once_a_frame.js";
import { drawPlot, epochOfX, xOfEpoch } from "./plot.js";
import { explain } from "./tips.js";

/** @typedef {import("../curve.js").Sample} Sample */

/** So near the pointer a mark says what it is, in CSS pixels. */
const MARK_REACH = 6;
const KEY_STEPS = 50;

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {import("../run_memory.js").RunMemory} memory
 * @returns {{setTheme: (name: import("../colors.js").ThemeName) => void}}
 */
export function mountCharts(store, commands, memory) {
  const box = find("#curves", HTMLElement);
  const loss = makeChart(find("#curve", HTMLCanvasElement), words.charts.loss);
  const accuracy = makeChart(make("canvas", { id: "accuracy-curve" }), words.charts.accuracy);
  const reading = make("p", { class: "curve-reading", "data-testid": "curve-reading" });
  const scale = make("button", { type: "button", class: "text-button", id: "loss-scale", "data-control": "loss-scale" });
  box.append(make("div", { class: "curve-head" }, [reading, scale]), loss.canvas, accuracy.canvas);
  let theme = THEMES.light;
  const ask = onceAFrame(draw);
  /** The epoch under the pointer or the keys. @type {number|null} */
  let pointed = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {string} name
   */
  function makeChart(canvas, name) {
    for (const [attribute, value] of Object.entries({ tabindex: "0", role: "slider", "aria-label": name, "aria-valuemin": "0", "aria-description": words.charts.explainChart })) {
      canvas.setAttribute(attribute, value);
    }
    const chart = { canvas, context: context2d(canvas), width: 1, height: 1 };
    canvas.addEventListener("pointermove", ({ offsetX }) => point(epochOfX({ width: chart.width, lastEpoch: lastEpoch() }, offsetX)));
    canvas.addEventListener("pointerleave", () => point(null));
    canvas.addEventListener("blur", () => point(null));
    canvas.addEventListener("keydown", (event) => {
      const to = epochOfKey(event.key);
      if (to === undefined) return;
      point(to);
      event.preventDefault();
      event.stopPropagation();
    });
    new ResizeObserver(([entry]) => {
      if (!entry) return;
      chart.width = Math.max(1, entry.contentRect.width);
      chart.height = Math.max(1, entry.contentRect.height);
      canvas.width = Math.round(chart.width * devicePixelRatio);
      canvas.height = Math.round(chart.height * devicePixelRatio);
      chart.context.setTransform(canvas.width / chart.width, 0, 0, canvas.height / chart.height, 0, 0);
      draw();
    }).observe(canvas);
    return chart;
  }

  const lastEpoch = () => memory.curves.lastEpoch;

  /**
   * @param {string} key
   * @returns {number|null|undefined} the epoch that the key leads to, undefined for another key
   */
  function epochOfKey(key) {
    const last = lastEpoch();
    const from = pointed ?? last;
    const step = Math.max(1, Math.round(last / KEY_STEPS));
    switch (key) {
      case "ArrowLeft": case "ArrowDown": return Math.max(0, from - step);
      case "ArrowRight": case "ArrowUp": return Math.min(last, from + step);
      case "Home": return 0;
      case "End": return last;
      case "Escape": return null;
      default: return undefined;
    }
  }

  /** @param {number|null} epoch */
  function point(epoch) {
    if (epoch === pointed) return;
    pointed = epoch;
    ask();
  }

  function draw() {
    const { look, moment, document: { config } } = store.get();
    const { curves, marks } = memory;
    const last = lastEpoch();
    const losses = /** @type {const} */ ([curves.trainLoss.samples, curves.testLoss.samples]);
    const near = pointed === null ? null : nearMark(marks.all, pointed, { width: loss.width, lastEpoch: last });
    if (near) pointed = near.epoch;
    const shared = {
      lastEpoch: last, marks: marks.all.map(({ epoch }) => epoch), pointed: last > 0 ? pointed : null, past: moment?.epoch ?? null,
      label: near ? markText(near) : "",
    };
    const regression = config.problem === "regression";
    accuracy.canvas.hidden = regression;
    const ends = /** @type {const} */ ([words.charts.firstEpoch, last > 0 ? formatCount(last) : ""]);
    drawPlot(loss.context, theme, {
      ...shared, width: loss.width, height: loss.height, axis: look.logLoss ? logarithmicAxis(...losses) : linearAxis(...losses), format: formatTick,
      lines: linesOf(...losses), ends: regression ? ends : null,
    });
    if (!regression) {
      drawPlot(accuracy.context, theme, {
        ...shared, label: "", width: accuracy.width, height: accuracy.height, format: (value) => formatAccuracyTick(value),
        axis: accuracyAxis(curves.trainAccuracy.samples, curves.testAccuracy.samples),
        lines: linesOf(curves.trainAccuracy.samples, curves.testAccuracy.samples), ends,
      });
    }
    drawReading(shared.pointed, shared.label);
  }

  /**
   * @param {readonly Sample[]} train
   * @param {readonly Sample[]} test
   */
  function linesOf(train, test) {
    return [{ samples: test, color: theme.quiet, dash: [4, 3] }, { samples: train, color: theme.ink, dash: [] }];
  }

  /**
   * @param {number|null} epoch
   * @param {string} label of the mark there
   */
  function drawReading(epoch, label) {
    const { curves } = memory;
    const at = epoch ?? lastEpoch();
    /** @param {import("../curve.js").Quantity} quantity */
    const valueOf = (quantity) => nearestSample(curves[quantity].samples, at)?.value ?? null;
    const losses = words.charts.reading(formatEpoch(at), formatLoss(valueOf("trainLoss")), formatLoss(valueOf("testLoss")));
    const accuracies = words.charts.reading(formatEpoch(at), formatAccuracy(valueOf("trainAccuracy")), formatAccuracy(valueOf("testAccuracy")));
    setText(reading, epoch === null ? words.charts.legend : focused(accuracy.canvas) ? accuracies : losses);
    for (const [chart, text] of /** @type {const} */ ([[loss, losses], [accuracy, accuracies]])) {
      // Kept still while nobody reads it: a value that changes ten times a second is told to nobody.
      if (epoch === null && focused(chart.canvas)) continue;
      setAttribute(chart.canvas, "aria-valuemax", String(Math.round(lastEpoch())));
      setAttribute(chart.canvas, "aria-valuenow", String(Math.round(at)));
      setAttribute(chart.canvas, "aria-valuetext", label === "" ? text : `${text}. ${label}`);
    }
  }

  function drawScale() {
    const { logLoss } = store.get().look;
    const name = logLoss ? words.charts.logarithmic : words.charts.linear;
    setText(scale, name);
    scale.setAttribute("aria-label", words.charts.scale(name));
  }

  scale.addEventListener("click", () => commands.setLook({ logLoss: !store.get().look.logLoss }));
  // Not on the charts themselves: the tip would lie on what they show.
  explain(reading, words.charts.explainChart);
  explain(scale, words.charts.explainScale);
  store.subscribe((state, before) => {
    if (state.look !== before.look) drawScale();
    if (state.run !== before.run || state.moment !== before.moment || state.look !== before.look
      || state.serverConfig !== before.serverConfig || state.confirmed !== before.confirmed) ask();
  });
  drawScale();

  return {
    setTheme(name) {
      theme = THEMES[name];
      ask();
    },
  };
}

/**
 * @param {readonly import("../marks.js").Mark[]} marks
 * @param {number} epoch
 * @param {{width: number, lastEpoch: number}} plot
 * @returns {import("../marks.js").Mark|null}
 */
function nearMark(marks, epoch, plot) {
  const x = xOfEpoch(plot, epoch);
  let nearest = null;
  let least = MARK_REACH;
  for (const mark of marks) {
    const away = Math.abs(xOfEpoch(plot, mark.epoch) - x);
    if (away <= least) {
      least = away;
      nearest = mark;
    }
  }
  return nearest;
}

/** @param {Element} element */
function focused(element) {
  return element.matches(":focus, :hover");
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** @param {number} share */
function formatAccuracyTick(share) {
  return `${Math.round(share * 100)}\u2009%`;
}
