/** Draws what METRICS tells: the confusion matrix, each class's figures, each layer's gradient and its share of dead units. */

import { barOfNorm, classFigures, rowShares } from "../confusion.js";
import { formatCount, formatNorm, formatPercent } from "../format.js";
import { words } from "../words.js";
import { find, make, setText } from "./elements.js";
import { explain } from "./tips.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../protocol.js").MetricsMessage} MetricsMessage */

/** How much of the ink a cell takes on whose row lies there altogether. */
const FULL_SHADE = 38;

/**
 * @param {import("../state_manager.js").Store} store
 */
export function mountAnalysis(store) {
  const text = words.insight;
  const box = find("#analysis", HTMLElement);
  const hint = make("p", { class: "quiet" });
  const splits = /** @type {const} */ (["train", "test"]).map((split) => {
    const control = make("input", { type: "radio", name: "confusion-split", value: split, ...(split === "train" ? { checked: "" } : {}) });
    control.addEventListener("change", draw);
    return { split, control, element: make("label", {}, [control, make("span", {}, [text.splits[split]])]) };
  });
  const matrix = make("table", { class: "confusion", "data-testid": "confusion" });
  const figures = make("table", { class: "class-figures", "data-testid": "class-figures" });
  const layers = make("table", { class: "layer-figures", "data-testid": "layer-figures" });
  const choice = make("div", { class: "seg", role: "radiogroup", "aria-label": text.split }, splits.map(({ element }) => element));
  const classes = make("div", { class: "confusion-box", "data-control": "confusion" }, [choice, matrix, figures]);
  const byLayer = make("div", { "data-control": "layer-figures" }, [layers]);
  explain(choice, text.explainSplit);
  explain(matrix, text.explainMatrix);
  explain(figures, text.explainFigures);
  explain(layers, text.explainLayers);
  box.append(hint, classes, byLayer);
  /** What the cells were made for. */
  let shape = "";
  /** @type {{counts: HTMLElement[][], figures: HTMLElement[][], layers: {gradient: HTMLElement, norm: HTMLElement, dead: HTMLElement, share: HTMLElement}[]}} */
  let cells = { counts: [], figures: [], layers: [] };

  /**
   * @param {number} count of classes
   * @param {number} weightLayers
   */
  function build(count, weightLayers) {
    const labels = Array.from({ length: count }, (_, label) => label);
    const counts = labels.map(() => labels.map(() => make("td")));
    const ofClass = labels.map(() => [make("td"), make("td"), make("td")]);
    const ofLayer = Array.from({ length: weightLayers }, () => ({
      gradient: make("i", { class: "bar-fill" }), norm: make("span"), dead: make("i", { class: "bar-fill" }), share: make("span"),
    }));
    matrix.replaceChildren(
      make("caption", {}, [text.matrix]),
      make("thead", {}, [make("tr", {}, [make("td"), ...labels.map((label) => heading("col", text.said(label)))])]),
      make("tbody", {}, counts.map((row, label) => make("tr", {}, [heading("row", text.is(label)), ...row]))));
    figures.replaceChildren(
      make("thead", {}, [make("tr", {}, [text.class, text.precision, text.recall, text.support].map((name) => heading("col", name)))]),
      make("tbody", {}, ofClass.map((row, label) => make("tr", {}, [heading("row", String(label)), ...row]))));
    layers.replaceChildren(
      make("thead", {}, [make("tr", {}, [text.layer, text.gradient, text.dead].map((name) => heading("col", name)))]),
      make("tbody", {}, ofLayer.map(({ gradient, norm, dead, share }, layer) => make("tr", {}, [
        heading("row", layer === weightLayers - 1 ? text.output : String(layer + 1)),
        make("td", {}, [make("span", { class: "bar-line" }, [gradient]), norm]),
        make("td", {}, layer === weightLayers - 1 ? [] : [make("span", { class: "bar-line" }, [dead]), share]),
      ]))));
    cells = { counts, figures: ofClass, layers: ofLayer };
  }

  function draw() {
    const { moment, run, document: { config }, ...state } = store.get();
    const metrics = moment === null ? state.metrics : null;
    const isRegression = config.problem === "regression";
    setText(hint, moment !== null ? text.past : run.state === "DIVERGED" ? text.lost : metrics === null ? text.nothingYet : isRegression ? text.regression : "");
    hint.hidden = metrics !== null && !isRegression;
    byLayer.hidden = metrics === null;
    classes.hidden = metrics === null || isRegression || metrics.train_confusion.length === 0;
    if (metrics === null) return;
    const now = `${metrics.train_confusion.length} ${metrics.gradient_norms.length}`;
    if (now !== shape) {
      shape = now;
      build(metrics.train_confusion.length, metrics.gradient_norms.length);
    }
    drawClasses(splits.find(({ control }) => control.checked)?.split === "test" ? metrics.test_confusion : metrics.train_confusion);
    drawLayers(metrics);
  }

  /** @param {readonly (readonly number[])[]} confusion */
  function drawClasses(confusion) {
    const shares = rowShares(confusion);
    confusion.forEach((row, actual) => row.forEach((count, predicted) => {
      const cell = cells.counts[actual]?.[predicted];
      if (!cell) return;
      setText(cell, formatCount(count));
      cell.style.setProperty("--shade-share", `${Math.round((shares[actual]?.[predicted] ?? 0) * FULL_SHADE)}%`);
    }));
    classFigures(confusion).forEach(({ precision, recall, support }, label) => {
      [formatPercent(precision, 1), formatPercent(recall, 1), formatCount(support)].forEach((figure, column) => {
        const cell = cells.figures[label]?.[column];
        if (cell) setText(cell, figure);
      });
    });
  }

  /** @param {MetricsMessage} metrics */
  function drawLayers({ gradient_norms, dead_shares }) {
    cells.layers.forEach(({ gradient, norm, dead, share }, layer) => {
      gradient.style.width = `${(barOfNorm(gradient_norms[layer] ?? null) * 100).toFixed(1)}%`;
      setText(norm, formatNorm(gradient_norms[layer] ?? null));
      dead.style.width = `${((dead_shares[layer] ?? 0) * 100).toFixed(1)}%`;
      setText(share, formatPercent(dead_shares[layer] ?? null));
    });
  }

  store.subscribe((state, before) => {
    const isWanted = state.metrics !== before.metrics || state.moment !== before.moment || state.run.state !== before.run.state || state.openDrawers !== before.openDrawers
      || state.document.config.problem !== before.document.config.problem;
    if (isWanted && state.openDrawers.has("analysis")) draw();
  });
  draw();
}

/**
 * @param {"col"|"row"} scope
 * @param {string} text
 */
function heading(scope, text) {
  return make("th", { scope }, [text]);
}
